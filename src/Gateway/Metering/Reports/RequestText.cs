using System.Buffers;
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
    ];

    private static readonly SearchValues<char> s_quoted = SearchValues.Create("\",;\t\r\n");

    public static async Task WriteCsvAsync(TextWriter text, IAsyncEnumerable<UsageEntry> entries, CancellationToken cancellationToken)
    {
        await text.WriteAsync(Line(s_columns.Select(column => column.Name)).AsMemory(), cancellationToken);
        await foreach (UsageEntry entry in entries.WithCancellation(cancellationToken))
        {
            await text.WriteAsync(Line(s_columns.Select(column => column.Value(entry))).AsMemory(), cancellationToken);
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

    /// <summary>By RFC 4180.</summary>
    private static string Line(IEnumerable<string?> fields) => string.Join(',', fields.Select(field => Quoted(Harmless(field ?? "")))) + "\r\n";

    /// <summary>
    /// Names of models, tags and sessions are the clients' to choose, and spreadsheets run what looks like a formula:
    /// an apostrophe before it makes it text.
    /// </summary>
    private static string Harmless(string field) =>
        field.TrimStart() is ['=' or '+' or '-' or '@' or '|' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..] || field is ['\t' or '\r' or '\n', ..] ? $"'{field}" : field;

    private static string Quoted(string field) =>
        field.AsSpan().ContainsAny(s_quoted) || field is [' ', ..] or [.., ' '] ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
