using System.Globalization;
using Gateway.Routing.Prices;

namespace Gateway.Dashboard.Tests.Month;

/// <summary>Whose month it is: six teams, their keys, and the models that they call. Made up; every number follows from it.</summary>
internal static class Company
{
    /// <summary>Signs in to everything.</summary>
    public const string Manager = "operators";

    /// <summary>Reads the numbers of its own team.</summary>
    public const string TeamReader = "search-numbers";

    /// <summary>Has spent its budget.</summary>
    public const string UsedUp = "load-tests";

    /// <summary>Comes to more than four fifths of its budget.</summary>
    public const string Near = "assistant-evals";

    /// <summary>Calls models and does nothing else.</summary>
    public const string Caller = "search-api";

    public static IReadOnlyList<ModelOffer> Models { get; } =
    [
        new("claude-opus-5-5", "anthropic", 4, 0.2m, 20) { CacheWrite = 5, MillisecondsToFirst = 1_400, TokensPerSecond = 55 },
        new("claude-sonnet-5-5", "anthropic", 2, 0.1m, 10) { CacheWrite = 2.5m, MillisecondsToFirst = 820, TokensPerSecond = 85 },
        new("claude-haiku-5-5", "anthropic", 0.1m, 0.01m, 0.5m) { CacheWrite = 0.125m, MillisecondsToFirst = 380, TokensPerSecond = 150 },
        new("gpt-6.1-sol", "openai", 2, 0.1m, 10) { MillisecondsToFirst = 950, TokensPerSecond = 80 },
        new("gpt-6-luna", "openai", 0.1m, 0.01m, 0.5m) { MillisecondsToFirst = 420, TokensPerSecond = 160 },
        new("gpt-5.6-terra", "azure", 2, 0.2m, 12) { MillisecondsToFirst = 700, TokensPerSecond = 95, Fallback = "openai/gpt-6.1-sol" },
        new("codestral-2508", "mistral", 0.3m, 0.03m, 0.9m) { MillisecondsToFirst = 310, TokensPerSecond = 190 },
        new("mistral-large-2512", "mistral", 0.5m, 0.05m, 1.5m) { MillisecondsToFirst = 560, TokensPerSecond = 90, Fallback = "azure/gpt-5.6-terra", Cached = true },
    ];

    public static IReadOnlyList<TeamOffer> Teams { get; } =
    [
        new("assistant", 0.71m),
        new("search", 0.48m),
        new("platform", 0.83m),
        new("data-science", 0.36m),
        new("support", 0.9m),
        new("mobile", null),
    ];

    public static IReadOnlyList<KeyOffer> Keys { get; } =
    [
        new("assistant-prod", "assistant", 420) { Owner = "Mira Castellan", Models = ["claude-sonnet-5-5", "claude-haiku-5-5"], Client = "anthropic-sdk-typescript", Env = "prod", MonthlyShare = 0.62m },
        new("assistant-staging", "assistant", 60) { Owner = "Mira Castellan", Models = ["claude-sonnet-5-5"], Client = "anthropic-sdk-typescript", Env = "staging" },
        new(Near, "assistant", 70) { Owner = "Jonas Feld", Models = ["claude-opus-5-5", "gpt-6.1-sol"], Client = "python-http", Env = "ci", Flat = true, MonthlyShare = 0.87m },
        new("mira-claude-code", "assistant", 90) { Owner = "Mira Castellan", Models = ["claude-opus-5-5", "claude-haiku-5-5"], Client = "claude-code", Agent = true },
        new("jonas-claude-code", "assistant", 75) { Owner = "Jonas Feld", Models = ["claude-sonnet-5-5", "claude-haiku-5-5"], Client = "claude-code", Agent = true },
        new(Caller, "search", 260) { Owner = "Priya Raman", Models = ["gpt-6-luna", "gpt-5.6-terra"], Client = "openai-sdk-python", Env = "prod" },
        new("search-indexer", "search", 180) { Owner = "Priya Raman", Models = ["gpt-6-luna"], Client = "openai-sdk-python", Env = "prod", Flat = true, MonthlyShare = 0.55m },
        new("search-eval-nightly", "search", 40) { Owner = "Tom Okafor", Models = ["gpt-6.1-sol"], Client = "openai-sdk-python", Env = "ci", Flat = true },
        new("tom-codex", "search", 65) { Owner = "Tom Okafor", Models = ["gpt-6.1-sol"], Client = "codex", Agent = true },
        new(TeamReader, "search", 0) { Owner = "Priya Raman", Scopes = ["usage"] },
        new("platform-ci", "platform", 110) { Owner = "Lena Vogt", Models = ["codestral-2508", "claude-haiku-5-5"], Client = "curl", Env = "ci", Flat = true },
        new(UsedUp, "platform", 45) { Owner = "Lena Vogt", Models = ["gpt-5.6-terra"], Client = "go-http", Env = "staging", MonthlyShare = 1.04m },
        new("lena-claude-code", "platform", 70) { Owner = "Lena Vogt", Models = ["claude-sonnet-5-5", "claude-haiku-5-5"], Client = "claude-code", Agent = true },
        new("ravi-cursor", "platform", 55) { Owner = "Ravi Shah", Models = ["claude-sonnet-5-5"], Client = "cursor", Agent = true },
        new("notebooks", "data-science", 85) { Owner = "Ines Duarte", Models = ["gpt-5.6-terra", "mistral-large-2512"], Client = "openai-sdk-python", Env = "dev" },
        new("forecasting", "data-science", 50) { Owner = "Ines Duarte", Models = ["claude-opus-5-5"], Client = "anthropic-sdk-python", Env = "prod", Flat = true, DailyShare = 0.7m },
        new("ines-claude-code", "data-science", 45) { Owner = "Ines Duarte", Models = ["claude-sonnet-5-5"], Client = "claude-code", Agent = true },
        new("labelling-2025", "data-science", 30) { Owner = "Sam Whitlock", Models = ["gpt-6-luna"], Client = "python-http", Env = "dev", ExpiredDaysAgo = 6 },
        new("support-bot", "support", 240) { Owner = "Aiko Tanabe", Models = ["mistral-large-2512", "claude-haiku-5-5"], Client = "openai-sdk-typescript", Env = "prod", Caches = true, MonthlyShare = 0.44m },
        new("support-summaries", "support", 95) { Owner = "Aiko Tanabe", Models = ["claude-haiku-5-5"], Client = "anthropic-sdk-python", Env = "prod" },
        new("zendesk-plugin", "support", 35) { Owner = "Noor Haddad", Models = ["gpt-6-luna"], Client = "node-http", Env = "prod", RevokedDaysAgo = 11 },
        new("mobile-backend", "mobile", 130) { Owner = "Elias Brandt", Models = ["gpt-6-luna", "claude-haiku-5-5"], Client = "openai-sdk-go", Env = "prod" },
        new("elias-codex", "mobile", 40) { Owner = "Elias Brandt", Models = ["gpt-6.1-sol"], Client = "codex", Agent = true },
        new(Manager, "platform", 0) { Owner = "Lena Vogt", Scopes = ["manage"] },
    ];

