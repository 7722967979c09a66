using System.Collections.Frozen;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure.Data.Tables;
using Gateway.Authentication.Access;
using Gateway.Storage;
using Gateway.Translation.Hub;

namespace Gateway.Metering.Usage;

/// <summary>A usage entry as a row. Money is text, since a Table has no decimals; what is null has no column.</summary>
internal static class UsageRow
{
    private const string CostUsd = "CostUsd";
    private const string PriceVersion = "PriceVersion";

    /// <summary>What totals are made of.</summary>
    public static readonly string[] ColumnsOfTotals =
    [
        nameof(TableEntity.RowKey), nameof(UsageEntry.StartedAt), nameof(UsageEntry.KeyId), nameof(UsageEntry.Team), nameof(UsageEntry.Provider),
        nameof(UsageEntry.Model), nameof(UsageEntry.Error), nameof(UsageTimings.FirstTryMs), CostUsd, nameof(TokenUsage.Input), nameof(TokenUsage.CacheRead),
        nameof(TokenUsage.CacheWrite5m), nameof(TokenUsage.CacheWrite1h), nameof(TokenUsage.Output), nameof(TokenUsage.Reasoning), nameof(TokenUsage.Estimated),
        nameof(UsageEntry.Person), nameof(UsageEntry.Requests),
        nameof(UsageEntry.RequestedModel), nameof(UsageEntry.Tags), nameof(UsageEntry.Client),
        nameof(UsageEntry.Cached), nameof(UsageEntry.ClientLeft), nameof(UsageEntry.Stream), nameof(UsageTimings.FirstEventMs), nameof(UsageTimings.TotalMs),
    ];

    /// <summary>Escapes nothing that need not be: in a column it would only take room.</summary>
    private static readonly JsonTypeInfo<IReadOnlyDictionary<string, string>> s_plain = (JsonTypeInfo<IReadOnlyDictionary<string, string>>)
        new JsonSerializerOptions(UsageRowJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }.GetTypeInfo(typeof(IReadOnlyDictionary<string, string>));

