using System.Collections.Immutable;
using Gateway.Routing;
using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>What an upstream's refusal says about how it wants a request.</summary>
/// <param name="Parameter">What to leave out, or the output limit that is to be lowered.</param>
/// <param name="MaxOutputTokens">The largest output limit that is taken; null when the parameter is to be left out.</param>
/// <param name="Lasts">It holds for the model and not only for this request's value.</param>
internal sealed record Lesson(string Parameter, int? MaxOutputTokens, bool Lasts)
{
    /// <summary>An upstream that takes less is mistaken, or somebody else speaks through its error.</summary>
    public const int SmallestLimit = 256;

    public const string OutputLimit = "max_tokens";

    /// <summary>Null when a second try would not differ: only what the request held can be left out of it.</summary>
    public static Lesson? Of(GatewayError error, UpstreamCall call, Lessons known)
    {
        if (error.AcceptedMaxTokens is >= SmallestLimit and { } max && max < call.Wrote.MaxTokens)
        {
            return new Lesson(OutputLimit, max, error.RejectionLasts);
        }

        IEnumerable<string> named = error.Type == ErrorType.NotFound ? [.. error.RejectedParameters, OtherApis.Messages] : error.RejectedParameters;
        string? refused = named
            .Select(parameter => Written(call, parameter))
            .FirstOrDefault(written => written is not null && !known.Without.Contains(written));
        return refused is null ? null : new Lesson(refused, null, error.RejectionLasts);
    }

    /// <summary>The name under which it is left out, if the request held it.</summary>
    private static string? Written(UpstreamCall call, string parameter) => parameter switch
    {
        // An upstream that refuses one choice may take another.
        "tool_choice" => call.Wrote.ToolChoice,
        "stream" => call.Request.Stream ? parameter : null,
        // Where the operator chose the API, it stays.
        OtherApis.Chat => call.Request is { Endpoint: UpstreamEndpoint.ChatCompletions, Target.Api: UpstreamApi.Auto } ? parameter : null,
        OtherApis.Responses => call.Request is { Endpoint: UpstreamEndpoint.Responses, Target.Api: UpstreamApi.Auto } ? parameter : null,
        OtherApis.Kinds => call.SameForm && call.Request.Endpoint == UpstreamEndpoint.Responses ? parameter : null,
        // Under auto it is a second door, behind which the model or all of it may be missing.
        OtherApis.Messages => call.Request is { Endpoint: UpstreamEndpoint.Messages, Target: { Api: UpstreamApi.Auto, Provider.Kind: ProviderKind.Anthropic } } ? parameter : null,
        RefusedBetas.Header => Betas(call).Any() ? parameter : null,
        _ when parameter.StartsWith(RefusedBetas.Prefix, StringComparison.Ordinal) => Betas(call).Contains(parameter[RefusedBetas.Prefix.Length..], StringComparer.OrdinalIgnoreCase) ? parameter : null,
        _ => call.Wrote.Has(parameter) ? parameter : null,
    };

    private static IEnumerable<string> Betas(UpstreamCall call) => call.Request.Headers
        .Where(header => header.Key.Equals(RefusedBetas.Header, StringComparison.OrdinalIgnoreCase))
        .SelectMany(header => header.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>How one target wants the requests of one caller.</summary>
/// <param name="Without">Parameters that are left out.</param>
/// <param name="MaxOutputTokens">The output limit is lowered to it.</param>
internal sealed record Lessons(ImmutableHashSet<string> Without, int? MaxOutputTokens)
{
    public static readonly Lessons None = new([], null);

    /// <summary>It has not said that it serves no Messages.</summary>
    public bool HaveMessages => !Without.Contains(OtherApis.Messages);

    public Lessons With(Lesson lesson) => lesson.MaxOutputTokens is { } max
        ? this with { MaxOutputTokens = Math.Min(max, MaxOutputTokens ?? max) }
        : this with { Without = Without.Add(lesson.Parameter) };
}
