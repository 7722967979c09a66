using System.Collections.Frozen;
using System.Net.Http.Headers;
using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>
/// An upstream's headers, as far as the gateway believes them: values that cannot stand in a header of ours, are longer
/// than any such value has reason to be, or hold what <see cref="Redactor"/> takes out are as good as not there. To the client pass those of a
/// list of names; accounts, cookies, servers and whatever else comes stay here.
/// </summary>
internal sealed class UpstreamHeaders(HttpResponseMessage response, Redactor redactor)
{
    private const int MaxLength = 256;

    /// <summary>What clients of the same API act on. <c>docs/headers.md</c> has them, too.</summary>
    private static readonly FrozenSet<string> s_passed = FrozenSet.ToFrozenSet(
        [
            "retry-after", "retry-after-ms", "x-should-retry",
            .. Names("anthropic-ratelimit-{0}-{1}", "requests", "tokens", "input-tokens", "output-tokens"),
            .. Names("anthropic-priority-{0}-{1}", "input-tokens", "output-tokens"),
            .. Names("x-ratelimit-{1}-{0}", "requests", "tokens", "requests-day", "tokens-minute", "req-minute", "tokens-month"),
            "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset",
            .. Unified("status", "reset", "representative-claim", "fallback", "fallback-percentage", "upgrade-paths"),
            .. Unified("5h-status", "5h-reset", "5h-utilization", "5h-surpassed-threshold", "7d-status", "7d-reset", "7d-utilization", "7d-surpassed-threshold"),
            .. Unified("overage-status", "overage-reset", "overage-utilization", "overage-disabled-reason"),
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>What Azure and others say of who answered, for the receipt: the region, the deployment that took over from a full one, what is left of the limits.</summary>
    private static readonly string[] s_facts =
    [
        "apim-request-id", "x-ms-region", "x-ms-deployment-name", "x-ms-spillover-from-deployment", "x-ms-spillover-error",
        "x-ratelimit-remaining-requests", "x-ratelimit-remaining-tokens",
    ];

    public IReadOnlyDictionary<string, string> Facts =>
        s_facts.Select(name => (Name: name, Value: Get(name))).Where(fact => fact.Value is not null).ToDictionary(fact => fact.Name, fact => fact.Value!);

    /// <summary>The upstream's name for this request.</summary>
    public string? RequestId => Get("x-request-id") ?? Get("request-id") ?? Get("apim-request-id");

    /// <summary>The first value; null when there is none that can be believed.</summary>
    public string? Get(string name) =>
        response.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) && values.Count > 0 && values.First() is var value && IsSound(value) ? value : null;

    /// <summary>The answer comes event by event; whatever the parameters of its media type and however the server writes it.</summary>
    public bool IsEventStream { get; } =
        response.Content.Headers.NonValidated.TryGetValues("content-type", out HeaderStringValues values)
        && values.ToString().Split(';', 2)[0].Trim().Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>What goes on to the client.</summary>
    public IEnumerable<KeyValuePair<string, string>> ForClient(UpstreamCall call, DateTimeOffset now)
    {
        if (RequestId is { } id)
        {
            yield return new KeyValuePair<string, string>("x-upstream-request-id", id);
        }

        foreach (KeyValuePair<string, string> header in call.SameForm ? Passed()
            : call.Request.Endpoint is UpstreamEndpoint.ChatCompletions or UpstreamEndpoint.Responses ? RateLimitHeaders.Translate(Get, now) : [])
        {
            yield return header;
        }
    }

    private IEnumerable<KeyValuePair<string, string>> Passed()
    {
        foreach ((string name, HeaderStringValues values) in response.Headers.NonValidated)
        {
            if (s_passed.Contains(name) && string.Join(",", values) is var value && IsSound(value))
            {
                yield return new KeyValuePair<string, string>(name.ToLowerInvariant(), value);
            }
        }
    }

    private bool IsSound(string value) => value.Length is > 0 and <= MaxLength && HeaderText.CanHold(value) && (IsNumber(value) || !redactor.IsPrivate(value));

    /// <summary>Most of them are.</summary>
    private static bool IsNumber(string value) => value.Length <= 10 && !value.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static IEnumerable<string> Names(string pattern, params string[] kinds) =>
        kinds.SelectMany(kind => ((string[])["limit", "remaining", "reset"]).Select(what => string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, kind, what)));

    private static IEnumerable<string> Unified(params string[] names) => names.Select(name => "anthropic-ratelimit-unified-" + name);
}
