using Gateway.Authentication.Access;
using Gateway.Metering.Usage;
using Gateway.Routing.Prices;
using Gateway.Translation.Hub;

namespace Gateway.Tests.Contract;

/// <summary>Records in which nothing is left out.</summary>
internal static class FullRecords
{
    public static UsageEntry Entry(string requestId, DateTimeOffset startedAt) => new()
    {
        RequestId = requestId,
        StartedAt = startedAt,
        KeyId = "key1",
        Team = "search",
        Credential = CredentialKind.ApiKey,
        Person = "ada@example.com",
        Requests = 2,
        Refusal = "invalid_key",
        Api = "anthropic",
        Stream = true,
        RequestedModel = "claude-x",
        Tags = new Dictionary<string, string> { ["ticket"] = "ABC-1" },
        Client = "claude-code",
        Session = "s-1",
        MatchedModel = "claude-*",
        Provider = "openai",
        Model = "gpt-x",
        Status = 200,
        Error = "overloaded_error",
        RefusedBecause = "Try again.",
        ClientLeft = true,
        Cached = true,
        Attempts = [new UsageAttempt("openai/gpt-x", "overloaded_error", 529) { UpstreamStatus = 503, StartedMs = 1, DurationMs = 2, Reason = "overloaded" }],
        Usage = new TokenUsage { Input = 1, CacheRead = 2, CacheWrite5m = 3, CacheWrite1h = 4, Output = 5, Reasoning = 6, Estimated = true },
        Price = new Price("v1", 1, 2) { CacheRead = 0.1m, CacheWrite5m = 1.25m, CacheWrite1h = 2 },
        Cost = 0.5m,
        Bill = new UsageBill("v1", "gpt-y", "flex", 2, 0.02m, [new UsagePart("gpt-y", 1, 2, 3, 4, 5, "v1", 0.1m)], ["model=gpt-y"], ["cached_tokens"]),
        Report = "dropped=top_k",
        ShadowLimits = "requests_per_minute",
        UpstreamRequestId = "up-1",
        UpstreamFacts = new Dictionary<string, string> { ["x-ms-region"] = "Sweden Central" },
        Timings = new UsageTimings(1, 2, 3, 4),
    };
}
