using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Authentication.Access;
using Gateway.Completions;
using Gateway.Diagnostics;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Routing.Prices;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Probes;

/// <summary>
/// Calls providers as a request of a client would be called for, on the same way and with the same words for what goes
/// wrong: each model of each provider once, each further key once. A provider of which no model is named is asked for
/// its list of models, which is free.
/// </summary>
public sealed class ProviderProbe
{
    /// <summary>The least that all servers take.</summary>
    private const int MaxTokens = 16;

    /// <summary>What the question comes to at most, with the words that servers put around it.</summary>
    private const int InputTokens = 50;

    private const int MaxReason = 512;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static readonly Caller s_caller = new()
    {
        KeyId = "doctor",
        Team = "doctor",
        CredentialKind = CredentialKind.ApiKey,
        CredentialHeader = CredentialHeaders.ApiKey,
    };

    private readonly Router _router;
    private readonly Failover _failover;
    private readonly CompletionAttempts _attempts;
    private readonly UpstreamClient _client;
    private readonly TimeProvider _time;

    internal ProviderProbe(LiveRouter live, Failover failover, CompletionAttempts attempts, UpstreamClient client, TimeProvider time) =>
        (_router, _failover, _attempts, _client, _time) = (live.Now, failover, attempts, client, time);

    /// <summary>Nobody waits for minutes to hear that a provider hangs.</summary>
    internal static UpstreamTimeouts Hurried(UpstreamTimeouts usual) => usual with
    {
        FirstByte = usual.FirstByte < s_patience ? usual.FirstByte : s_patience,
        Whole = s_patience,
    };

    /// <summary>All calls that there are to make, in the order of their providers' names.</summary>
    public IReadOnlyList<ProbeCall> Plan()
    {
        ILookup<string, Target> named = _router.Catalog.Models.SelectMany(model => _router.Find(model.Id)?.Targets ?? [])
            .Where(target => !target.UpstreamModel.Contains('*', StringComparison.Ordinal))
            .ToLookup(target => target.Provider.Name, StringComparer.Ordinal);
        return
        [
            .. _router.Catalog.Providers.Values.Where(provider => provider.Kind != ProviderKind.Echo)
                .OrderBy(provider => provider.Name, StringComparer.Ordinal)
                .SelectMany(provider => named[provider.Name].Any() ? CallsOf([.. named[provider.Name]]) : ListsOf(provider)),
        ];
    }

    /// <returns>Null when it answered; else why it did not, in the words of logs and receipts.</returns>
    public async Task<ProbeAnswer> CallAsync(ProbeCall call, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        using CancellationTokenSource expired = new(s_patience + s_patience, _time);
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expired.Token);
        try
        {
            string? problem = call.IsFree ? await ListAsync(call.Target, limited.Token) : await AskAsync(call.Target, limited.Token);
            cancellationToken.ThrowIfCancellationRequested();
            return new ProbeAnswer(LogText.Of(problem, MaxReason), _time.GetElapsedTime(began));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProbeAnswer("no answer in time", _time.GetElapsedTime(began));
        }
    }

    private static IEnumerable<ProbeCall> CallsOf(Target[] targets) => targets
        .DistinctBy(target => target.UpstreamModel)
        .UnionBy(targets.DistinctBy(target => target.Provider.KeyNumber), target => (target.UpstreamModel, target.Provider.KeyNumber))
        .Select(target => new ProbeCall(target, IsFree: false, target.Price?.CostOf(new TokenUsage { Input = InputTokens, Output = MaxTokens })));

    private static IEnumerable<ProbeCall> ListsOf(Provider provider)
    {
        Target any = new(provider, "*", ProviderDocument.ProfileOf(provider));
        return provider.Vertex is not null ? [] : (provider.ApiKeys.Count > 1 ? provider.ApiKeys.Select((key, at) => any.With(key, at + 1)) : [any]).Select(target => new ProbeCall(target, IsFree: true, Usd.Zero));
    }

    private async Task<string?> AskAsync(Target target, CancellationToken cancellationToken)
    {
        byte[] body = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"model":{{{JsonSerializer.Serialize(target.UpstreamModel)}}},"max_tokens":{{{MaxTokens}}},"messages":[{"role":"user","content":"Say ok."}]}"""));
        using MessagesClientRequest? request = MessagesClientRequest.TryParse(body, out GatewayError? wrong);
        if (request is null)
        {
            return wrong!.Message;
        }

        DefaultHttpContext http = new();
        RequestRecord record = new(RequestIds.OfRequest(_time.GetUtcNow()), ApiForm.Messages, _time.GetTimestamp()) { RequestedModel = request.Model, Output = request.Output };
        Outcome outcome = await _failover.RunAsync(
            s_caller,
            record.RequestId,
            [target with { Times = TargetTimes.Unsaid }],
            (Target place, Lessons lessons, out GatewayError? error) =>
            {
                Target at = UpstreamApis.For(place, record.Form, lessons.HaveMessages);
                return request.ToUpstream(at, CallContexts.Create(http, at, lessons, _time), out error);
            },
            (call, last) =>
            {
                record.Begin(call.Request.Target, null, _time.GetTimestamp());
                return _attempts.RunAsync(http, request, call, default, () => { }, record, cancellationToken);
            },
            aborted: cancellationToken);
        return outcome is Outcome.Answered ? null : WithStatus(outcome.Reason ?? (outcome as Refusal)?.Error.Message ?? "no whole answer", outcome.UpstreamStatus);
    }

    private async Task<string?> ListAsync(Target target, CancellationToken cancellationToken)
    {
        UpstreamRequest request = new(target, UpstreamEndpoint.Models, default, Stream: false) { Redactor = new Redactor(target.Provider.BaseUrl) };
        using UpstreamCall call = new(request, new PooledBuffer(), new TranslationReport(), () => throw new InvalidOperationException("A list is not translated."));
        using UpstreamExchange exchange = new(_client, call, new UpstreamTimeouts { FirstByte = s_patience, Idle = s_patience, Whole = s_patience }, _time, cancellationToken);
        Received head = await exchange.BeginAsync();
        if (head.Failure is { } failure)
        {
            return FailureWords.Of(call, failure, null);
        }

        return exchange.IsSuccess ? null : WithStatus(FailureWords.Of(call, (await exchange.ReadErrorAsync()).Refusal, exchange.Status)!, exchange.Status);
    }

    private static string WithStatus(string words, int? status) => status is { } number ? string.Create(CultureInfo.InvariantCulture, $"HTTP {number}, {words}") : words;
}

/// <summary>One call that may be made.</summary>
/// <param name="Target">Where to.</param>
/// <param name="IsFree">Only the list of models is asked for.</param>
/// <param name="Most">What it costs at most; null where nobody said the price.</param>
public sealed record ProbeCall(Target Target, bool IsFree, Usd? Most)
{
    /// <summary>As people read it: the provider, the model, and which of several keys.</summary>
    public string Name => (IsFree ? Target.Provider.Name : Target.ToString()) + (Target.Provider.KeyNumber > 0 ? string.Create(CultureInfo.InvariantCulture, $" with key {Target.Provider.KeyNumber}") : "");

    /// <summary>The gateway has no credential of its own for it: clients bring theirs.</summary>
    public bool IsClients => Target.Profile.ClientCredential;
}

/// <param name="Problem">Null when it answered.</param>
/// <param name="Took">How long that was.</param>
public sealed record ProbeAnswer(string? Problem, TimeSpan Took);
