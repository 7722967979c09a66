using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Gateway.Metering.Rollups;

/// <summary>How many days of usage are kept: the settings <c>Gateway:Retention</c>. 0 is for ever.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Gateway:Retention";

    /// <summary>Of the rows of single requests.</summary>
    public int UsageDays { get; set; } = 90;

    /// <summary>Of the totals per day, key and model.</summary>
    public int RollupDays { get; set; } = 400;

    /// <summary>Rows of days before it are deleted.</summary>
    internal DateOnly FirstUsageDay(DateTimeOffset now) => First(UsageDays, now);

    internal DateOnly FirstRollupDay(DateTimeOffset now) => First(RollupDays, now);

    internal void ReadFrom(IConfiguration configuration)
    {
        UsageDays = Days(configuration[$"{Section}:{nameof(UsageDays)}"], UsageDays);
        RollupDays = Days(configuration[$"{Section}:{nameof(RollupDays)}"], RollupDays);
    }

    /// <summary>What is no number is for the validator to name.</summary>
    private static int Days(string? text, int otherwise) =>
        string.IsNullOrWhiteSpace(text) ? otherwise : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int days) ? days : -1;

    private static DateOnly First(int days, DateTimeOffset now) =>
        days == 0 ? DateOnly.MinValue : DateOnly.FromDateTime(now.UtcDateTime).AddDays(-days);
}
