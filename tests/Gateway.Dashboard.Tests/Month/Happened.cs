using System.Globalization;
using Gateway.Alerts;

namespace Gateway.Dashboard.Tests.Month;

/// <summary>What somebody was told in the weeks before.</summary>
internal static class Happened
{
    public static IEnumerable<Alert> Alerts(DateTimeOffset now)
    {
        yield return Budget(now.AddDays(-9), Company.UsedUp, "platform", 50);
        yield return Budget(now.AddDays(-4), Company.UsedUp, "platform", 80);
        yield return Budget(now.AddHours(-19), Company.UsedUp, "platform", 100);
        yield return Budget(now.AddDays(-2), Company.Near, "assistant", 80);
        yield return Target(now.AddDays(-6), AlertEvents.TargetDown, "A target is down", "azure/gpt-5.6-terra", "it answered 503 five times in a row", "azure/gpt-5.6-terra is not asked any more: it answered 503 five times in a row.");
        yield return Target(now.AddDays(-6).AddMinutes(14), AlertEvents.TargetRecovered, "A target is well again", "azure/gpt-5.6-terra", null, "azure/gpt-5.6-terra answers again.");
        yield return Target(now.AddHours(-31), AlertEvents.TargetMisconfigured, "A target refuses its key", "mistral/codestral-2508", "it answered 401", "mistral/codestral-2508 refuses the gateway's key: it answered 401.");
        yield return new Alert { Id = "alert_storage_away", Event = AlertEvents.StorageAway, At = now.AddDays(-12), Title = "The storage does not answer", Message = "The Table service did not answer in time. Keys that are known go on working." };
        yield return new Alert { Id = "alert_storage_back", Event = AlertEvents.StorageBack, At = now.AddDays(-12).AddMinutes(3), Title = "The storage answers again", Message = "It was away for 3 minutes." };
    }

    private static Alert Budget(DateTimeOffset at, string name, string team, int percent)
    {
        KeyOffer key = Company.Keys.Single(one => one.Name == name);
        return new Alert
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"alert_{key.Id}_{percent}"),
            Event = AlertEvents.BudgetThreshold,
            At = at,
            Title = string.Create(CultureInfo.InvariantCulture, $"A budget is used up to {percent} %"),
            Message = string.Create(CultureInfo.InvariantCulture, $"The key {key.Id} ('{name}', team '{team}') has spent {percent * 1.2} of its {120} USD of this month."),
            Budget = new BudgetNews
            {
                Scope = "key",
                Id = key.Id,
                Name = name,
                Team = team,
                Window = "month",
                WindowId = at.ToString("yyyy-MM", CultureInfo.InvariantCulture),
                Percent = percent,
                SpentUsd = percent * 1.2m,
                BudgetUsd = 120,
                Mode = "enforce",
            },
        };
    }

    private static Alert Target(DateTimeOffset at, string kind, string title, string target, string? reason, string message) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"alert_{kind}_{at:yyyyMMddHHmm}"),
        Event = kind,
        At = at,
        Title = title,
        Message = message,
        Target = new TargetNews(target, reason),
    };
}
