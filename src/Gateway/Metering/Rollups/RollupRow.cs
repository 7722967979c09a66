using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Gateway.Translation.Hub;

namespace Gateway.Metering.Rollups;

/// <summary>
/// Totals as a row: one partition a day, and in it one row per writer, key and model. Names of models hold characters
/// that no row key takes, so a hash stands for them there and the names are columns. Each kind of facet has a partition a
/// day of its own, so that what is asked most reads nothing of them.
/// </summary>
internal static class RollupRow
{
    /// <summary>The writer of closed days. Others have hexadecimal names.</summary>
    public const string Closed = "closed";

    /// <summary>The row that says that the day is closed.</summary>
    public const string Mark = "!closed";

    /// <summary>The column with the name of a tag.</summary>
    public const string Tag = "Tag";

    /// <summary>Those that totals are kept of.</summary>
    public static readonly FacetKind[] Kinds = [FacetKind.Client, FacetKind.RequestedModel, FacetKind.Tag];

    /// <summary>All of a total, and nothing of what marks carry.</summary>
    public static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey),
        nameof(RollupKey.KeyId), nameof(RollupKey.Team), nameof(RollupKey.Provider), nameof(RollupKey.Model), nameof(RollupKey.Person), Tag, nameof(RollupFacet.Value),
        nameof(RollupTotals.Requests), nameof(RollupTotals.Refused), nameof(RollupTotals.Failed), nameof(RollupTotals.CostUsd), nameof(RollupTotals.Unpriced),
        nameof(TokenUsage.Input), nameof(TokenUsage.CacheRead), nameof(TokenUsage.CacheWrite5m), nameof(TokenUsage.CacheWrite1h), nameof(TokenUsage.Output),
        nameof(TokenUsage.Reasoning), nameof(TokenUsage.Estimated),
        nameof(RollupTotals.Cached), nameof(RollupTotals.LastRequestAt), nameof(RollupTotals.Latency), nameof(RollupTotals.FirstToken),
    ];

    /// <summary>Sorts by day among those of its kind.</summary>
    public static string Partition(FacetKind? kind, DateOnly day) => kind switch
    {
        null => UsageRow.Partition(day),
        FacetKind.Client => $"client:{UsageRow.Partition(day)}",
        FacetKind.RequestedModel => $"requested:{UsageRow.Partition(day)}",
        FacetKind.Tag => $"tag:{UsageRow.Partition(day)}",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static DateOnly DayOf(string partition) => DateOnly.ParseExact(partition.AsSpan(partition.IndexOf(':', StringComparison.Ordinal) + 1), "yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>Of a closed day, not of one that wrote while it was open.</summary>
    public static bool IsClosed(TableEntity row) => row.RowKey.StartsWith(Closed, StringComparison.Ordinal);

    public static bool IsOf(string? writer, string rowKey) => writer is not null && rowKey.Length > writer.Length && rowKey[writer.Length] == '-' && rowKey.StartsWith(writer, StringComparison.Ordinal);

    public static TableEntity From(string writer, Rollup rollup)
    {
        (RollupKey key, RollupTotals totals) = rollup;
        TableEntity row = new(Partition(key.Facet?.Kind, key.Day), $"{writer}-{Hash(key)}")
        {
            [nameof(RollupTotals.Requests)] = totals.Requests,
            [nameof(RollupTotals.Refused)] = totals.Refused,
            [nameof(RollupTotals.Failed)] = totals.Failed,
            [nameof(TokenUsage.Input)] = totals.Tokens.Input,
            [nameof(TokenUsage.CacheRead)] = totals.Tokens.CacheRead,
            [nameof(TokenUsage.CacheWrite5m)] = totals.Tokens.CacheWrite5m,
            [nameof(TokenUsage.CacheWrite1h)] = totals.Tokens.CacheWrite1h,
            [nameof(TokenUsage.Output)] = totals.Tokens.Output,
            [nameof(TokenUsage.Reasoning)] = totals.Tokens.Reasoning,
            [nameof(TokenUsage.Estimated)] = totals.Tokens.Estimated,
            [nameof(RollupTotals.CostUsd)] = UsdText.Of(totals.CostUsd),
            [nameof(RollupTotals.Unpriced)] = totals.Unpriced,
            [nameof(RollupTotals.Cached)] = totals.Cached,
        };
        Set(row, nameof(RollupTotals.LastRequestAt), totals.LastRequestAt);
        Set(row, nameof(RollupTotals.Latency), totals.Latency.IsEmpty ? null : totals.Latency.ToString());
        Set(row, nameof(RollupTotals.FirstToken), totals.FirstToken.IsEmpty ? null : totals.FirstToken.ToString());
        Set(row, nameof(RollupKey.KeyId), key.KeyId);
        Set(row, nameof(RollupKey.Team), key.Team);
        Set(row, nameof(RollupKey.Provider), key.Provider);
        Set(row, nameof(RollupKey.Model), key.Model);
        Set(row, nameof(RollupKey.Person), key.Person);
        Set(row, Tag, key.Facet?.Name);
        Set(row, nameof(RollupFacet.Value), key.Facet?.Value);
        return row;
    }

    /// <param name="kind">What its partition is of.</param>
    /// <param name="row">As <see cref="From"/> made it.</param>
    public static Rollup ToRollup(FacetKind? kind, TableEntity row)
    {
        try
        {
            return new Rollup(
                new RollupKey(
                    DayOf(row.PartitionKey),
                    row.GetString(nameof(RollupKey.KeyId)),
                    row.GetString(nameof(RollupKey.Team)),
                    row.GetString(nameof(RollupKey.Provider)),
                    row.GetString(nameof(RollupKey.Model)))
                {
                    Person = row.GetString(nameof(RollupKey.Person)),
                    Facet = kind is { } facet ? new RollupFacet(facet, row.GetString(Tag), row.GetString(nameof(RollupFacet.Value)) ?? throw new JsonException()) : null,
                },
                new RollupTotals
                {
                    Requests = Number(row, nameof(RollupTotals.Requests)),
                    Refused = Number(row, nameof(RollupTotals.Refused)),
                    Failed = Number(row, nameof(RollupTotals.Failed)),
                    Tokens = new TokenUsage
                    {
                        Input = Number(row, nameof(TokenUsage.Input)),
                        CacheRead = Number(row, nameof(TokenUsage.CacheRead)),
                        CacheWrite5m = Number(row, nameof(TokenUsage.CacheWrite5m)),
                        CacheWrite1h = Number(row, nameof(TokenUsage.CacheWrite1h)),
                        Output = Number(row, nameof(TokenUsage.Output)),
                        Reasoning = Number(row, nameof(TokenUsage.Reasoning)),
                        Estimated = row.GetBoolean(nameof(TokenUsage.Estimated)) ?? false,
                    },
                    CostUsd = UsdText.Read(row.GetString(nameof(RollupTotals.CostUsd)) ?? throw new JsonException()),
                    Unpriced = Number(row, nameof(RollupTotals.Unpriced)),

                    // Rows of before do not have these.
                    Cached = row.GetInt64(nameof(RollupTotals.Cached)) ?? 0,
                    LastRequestAt = row.GetDateTimeOffset(nameof(RollupTotals.LastRequestAt)),
                    Latency = DurationBuckets.Read(row.GetString(nameof(RollupTotals.Latency))),
                    FirstToken = DurationBuckets.Read(row.GetString(nameof(RollupTotals.FirstToken))),
                });
        }
        catch (Exception exception) when (exception is JsonException or FormatException or OverflowException or InvalidOperationException)
        {
            throw new StorageUnavailableException($"Row {row.RowKey} of day {row.PartitionKey} in table '{TableRollupStore.TableName}' cannot be read. 'usage rebuild --day {UsageRow.Partition(DayOf(row.PartitionKey))}' makes the day anew.");
        }
    }

    private static long Number(TableEntity row, string column) => row.GetInt64(column) ?? throw new JsonException();

    private static string Hash(RollupKey key) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{key.KeyId}\n{key.Team}\n{key.Provider}\n{key.Model}{(key.Person is null ? "" : $"\n{key.Person}")}{(key.Facet is { } facet ? $"\n{facet.Name}\n{facet.Value}" : "")}")).AsSpan(0, 16));

    private static void Set(TableEntity row, string column, object? value)
    {
        if (value is not null)
        {
            row[column] = value;
        }
    }
}
