using Gateway.Authentication.Access;

namespace Gateway.Manage;

/// <summary>The fields that say what a key or an issuer's tokens may do.</summary>
internal static class GrantFields
{
    public const string Team = "team";
    public const string Name = "name";
    public const string ScopeNames = "scopes";
    public const string Models = "models";
    public const string Providers = "providers";
    public const string Limits = "limits";
    public const string Tags = "tags";
    private const string AlertAt = "alert_at";

    public static readonly string[] OfLimits =
    [
        "requests_per_minute", "input_tokens_per_minute", "output_tokens_per_minute", "concurrent_streams",
        "budget_per_day", "budget_per_week", "budget_per_month", "budget_for_lifetime", AlertAt,
    ];

    public static readonly string[] OfRateLimit = ["value", "mode"];

    public static readonly string[] OfBudget = ["usd", "mode"];

    /// <summary>Limits with those put in place that were given; null takes one away, and null for all of them takes all.</summary>
    public static Func<Limits, Limits> ReadLimits(FieldReader fields)
    {
        if (fields.Object(Limits, OfLimits) is not { } limits)
        {
            return fields.IsNull(Limits) ? _ => Authentication.Access.Limits.None : old => old;
        }

        Func<RateLimit?, RateLimit?> requests = Rate(limits, OfLimits[0]);
        Func<RateLimit?, RateLimit?> input = Rate(limits, OfLimits[1]);
        Func<RateLimit?, RateLimit?> output = Rate(limits, OfLimits[2]);
        Func<RateLimit?, RateLimit?> streams = Rate(limits, OfLimits[3]);
        Func<Budget?, Budget?> day = Money(limits, OfLimits[4]);
        Func<Budget?, Budget?> week = Money(limits, OfLimits[5]);
        Func<Budget?, Budget?> month = Money(limits, OfLimits[6]);
        Func<Budget?, Budget?> lifetime = Money(limits, OfLimits[7]);
        (bool hasAlerts, IReadOnlyList<int>? alerts) = (limits.Has(AlertAt), limits.Wholes(AlertAt));
        return old => new Limits
        {
            RequestsPerMinute = requests(old.RequestsPerMinute),
            InputTokensPerMinute = input(old.InputTokensPerMinute),
            OutputTokensPerMinute = output(old.OutputTokensPerMinute),
            ConcurrentStreams = streams(old.ConcurrentStreams),
            BudgetPerDay = day(old.BudgetPerDay),
            BudgetPerWeek = week(old.BudgetPerWeek),
            BudgetPerMonth = month(old.BudgetPerMonth),
            BudgetForLifetime = lifetime(old.BudgetForLifetime),
            AlertAt = hasAlerts ? alerts : old.AlertAt,
        };
    }

    private static Func<RateLimit?, RateLimit?> Rate(FieldReader limits, string name)
    {
        RateLimit? given = limits.Object(name, OfRateLimit) is { } limit
            ? new RateLimit(limit.Whole("value", 1) ?? limit.Missing("value", 1L), Mode(limit))
            : null;
        return limits.Has(name) ? _ => given : old => old;
    }

    private static Func<Budget?, Budget?> Money(FieldReader limits, string name)
    {
        Budget? given = limits.Object(name, OfBudget) is { } budget
            ? new Budget(budget.Amount("usd") ?? budget.Missing("usd", 0m), Mode(budget))
            : null;
        return limits.Has(name) ? _ => given : old => old;
    }

    private static LimitMode Mode(FieldReader limit) =>
        limit.Choice("mode", LimitMode.Enforce, ("enforce", LimitMode.Enforce), ("shadow", LimitMode.Shadow));
}
