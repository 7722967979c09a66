using System.Globalization;
using Gateway.Authentication.Access;
using Gateway.Metering.Usage;
using Gateway.Requests;
using Gateway.Translation.Hub;

namespace Gateway.Dashboard.Tests.Month;

/// <summary>The requests of one day, the same for the same day: weekdays and nights are seen in them, and that the company grows.</summary>
internal sealed class Traffic(DateTimeOffset now)
{
    private const string Rule = "oidc.staff.";

    private readonly DateOnly _today = DateOnly.FromDateTime(now.UtcDateTime);

    public IEnumerable<UsageEntry> Of(DateOnly day)
    {
        int daysAgo = _today.DayNumber - day.DayNumber;
        Random random = new(day.DayNumber);
        foreach (KeyOffer key in Company.Keys.Where(key => key.WorksOn(daysAgo)))
        {
            foreach (UsageEntry entry in OfKey(key, day, random))
            {
                yield return entry;
            }
        }

        KeyOffer chat = new("", "assistant", 28) { Models = ["claude-sonnet-5-5", "gpt-6.1-sol"], Client = "claude-code" };
        foreach (string person in Company.People)
        {
            foreach (UsageEntry entry in OfKey(chat, day, random))
            {
                yield return entry with { KeyId = Rule + person.Split('.')[0], Credential = CredentialKind.Oidc, Person = person };
            }
        }

        if (day.DayNumber % 3 == 0 && At(day, 8.2, random) is { } at && at < now)
        {
            yield return new UsageEntry { RequestId = RequestIds.OfRequest(at), StartedAt = at, Api = "anthropic", Status = 401, Error = "authentication_error", Cost = 0, Requests = random.Next(3, 40), Refusal = "the key is not known" };
        }
    }

    private IEnumerable<UsageEntry> OfKey(KeyOffer key, DateOnly day, Random random)
    {
        bool weekend = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        double growth = 1 - (0.009 * (_today.DayNumber - day.DayNumber));
        double rhythm = key.Flat ? 1 : weekend ? 0.22 : day.DayOfWeek == DayOfWeek.Friday ? 0.85 : 1;
        int count = (int)Math.Round(key.RequestsPerDay * growth * rhythm * (0.85 + (random.NextDouble() * 0.3)));
        for (int i = 0; i < count; i++)
        {
            UsageEntry? entry = One(key, day, random);
            if (entry is not null && entry.StartedAt < now)
            {
                yield return entry;
            }
        }
    }

    private static UsageEntry One(KeyOffer key, DateOnly day, Random random)
    {
        // Drawn before anybody asks whether it lies ahead: the rest of the day does not change with the hour.
        ModelOffer model = Model(key.Models[key.Models.Count == 1 || random.NextDouble() < 0.68 ? 0 : 1]);
        DateTimeOffset at = At(day, key.Flat ? random.NextDouble() * 24 : 13.5 + (Normal(random) * 3), random);
        double fate = random.NextDouble();
        double slowness = Math.Exp(Normal(random) * 0.45);
        TokenUsage tokens = Tokens(key, random);
        bool stream = key.Agent || random.NextDouble() < 0.4;
        double first = model.MillisecondsToFirst * slowness * (1 + (tokens.TotalInput / 200_000.0));
        double total = first + (tokens.Output / model.TokensPerSecond * 1_000 * (0.8 + (random.NextDouble() * 0.5)));
        int ticket = 400 + (day.DayNumber / 2 % 40) + random.Next(3);
        UsageEntry entry = new()
        {
            RequestId = RequestIds.OfRequest(at),
            StartedAt = at,
            KeyId = key.Id,
            Team = key.Team,
            Credential = CredentialKind.ApiKey,
            Api = key.Client.StartsWith("openai", StringComparison.Ordinal) || key.Client == "codex" ? "openai" : "anthropic",
            Stream = stream,
            RequestedModel = model.Name,
            MatchedModel = model.Name,
            Provider = model.Provider,
            Model = model.Name,
            Client = key.Client,
            Session = key.Agent ? string.Create(CultureInfo.InvariantCulture, $"session-{key.Id[..4]}-{day:MMdd}-{at.Hour / 3}") : null,
            Tags = Tags(key, ticket),
            Status = 200,
            Attempts = [new UsageAttempt(model.Target, null, null) { UpstreamStatus = 200, StartedMs = 1.4, DurationMs = Round(total - 2) }],
            Usage = tokens,
            Price = model.Price,
            Cost = model.Price.CostOf(tokens),
            UpstreamRequestId = $"up_{random.Next():x8}",
            Timings = new UsageTimings(1.2, Round(first - 5), Round(first), Round(total)),
        };
        return Fated(entry, model, key, fate);
    }