    public static string Partition(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public static TableEntity FromEntry(UsageEntry entry)
    {
        TableEntity row = new(Partition(DateOnly.FromDateTime(entry.StartedAt.UtcDateTime)), entry.RequestId)
        {
            [nameof(UsageEntry.StartedAt)] = entry.StartedAt,
            [nameof(UsageEntry.Api)] = entry.Api,
            [nameof(UsageEntry.Stream)] = entry.Stream,
            [nameof(UsageEntry.Status)] = entry.Status,
            [nameof(UsageEntry.ClientLeft)] = entry.ClientLeft,
            [nameof(UsageEntry.Cached)] = entry.Cached,
            [nameof(UsageEntry.Attempts)] = RowJson.Text(entry.Attempts, UsageRowJson.Default.IReadOnlyListUsageAttempt),
            [nameof(TokenUsage.Input)] = entry.Usage.Input,
            [nameof(TokenUsage.CacheRead)] = entry.Usage.CacheRead,
            [nameof(TokenUsage.CacheWrite5m)] = entry.Usage.CacheWrite5m,
            [nameof(TokenUsage.CacheWrite1h)] = entry.Usage.CacheWrite1h,
            [nameof(TokenUsage.Output)] = entry.Usage.Output,
            [nameof(TokenUsage.Reasoning)] = entry.Usage.Reasoning,
            [nameof(TokenUsage.Estimated)] = entry.Usage.Estimated,
            [nameof(UsageTimings.TotalMs)] = entry.Timings.TotalMs,
        };
        Set(row, nameof(UsageEntry.KeyId), entry.KeyId);
        Set(row, nameof(UsageEntry.Team), entry.Team);
        Set(row, nameof(UsageEntry.Credential), entry.Credential?.ToString());
        Set(row, nameof(UsageEntry.Person), entry.Person);
        Set(row, nameof(UsageEntry.Requests), entry.Requests == 1 ? null : entry.Requests);
        Set(row, nameof(UsageEntry.Refusal), entry.Refusal);
        Set(row, nameof(UsageEntry.RequestedModel), entry.RequestedModel);
        Set(row, nameof(UsageEntry.Tags), entry.Tags.Count > 0 ? RowJson.Text(entry.Tags, s_plain) : null);
        Set(row, nameof(UsageEntry.Client), entry.Client);
        Set(row, nameof(UsageEntry.Session), entry.Session);
        Set(row, nameof(UsageEntry.MatchedModel), entry.MatchedModel);
        Set(row, nameof(UsageEntry.Provider), entry.Provider);
        Set(row, nameof(UsageEntry.Model), entry.Model);
        Set(row, nameof(UsageEntry.Error), entry.Error);
        Set(row, nameof(UsageEntry.RefusedBecause), entry.RefusedBecause);
        Set(row, nameof(UsageEntry.Report), entry.Report);
        Set(row, nameof(UsageEntry.ShadowLimits), entry.ShadowLimits);
        Set(row, nameof(UsageEntry.UpstreamRequestId), entry.UpstreamRequestId);
        Set(row, nameof(UsageEntry.UpstreamFacts), entry.UpstreamFacts.Count > 0 ? RowJson.Text(entry.UpstreamFacts, UsageRowJson.Default.IReadOnlyDictionaryStringString) : null);
        Set(row, CostUsd, entry.Cost is { } usd ? UsdText.Of(usd) : null);
        Set(row, PriceVersion, entry.Bill.PriceVersion ?? entry.Price?.Version);
        Set(row, nameof(UsageEntry.Bill), entry.Bill.IsPlain ? null : RowJson.Text(entry.Bill, UsageRowJson.Default.UsageBill));
        Set(row, nameof(UsageEntry.Price), entry.Price is { } price ? RowJson.Text(price, UsageRowJson.Default.Price) : null);
        Set(row, nameof(UsageTimings.FirstTryMs), entry.Timings.FirstTryMs);
        Set(row, nameof(UsageTimings.FirstByteMs), entry.Timings.FirstByteMs);
        Set(row, nameof(UsageTimings.FirstEventMs), entry.Timings.FirstEventMs);
        return row;
    }

    public static UsageEntry ToEntry(TableEntity row)
    {
        try
        {
            return new UsageEntry
            {
                RequestId = row.RowKey,
                StartedAt = row.GetDateTimeOffset(nameof(UsageEntry.StartedAt)) ?? throw new JsonException(),
                KeyId = row.GetString(nameof(UsageEntry.KeyId)),
                Team = row.GetString(nameof(UsageEntry.Team)),
                Credential = Enum.TryParse(row.GetString(nameof(UsageEntry.Credential)), out CredentialKind kind) ? kind : null,
                Api = row.GetString(nameof(UsageEntry.Api)) ?? "",
                Stream = row.GetBoolean(nameof(UsageEntry.Stream)) ?? false,
                Person = row.GetString(nameof(UsageEntry.Person)),
                Requests = row.GetInt64(nameof(UsageEntry.Requests)) ?? 1,
                Refusal = row.GetString(nameof(UsageEntry.Refusal)),
                RequestedModel = row.GetString(nameof(UsageEntry.RequestedModel)),
                Tags = RowJson.Value(row, nameof(UsageEntry.Tags), UsageRowJson.Default.IReadOnlyDictionaryStringString) ?? FrozenDictionary<string, string>.Empty,
                Client = row.GetString(nameof(UsageEntry.Client)),
                Session = row.GetString(nameof(UsageEntry.Session)),
                MatchedModel = row.GetString(nameof(UsageEntry.MatchedModel)),
                Provider = row.GetString(nameof(UsageEntry.Provider)),
                Model = row.GetString(nameof(UsageEntry.Model)),
                Status = row.GetInt32(nameof(UsageEntry.Status)) ?? 0,
                Error = row.GetString(nameof(UsageEntry.Error)),
                RefusedBecause = row.GetString(nameof(UsageEntry.RefusedBecause)),
                ClientLeft = row.GetBoolean(nameof(UsageEntry.ClientLeft)) ?? false,
                Cached = row.GetBoolean(nameof(UsageEntry.Cached)) ?? false,
                Attempts = RowJson.Value(row, nameof(UsageEntry.Attempts), UsageRowJson.Default.IReadOnlyListUsageAttempt) ?? [],
                Usage = new TokenUsage
                {
                    Input = row.GetInt64(nameof(TokenUsage.Input)) ?? 0,
                    CacheRead = row.GetInt64(nameof(TokenUsage.CacheRead)) ?? 0,
                    CacheWrite5m = row.GetInt64(nameof(TokenUsage.CacheWrite5m)) ?? 0,
                    CacheWrite1h = row.GetInt64(nameof(TokenUsage.CacheWrite1h)) ?? 0,
                    Output = row.GetInt64(nameof(TokenUsage.Output)) ?? 0,
                    Reasoning = row.GetInt64(nameof(TokenUsage.Reasoning)) ?? 0,
                    Estimated = row.GetBoolean(nameof(TokenUsage.Estimated)) ?? false,
                },
                Price = RowJson.Value(row, nameof(UsageEntry.Price), UsageRowJson.Default.Price),
                Bill = RowJson.Value(row, nameof(UsageEntry.Bill), UsageRowJson.Default.UsageBill) ?? UsageBill.None with { PriceVersion = row.GetString(PriceVersion) },
                Cost = row.GetString(CostUsd) is { } cost ? UsdText.Read(cost) : null,
                Report = row.GetString(nameof(UsageEntry.Report)),
                ShadowLimits = row.GetString(nameof(UsageEntry.ShadowLimits)),
                UpstreamRequestId = row.GetString(nameof(UsageEntry.UpstreamRequestId)),
                UpstreamFacts = RowJson.Value(row, nameof(UsageEntry.UpstreamFacts), UsageRowJson.Default.IReadOnlyDictionaryStringString) ?? FrozenDictionary<string, string>.Empty,
                Timings = new UsageTimings(
                    Milliseconds(row, nameof(UsageTimings.FirstTryMs)),
                    Milliseconds(row, nameof(UsageTimings.FirstByteMs)),
                    Milliseconds(row, nameof(UsageTimings.FirstEventMs)),
                    Milliseconds(row, nameof(UsageTimings.TotalMs)) ?? 0),
            };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or NotSupportedException)
        {
            throw new StorageUnavailableException($"The row of request {row.RowKey} in table '{TableUsageStore.TableName}' cannot be read.");
        }
    }

    /// <summary>A whole number may have lost its type in a copy of the table that somebody wrote back.</summary>
    private static double? Milliseconds(TableEntity row, string column) => row[column] is int or long ? Convert.ToDouble(row[column], CultureInfo.InvariantCulture) : row.GetDouble(column);

    private static void Set(TableEntity row, string column, object? value)
    {
        if (value is not null)
        {
            row[column] = value;
        }
    }
}
