namespace Gateway.Alerts;

/// <summary>What alerts can be about. The part before the dot is a group: a webhook may name either.</summary>
internal static class AlertEvents
{
    public const string BudgetThreshold = "budget.threshold";
    public const string TargetDown = "target.down";
    public const string TargetRecovered = "target.recovered";
    public const string TargetMisconfigured = "target.misconfigured";
    public const string StorageAway = "storage.away";
    public const string StorageBack = "storage.back";

    /// <summary>Sent when an operator asks for it, to every webhook.</summary>
    public const string Test = "test";

    public static readonly string[] All = [BudgetThreshold, TargetDown, TargetRecovered, TargetMisconfigured, StorageAway, StorageBack];

    public static string GroupOf(string name) => name.Split('.')[0];
}
