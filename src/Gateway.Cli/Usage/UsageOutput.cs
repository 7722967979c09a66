using System.Globalization;
using Gateway.Cli.Shared;
using Gateway.Metering.Reports;
using Spectre.Console;

namespace Gateway.Cli.Usage;

/// <summary>Reports as JSON, or as a table for people.</summary>
internal static class UsageOutput
{
    public static int Write(CommandContext context, UsageReport report)
    {
        if (context.Json)
        {
            context.WriteJson(report, UsageReportJson.Default.UsageReport);
            return 0;
        }

        WriteTable(context, report.By, report.Tag, report.Rows, report.Total);
        context.WriteLine($"{Days.Text(report.From)} to {Days.Text(report.To)} (UTC).");
        if (report.Total.UnpricedRequests > 0)
        {
            context.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The cost lacks {report.Total.UnpricedRequests} requests (?) to models without a price. Set Gateway:Models:[i]:Price."));
        }

        if (report.UncountedRequests is { } folded)
        {
            context.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Some more may be among {folded} requests that totals count together: ask for {UsageReporter.MostDaysOfRows} days at most."));
        }

        return 0;
    }

    public static void WriteTable(CommandContext context, UsageGroup by, string? tag, IReadOnlyList<UsageReportRow> rows, UsageReportRow total)
    {
        Table table = new Table().RoundedBorder().AddColumns(Names(by, tag));
        foreach (string column in (string[])["requests", "refused", "failed", "input", "cache read", "cache write", "output", "reasoning", "cost USD"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (UsageReportRow row in rows)
        {
            table.AddRow([.. Of(by, row).Select(Markup.Escape), .. Numbers(row)]);
        }

        table.AddRow(["all", .. Names(by, tag).Skip(1).Select(_ => ""), .. Numbers(total)]);
        context.WriteTable(table);
    }

    private static string[] Names(UsageGroup by, string? tag) => by switch
    {
        UsageGroup.Key => ["key", "team"],
        UsageGroup.Team => ["team"],
        UsageGroup.Model => ["model"],
        UsageGroup.Person => ["person", "key"],
        UsageGroup.ModelAndDay => ["day (UTC)", "model"],
        UsageGroup.Provider => ["provider"],
        UsageGroup.RequestedModel => ["model asked for"],
        UsageGroup.Client => ["client"],
        UsageGroup.Tag => [Markup.Escape($"tag {tag}")],
        UsageGroup.Session => ["session"],
        _ => ["day (UTC)"],
    };

    private static string[] Of(UsageGroup by, UsageReportRow row) => by switch
    {
        UsageGroup.Key => [row.KeyId ?? "(none accepted)", row.Team ?? ""],
        UsageGroup.Team => [row.Team ?? "(no key accepted)"],
        UsageGroup.Person => [row.Person ?? "(not named)", row.KeyId ?? "(none accepted)"],
        UsageGroup.ModelAndDay => [row.Day is { } date ? Days.Text(date) : "", row.Model ?? "(refused before a model was chosen)"],
        UsageGroup.Provider => [row.Provider ?? "(none)"],
        UsageGroup.RequestedModel => [row.RequestedModel ?? "(none known here)"],
        UsageGroup.Client => [row.Client ?? "(not known)"],
        UsageGroup.Tag => [row.Tag ?? "(without)"],
        UsageGroup.Session => [row.Session ?? "(without)"],
        UsageGroup.Model => [row.Model ?? "(refused before a model was chosen)"],
        _ => [row.Day is { } day ? Days.Text(day) : ""],
    };

    private static string[] Numbers(UsageReportRow row) =>
    [
        Count(row.Requests), Count(row.Refused), Count(row.Failed),
        Count(row.Tokens.Input), Count(row.Tokens.CacheRead), Count(row.Tokens.CacheWrite5m + row.Tokens.CacheWrite1h),
        Count(row.Tokens.Output), Count(row.Tokens.Reasoning),
        row.CostUsd.ToString("0.00####", CultureInfo.InvariantCulture) + (row.UnpricedRequests > 0 ? " ?" : ""),
    ];

    private static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
