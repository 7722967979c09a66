using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Serialization;
using Gateway.Authentication.Access;
using Gateway.Translation.Hub;

namespace Gateway.Metering.Usage;

/// <summary>One request's story, as operators read it.</summary>
public sealed record Receipt(
    string RequestId,
    DateTimeOffset StartedAt,
    int Status,
    string? Error,
    bool ClientLeft,
    bool Cached,
    string Api,
    bool Stream,
    ReceiptCredential? Credential,
    ReceiptModel Model,
    IReadOnlyList<UsageAttempt> Attempts,
    string Translation,
    string? UpstreamRequestId,
    IReadOnlyDictionary<string, string> Upstream,
    ReceiptTokens Tokens,
    ReceiptPrice? PricePerMillionUsd,
    decimal? CostUsd,
    UsageBill Bill,
    IReadOnlyList<string> Notes,
    UsageTimings Timings)
{
    /// <summary>What the last upstream that was asked answered itself; null when none did.</summary>
    public int? UpstreamStatus { get; init; }

    /// <summary>Why the last upstream that was asked brought no answer.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it was refused or failed, and what cures it; absent for a request that went well.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Why { get; init; }

    /// <summary>What it was for: the key's tags and the client's.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The family of programs that sent it.</summary>
    public string? Client { get; init; }

    /// <summary>The client's name for the conversation.</summary>
    public string? Session { get; init; }

    public static Receipt Of(UsageEntry entry) => new(
        entry.RequestId,
        entry.StartedAt,
        entry.Status,
        entry.Error,
        entry.ClientLeft,
        entry.Cached,
        entry.Api,
        entry.Stream,
        entry.KeyId is { } key ? new ReceiptCredential(key, entry.Team, entry.Credential, entry.Person) : null,
        new ReceiptModel(entry.RequestedModel, entry.MatchedModel, entry.Provider, entry.Model),
        entry.Attempts,
        entry.Report ?? "none",
        entry.UpstreamRequestId,
        entry.UpstreamFacts,
        ReceiptTokens.Of(entry.Usage),
        entry.Price is { } price ? new ReceiptPrice(price.Version, price.Input, price.CacheRead, price.CacheWrite5m, price.CacheWrite1h, price.Output) : null,
        entry.Cost,
        entry.Bill,
        [.. NotesOn(entry)],
        entry.Timings)
    {
        UpstreamStatus = entry.UpstreamStatus,
        Reason = entry.Reason,
        Why = ReceiptWhy.Of(entry),
        Tags = entry.Tags,
        Client = entry.Client,
        Session = entry.Session,
    };

    private static IEnumerable<string> NotesOn(UsageEntry entry)
    {
        if (entry.Refusal is { } refusal)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Stands for {entry.Requests} requests that this instance refused within a minute, before their caller was known: {refusal}.");
        }
        else if (entry.KeyId is null)
        {
            yield return "No credential was accepted.";
        }

        if (entry.Cached)
        {
            yield return "The response cache answered with what the model that is named here said before; no upstream was called.";
        }

        if (entry.Cost is null)
        {
            yield return $"The price of '{entry.Provider}/{entry.Model}' is unknown, so its tokens were counted without a cost. Set Gateway:Models:[i]:Price of the model.";
        }

        foreach (string note in entry.Bill.Notes())
        {
            yield return note;
        }

        if (entry.UpstreamFacts.TryGetValue("x-ms-spillover-from-deployment", out string? full))
        {
            yield return $"The deployment '{full}' was full, and Azure answered from another one, whose price may differ.";
        }

        if (entry.ShadowLimits is { } limits)
        {
            yield return $"Limits that only report would have refused this request: {limits}.";
        }

        if (entry.Usage.Estimated)
        {
            yield return "The upstream did not report all tokens; the counts are estimates.";
        }

        UsageAttempt[] made = [.. entry.Attempts.Where(a => a.Error != "skipped")];
        int failed = made.Count(a => a.Error is not null);
        if (failed > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{failed} of {made.Length} attempts did not end with an answer; each names its error.");
        }
    }
}

/// <summary>Who called; the person only where a rule for tokens says how people are named.</summary>
public sealed record ReceiptCredential(string KeyId, string? Team, CredentialKind? Kind, string? Person);

/// <summary>What was asked for, the configured model that matched it, and what was used.</summary>
public sealed record ReceiptModel(string? Requested, string? Matched, string? Provider, string? Used);

/// <summary>Tokens by kind; reasoning is a part of the output.</summary>
public sealed record ReceiptTokens(
    long Input,
    long CacheRead,
    [property: JsonPropertyName("cache_write_5m")] long CacheWrite5m,
    [property: JsonPropertyName("cache_write_1h")] long CacheWrite1h,
    long Output,
    long Reasoning,
    bool Estimated)
{
    public static ReceiptTokens Of(TokenUsage usage) =>
        new(usage.Input, usage.CacheRead, usage.CacheWrite5m, usage.CacheWrite1h, usage.Output, usage.Reasoning, usage.Estimated);
}

/// <summary>The prices that were applied, in USD per million tokens.</summary>
public sealed record ReceiptPrice(
    string Version,
    decimal Input,
    decimal CacheRead,
    [property: JsonPropertyName("cache_write_5m")] decimal CacheWrite5m,
    [property: JsonPropertyName("cache_write_1h")] decimal CacheWrite1h,
    decimal Output);

/// <summary>How receipts are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(IReadOnlyList<Receipt>))]
public sealed partial class ReceiptJson : JsonSerializerContext;
