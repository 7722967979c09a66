using Gateway.Authentication.Access;
using Gateway.Metering.Usage;
using Gateway.Requests;
using Gateway.Translation.Hub;

namespace Gateway.Tests.Metering.Rollups;

/// <summary>Requests of all kinds.</summary>
internal static class SomeEntries
{
    public static UsageEntry Of(Random random, DateOnly day)
    {
        DateTimeOffset at = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).AddTicks(random.NextInt64(TimeSpan.TicksPerDay));
        bool stranger = random.Next(10) == 0;
        return new UsageEntry
        {
            RequestId = RequestIds.OfRequest(at),
            StartedAt = at,
            KeyId = stranger ? null : $"key{random.Next(3)}",
            Team = stranger ? null : $"team{random.Next(2)}",
            Person = random.Next(4) == 0 ? "ada@example.com" : null,
            Requests = stranger ? random.Next(1, 9) : 1,
            Credential = stranger ? null : CredentialKind.ApiKey,
            Api = "anthropic",
            Stream = random.Next(2) == 0,
            RequestedModel = $"asked{random.Next(2)}",
            Client = random.Next(3) == 0 ? null : "codex",
            Tags = random.Next(2) == 0 ? new Dictionary<string, string> { ["ticket"] = $"T-{random.Next(3)}", ["env"] = "dev" } : new Dictionary<string, string>(),
            Provider = "fake",
            Model = $"m{random.Next(2)}",
            Error = random.Next(5) == 0 ? "api_error" : null,
            ClientLeft = random.Next(8) == 0,
            Cached = random.Next(4) == 0,
            Usage = new TokenUsage { Input = random.Next(9_000), Output = random.Next(900), CacheRead = random.Next(99), Estimated = random.Next(20) == 0 },
            Cost = random.Next(6) == 0 ? null : random.Next(1_000_000) / 10_000_000m,
            Timings = new UsageTimings(random.Next(4) == 0 ? null : 1, null, random.Next(4) == 0 ? null : Math.Exp(random.NextDouble() * 12), Math.Exp(random.NextDouble() * 15)),
        };
    }
}