    /// <summary>Those who come with a token of the company's own, through one rule.</summary>
    public static IReadOnlyList<string> People { get; } = ["ada.lindqvist@example.com", "bruno.keller@example.com", "chidi.eze@example.com", "dana.whitaker@example.com"];

    /// <summary>The settings of a gateway whose providers are all one upstream.</summary>
    public static IEnumerable<(string Key, string? Value)> Settings(string upstream)
    {
        foreach ((string name, string kind, string path) in ((string, string, string)[])[("anthropic", "anthropic", ""), ("openai", "openai", "/second/v1"), ("azure", "azure-openai", ""), ("mistral", "openai", "/mistral/v1")])
        {
            yield return ($"Gateway:Providers:{name}:Kind", kind);
            yield return ($"Gateway:Providers:{name}:BaseUrl", upstream + path);
            yield return ($"Gateway:Providers:{name}:ApiKey", "sk-of-the-upstream");
        }

        foreach ((int at, ModelOffer model) in Models.Index())
        {
            string section = string.Create(CultureInfo.InvariantCulture, $"Gateway:Models:{at}");
            yield return ($"{section}:Id", model.Name);
            yield return ($"{section}:Targets:0", model.Target);
            if (model.Fallback is { } fallback)
            {
                yield return ($"{section}:Targets:1", fallback);
            }

            if (model.Cached)
            {
                yield return ($"{section}:Cache:TtlSeconds", "3600");
            }

            foreach ((string kind, decimal usd) in ((string, decimal)[])[("Input", model.Input), ("CacheRead", model.CacheRead), ("Output", model.Output), ("CacheWrite5m", model.CacheWrite ?? model.Input)])
            {
                yield return ($"{section}:Price:{kind}", usd.ToString(CultureInfo.InvariantCulture));
            }
        }

        yield return ("Gateway:Cache:Mode", "memory");
    }
}

/// <summary>A model, what it costs in USD per million tokens, and how fast it is.</summary>
internal sealed record ModelOffer(string Name, string Provider, decimal Input, decimal CacheRead, decimal Output)
{
    public string Target => $"{Provider}/{Name}";

    public decimal? CacheWrite { get; init; }

    /// <summary>Where it is served when it cannot be had at its provider.</summary>
    public string? Fallback { get; init; }

    /// <summary>Its answers may be kept.</summary>
    public bool Cached { get; init; }

    public double MillisecondsToFirst { get; init; }

    public double TokensPerSecond { get; init; }

    public Price Price => new("config-1", Input, Output) { CacheRead = CacheRead, CacheWrite5m = CacheWrite ?? Input, CacheWrite1h = CacheWrite ?? Input };
}

/// <summary>A team, and how much of its budget it has spent; null for none.</summary>
internal sealed record TeamOffer(string Name, decimal? MonthlyShare);

/// <summary>A key and how it is used.</summary>
internal sealed record KeyOffer(string Name, string Team, double RequestsPerDay)
{
    public string? Owner { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The first is called most.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    public string Client { get; init; } = "other";

    public string? Env { get; init; }

    /// <summary>Long prompts that grow, most of them read from caches, for a ticket.</summary>
    public bool Agent { get; init; }

    /// <summary>A machine, which knows no weekend and no night.</summary>
    public bool Flat { get; init; }

    /// <summary>Asks the same again and again.</summary>
    public bool Caches { get; init; }

    /// <summary>How much of its budget it has spent; null for none.</summary>
    public decimal? MonthlyShare { get; init; }

    public decimal? DailyShare { get; init; }

    public int? ExpiredDaysAgo { get; init; }

    public int? RevokedDaysAgo { get; init; }

    /// <summary>Always the same, so that runs can be compared: its name's letters, cut to the length of ids.</summary>
    public string Id { get; } = string.Concat(Name.Where(char.IsAsciiLetterOrDigit)).PadRight(12, '0')[..12];

    public bool WorksOn(int daysAgo) => (ExpiredDaysAgo is not { } expired || daysAgo > expired) && (RevokedDaysAgo is not { } revoked || daysAgo > revoked);
}