    /// <summary>Most requests go well.</summary>
    private static UsageEntry Fated(UsageEntry entry, ModelOffer model, KeyOffer key, double fate) => (fate, key.Caches) switch
    {
        ( < 0.006, _) => entry with { Status = 429, Error = "rate_limit_error", Provider = null, Model = null, MatchedModel = null, Attempts = [], Usage = default, Cost = 0, Price = null, UpstreamRequestId = null, Timings = new UsageTimings(null, null, null, 1.1) },
        ( < 0.011, _) => entry with { Status = 529, Error = "overloaded_error", Usage = default, Cost = 0, UpstreamRequestId = null, Attempts = [Failed(model, "overloaded_error", 529)], Timings = new UsageTimings(1.2, 640, null, 668) },
        ( < 0.016, _) => entry with { Status = 400, Error = "invalid_request_error", Usage = default, Cost = 0, Attempts = [Failed(model, "invalid_request_error", 400)], Timings = new UsageTimings(1.2, 210, null, 214) },
        ( < 0.020, _) when entry.Stream => entry with { ClientLeft = true },
        ( < 0.032, _) when model.Fallback is { } other => entry with
        {
            Provider = other.Split('/')[0],
            Model = other.Split('/')[1],
            Attempts = [Failed(model, "rate_limit_error", 429), entry.Attempts[0] with { Target = other, StartedMs = 670 }],
        },
        ( > 0.7, true) => entry with { Cached = true, Attempts = [], Usage = default, Cost = 0, Price = null, UpstreamRequestId = null, Timings = new UsageTimings(null, null, 1.9, 2.4) },
        _ => entry,
    };

    private static UsageAttempt Failed(ModelOffer model, string error, int status) =>
        new(model.Target, error, status) { UpstreamStatus = status, StartedMs = 1.4, DurationMs = 660, Reason = $"answered {status}" };

    private static Dictionary<string, string> Tags(KeyOffer key, int ticket)
    {
        Dictionary<string, string> tags = [];
        if (key.Env is { } env)
        {
            tags["env"] = env;
        }

        if (key.Agent)
        {
            tags["ticket"] = string.Create(CultureInfo.InvariantCulture, $"{key.Team[..3].ToUpperInvariant()}-{ticket}");
        }

        return tags;
    }

    private static TokenUsage Tokens(KeyOffer key, Random random)
    {
        double size = Math.Exp(Normal(random) * 0.7);
        double output = Math.Exp(Normal(random) * 0.8);
        return key.Agent
            ? new TokenUsage { Input = (long)(900 * size), CacheRead = (long)(48_000 * size), CacheWrite5m = (long)(2_600 * size), Output = (long)(620 * output), Reasoning = (long)(180 * output) }
            : new TokenUsage { Input = (long)(2_400 * size), CacheRead = random.NextDouble() < 0.35 ? (long)(6_000 * size) : 0, Output = (long)(380 * output) };
    }

    private static DateTimeOffset At(DateOnly day, double hour, Random random) =>
        new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).AddHours(Math.Clamp(hour, 0, 23.9)).AddMilliseconds(random.Next(300_000));

    private static ModelOffer Model(string name) => Company.Models.Single(model => model.Name == name);

    private static double Round(double milliseconds) => Math.Round(Math.Max(0, milliseconds), 1);

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
