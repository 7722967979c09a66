using System.Globalization;
using System.Runtime.CompilerServices;
using Gateway.Probes;
using Gateway.Routing.Prices;

namespace Gateway.Cli.Doctor;

/// <summary>One cheap call for each model of each provider, if the operator consents.</summary>
internal sealed class CallCheck(ProviderProbe probe)
{
    /// <summary>No provider takes a few calls amiss, and nobody waits for fifty one after the other.</summary>
    private const int AtOnce = 8;

    public IReadOnlyList<ProbeCall> Calls { get; } = [.. probe.Plan().Where(call => !call.IsClients)];

    /// <summary>What the calls are and cost, in one sentence.</summary>
    public string Words
    {
        get
        {
            ProbeCall[] paid = [.. Calls.Where(call => !call.IsFree)];
            Usd known = paid.Select(call => call.Most).OfType<Usd>().Aggregate(Usd.Zero, (sum, usd) => sum + usd);
            int unknown = paid.Count(call => call.Most is null);
            string lists = Calls.Count > paid.Length ? $"{Calls.Count - paid.Length} for {(Calls.Count - paid.Length == 1 ? "a list of models, which is free" : "lists of models, which are free")}{(paid.Length > 0 ? ", and " : "")}" : "";
            string asks = paid.Length > 0
                ? $"{paid.Length} of a few tokens, {(unknown == paid.Length ? "at a price that is not known" : string.Create(CultureInfo.InvariantCulture, $"at most {known} USD together{(unknown > 0 ? $" and the price of {unknown} that is not known" : "")}"))}"
                : "";
            return $"{Calls.Count} {(Calls.Count == 1 ? "call" : "calls")} to providers ({lists}{asks})";
        }
    }

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using SemaphoreSlim room = new(AtOnce);
        (ProbeCall Call, Task<ProbeAnswer> Answer)[] calls = [.. Calls.Select(call => (call, CallAsync(call, room, cancellationToken)))];
        foreach ((ProbeCall call, Task<ProbeAnswer> answer) in calls)
        {
            ProbeAnswer said = await answer;
            string check = $"call {call.Name}";
            string seconds = said.Took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            yield return said.Problem is { } problem
                ? (IsBusy(problem) ? Finding.Warn(check, problem, "try again in a minute; the key works") : Finding.Fail(check, problem, CureOf(call, problem)))
                : Finding.Ok(check, call.IsFree ? $"listed its models in {seconds} s" : $"answered in {seconds} s");
        }
    }

    private async Task<ProbeAnswer> CallAsync(ProbeCall call, SemaphoreSlim room, CancellationToken cancellationToken)
    {
        await room.WaitAsync(cancellationToken);
        try
        {
            return await probe.CallAsync(call, cancellationToken);
        }
        finally
        {
            room.Release();
        }
    }

    /// <summary>Nothing is wrong that an operator could mend.</summary>
    private static bool IsBusy(string problem) => problem.Contains("limit is used up", StringComparison.Ordinal) || problem.Contains("overloaded", StringComparison.Ordinal);

    private static string CureOf(ProbeCall call, string problem)
    {
        string provider = $"Gateway:Providers:{call.Target.Provider.Name}";
        return problem switch
        {
            _ when problem.Contains("credentials", StringComparison.Ordinal) => $"look at {provider}:ApiKey, or the variable that holds its key, or at the role of the gateway's identity there",
            _ when problem.StartsWith("could not be reached", StringComparison.Ordinal) => ReachCheck.Cure,
            _ when problem.Contains("account is empty", StringComparison.Ordinal) => "fill the account, or look at its spending limit",
            _ when problem.StartsWith("no answer in time", StringComparison.Ordinal) => "try again; if it stays silent, look at its status page and at proxies on the way",
            _ when problem.Contains("BaseUrl", StringComparison.Ordinal) =>
                $"look at {provider}:BaseUrl{(call.IsFree ? "; if it lists no models, name one of them in Gateway:Models" : "")}",
            _ when problem.Contains("have this model", StringComparison.Ordinal) || problem.Contains("model is not for", StringComparison.Ordinal) =>
                call.IsFree ? "it lists no models, so its key was not tried: name one of its models in Gateway:Models" : "look at the name of the model, or deployment, in Gateway:Models",
            _ when problem.Contains("refused the request", StringComparison.Ordinal) || problem.Contains("does not take", StringComparison.Ordinal) =>
                "the key works; a request of nothing but a short message is not to its liking, so look at the model's profile in docs/providers.md",
            _ => $"look at {provider}, and at docs/providers.md for what this provider needs",
        };
    }
}
