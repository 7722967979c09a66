using System.Globalization;
using Gateway.Authentication.Keys;
using Gateway.Cli.Shared;
using Gateway.Metering.Reports;

namespace Gateway.Cli.Usage;

/// <summary>Reports as JSON or CSV, or as a table for people.</summary>
internal static class UsageOutput
{
    /// <param name="context">Where to.</param>
    /// <param name="report">What was found.</param>
    /// <param name="keys">Their names stand beside their ids.</param>
    /// <param name="filters">What was asked for, in words; empty for everything.</param>
    public static int Write(CommandContext context, UsageReport report, IReadOnlyList<VirtualKey> keys, string filters)
    {
        if (context.Json)
        {
            context.WriteJson(report, UsageReportJson.Default.UsageReport);
            return 0;
        }

        string days = $"{Days.Text(report.From)} to {Days.Text(report.To)} (UTC)";
        context.WriteList(report.Rows, ListingOf(report.By, keys), $"No requests from {days}{filters}: --from looks further back.", report.Total);
        if (context.Csv)
        {
            return 0;
        }

        if (report.Rows.Count > 0)
        {
            context.WriteLine($"{days}{filters}.");
        }

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

    /// <param name="by">What the rows are of.</param>
    /// <param name="keys">Those whose names are known.</param>
    public static Listing<UsageReportRow> ListingOf(UsageGrouping by, IReadOnlyList<VirtualKey> keys)
    {
        UsageNames names = new(keys);
        return new(
            [
                .. by.Dimensions.SelectMany(names.Columns).DistinctBy(column => column.Name),
                Number("requests", row => row.Requests, 0),
                Number("refused", row => row.Refused, 4),
                Number("failed", row => row.Failed, 4),
                Number("input", row => row.Tokens.Input, 2),
                Number("cache read", row => row.Tokens.CacheRead, 5),
                Number("cache write", row => CacheWrite(row), 6),
                Number("output", row => row.Tokens.Output, 2),
                Number("reasoning", row => row.Tokens.Reasoning, 7),
                new("cost USD", row => Texts.Usd(row.CostUsd) + (row.UnpricedRequests > 0 ? " ?" : ""), ColumnKind.Number),
            ],
            [
                .. by.Dimensions.SelectMany(names.Fields).DistinctBy(field => field.Name),
                new("requests", row => row.Requests),
                new("refused", row => row.Refused),
                new("failed", row => row.Failed),
                new("input_tokens", row => row.Tokens.Input),
                new("cache_read_tokens", row => row.Tokens.CacheRead),
                new("cache_write_5m_tokens", row => row.Tokens.CacheWrite5m),
                new("cache_write_1h_tokens", row => row.Tokens.CacheWrite1h),
                new("output_tokens", row => row.Tokens.Output),
                new("reasoning_tokens", row => row.Tokens.Reasoning),
                new("cost_usd", row => row.CostUsd),
                new("unpriced_requests", row => row.UnpricedRequests),
                new("cached_requests", row => row.CachedRequests),
                new("last_request_at", row => row.LastRequestAt),
                new("latency_p50_ms", row => row.LatencyMs?.P50),
                new("latency_p95_ms", row => row.LatencyMs?.P95),
                new("first_token_p50_ms", row => row.FirstTokenMs?.P50),
                new("first_token_p95_ms", row => row.FirstTokenMs?.P95),
            ]);
    }

    private static Column<UsageReportRow> Number(string name, Func<UsageReportRow, long> value, int rank) => new(name, row => Texts.Count(value(row)), ColumnKind.Number, rank);

    private static long CacheWrite(UsageReportRow row) => row.Tokens.CacheWrite5m + row.Tokens.CacheWrite1h;
}
