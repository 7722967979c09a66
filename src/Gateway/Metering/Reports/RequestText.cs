using System.Globalization;
using System.Text.Json;
using Gateway.Metering.Usage;

namespace Gateway.Metering.Reports;

/// <summary>Requests as text for other programs: a line each.</summary>
public static class RequestText
{
    /// <summary>Columns are added at the end, so that what reads them by number goes on to.</summary>
    private static readonly (string Name, Func<UsageEntry, string?> Value)[] s_columns =
    [
        ("request_id", entry => entry.RequestId),
        ("started_at", entry => entry.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
        ("key_id", entry => entry.KeyId),
        ("team", entry => entry.Team),
        ("api", entry => entry.Api),
        ("requested_model", entry => entry.RequestedModel),
        ("provider", entry => entry.Provider),
        ("model", entry => entry.Model),
        ("status", entry => Number(entry.Status)),
        ("error", entry => entry.Error),
        ("client_left", entry => entry.ClientLeft ? "true" : "false"),
        ("stream", entry => entry.Stream ? "true" : "false"),
        ("cached", entry => entry.Cached ? "true" : "false"),
        ("attempts", entry => Number(entry.Attempts.Count)),
        ("input_tokens", entry => Number(entry.Usage.Input)),
        ("cache_read_tokens", entry => Number(entry.Usage.CacheRead)),
        ("cache_write_5m_tokens", entry => Number(entry.Usage.CacheWrite5m)),
        ("cache_write_1h_tokens", entry => Number(entry.Usage.CacheWrite1h)),
        ("output_tokens", entry => Number(entry.Usage.Output)),
        ("reasoning_tokens", entry => Number(entry.Usage.Reasoning)),
        ("estimated", entry => entry.Usage.Estimated ? "true" : "false"),
        ("cost_usd", entry => entry.Cost?.ToString("0.############################", CultureInfo.InvariantCulture)),
        ("total_ms", entry => entry.Timings.TotalMs.ToString("0.#", CultureInfo.InvariantCulture)),
        ("client", entry => entry.Client),
        ("session", entry => entry.Session),
        ("tags", entry => string.Join(", ", entry.Tags.Select(tag => UsageFilter.TagText(tag.Key, tag.Value)))),
        ("person", entry => entry.Person),
        ("upstream_status", entry => entry.UpstreamStatus is { } status ? Number(status) : null),
        ("reason", entry => entry.Reason),
        ("why", ReceiptWhy.Of),
    ];

    /// <param name="text">Where to.</param>
    /// <param name="entries">What.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="more">Columns behind these, of what a request itself does not know.</param>
    public static async Task WriteCsvAsync(TextWriter text, IAsyncEnumerable<UsageEntry> entries, CancellationToken cancellationToken, params (string Name, Func<UsageEntry, string?> Value)[] more)
    {
        (string Name, Func<UsageEntry, string?> Value)[] columns = [.. s_columns, .. more];
        await text.WriteAsync(CsvLine.Of(columns.Select(column => column.Name)).AsMemory(), cancellationToken);
        await foreach (UsageEntry entry in entries.WithCancellation(cancellationToken))
        {
            await text.WriteAsync(CsvLine.Of(columns.Select(column => column.Value(entry))).AsMemory(), cancellationToken);
        }
    }

    /// <summary>A receipt a line.</summary>
    public static async Task WriteLinesAsync(TextWriter text, IAsyncEnumerable<UsageEntry> entries, CancellationToken cancellationToken)
    {
        await foreach (UsageEntry entry in entries.WithCancellation(cancellationToken))
        {
            await text.WriteLineAsync(JsonSerializer.Serialize(Receipt.Of(entry), ReceiptJson.Default.Receipt).AsMemory(), cancellationToken);
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
