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

    private const string ForModels = "models";
    private const string Model = "model";

    private static readonly string[] s_amounts =
    [
        "requests_per_minute", "input_tokens_per_minute", "output_tokens_per_minute", "concurrent_streams",
        "budget_per_day", "budget_per_week", "budget_per_month", "budget_for_lifetime",
    ];

    public static readonly string[] OfLimits = [.. s_amounts, AlertAt, ForModels];

    public static readonly string[] OfModelLimits = [Model, .. s_amounts];

    public static readonly string[] OfRateLimit = ["value", "mode"];

    public static readonly string[] OfBudget = ["usd", "mode"];

    /// <summary>Limits with those put in place that were given; null takes one away, and null for all of them takes all.</summary>
    public static Func<Limits, Limits> ReadLimits(FieldReader fields)
    {
        if (fields.Object(Limits, OfLimits) is not { } limits)
        {
            return fields.IsNull(Limits) ? _ => Authentication.Access.Limits.None : old => old;
        }

        Func<Limits, Limits> amounts = ReadAmounts(limits);
        Func<IReadOnlyList<ModelLimits>?, IReadOnlyList<ModelLimits>?> models = ReadModels(limits);
        (bool hasAlerts, IReadOnlyList<int>? alerts) = (limits.Has(AlertAt), limits.Wholes(AlertAt));
        return old => amounts(old) with { AlertAt = hasAlerts ? alerts : old.AlertAt, Models = models(old.Models) };
    }

    /// <summary>Each entry changes the limits of its own pattern, in the same way; null for all of them takes all.</summary>
    private static Func<IReadOnlyList<ModelLimits>?, IReadOnlyList<ModelLimits>?> ReadModels(FieldReader limits)
    {
        if (limits.IsNull(ForModels))
        {
            return _ => null;
        }

        (string Model, Func<Limits, Limits> Change)[] entries =
            [.. limits.Objects(ForModels, OfModelLimits).Select(entry => (entry.RequiredText(Model), ReadAmounts(entry)))];
        return old => entries.Aggregate(old, (all, entry) => ModelLimits.Change(all, entry.Model, entry.Change));
    }

    private static Func<Limits, Limits> ReadAmounts(FieldReader limits)
    {
        Func<RateLimit?, RateLimit?> requests = Rate(limits, s_amounts[0]);
        Func<RateLimit?, RateLimit?> input = Rate(limits, s_amounts[1]);
        Func<RateLimit?, RateLimit?> output = Rate(limits, s_amounts[2]);
        Func<RateLimit?, RateLimit?> streams = Rate(limits, s_amounts[3]);
        Func<Budget?, Budget?> day = Money(limits, s_amounts[4]);
        Func<Budget?, Budget?> week = Money(limits, s_amounts[5]);
        Func<Budget?, Budget?> month = Money(limits, s_amounts[6]);
        Func<Budget?, Budget?> lifetime = Money(limits, s_amounts[7]);
        return old => old with
        {
            RequestsPerMinute = requests(old.RequestsPerMinute),
            InputTokensPerMinute = input(old.InputTokensPerMinute),
            OutputTokensPerMinute = output(old.OutputTokensPerMinute),
            ConcurrentStreams = streams(old.ConcurrentStreams),
            BudgetPerDay = day(old.BudgetPerDay),
            BudgetPerWeek = week(old.BudgetPerWeek),
            BudgetPerMonth = month(old.BudgetPerMonth),
            BudgetForLifetime = lifetime(old.BudgetForLifetime),
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
