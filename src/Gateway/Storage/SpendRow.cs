using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Gateway.Admission;

namespace Gateway.Storage;

/// <summary>Spend and rates as rows of one partition per scope. Money is text, since a Table has no decimals.</summary>
internal static class SpendRow
{
    public const string Budget = "budget";

    /// <summary>Before the instance's name in the row keys of rates.</summary>
    public const string RatePrefix = "rate:";

    private const string Id = "Id";
    private const string Usd = "Usd";

    public static TableEntity FromState(SpendState state)
    {
        TableEntity row = new(state.Scope, Budget)
        {
            [nameof(SpendState.Leases)] = RowJson.Text(state.Leases, SpendJson.Default.IReadOnlyListLease),
        };
        foreach ((BudgetWindow window, WindowSpend spend) in state.Windows)
        {
            row[window + Id] = spend.Id;
            row[window + Usd] = spend.Usd.ToString(CultureInfo.InvariantCulture);
        }

        return row;
    }

    public static SpendState ToState(TableEntity row)
    {
        try
        {
            return new SpendState(row.PartitionKey)
            {
                Windows = Enum.GetValues<BudgetWindow>().Where(window => row.ContainsKey(window + Id)).ToDictionary(
                    window => window,
                    window => new WindowSpend(row.GetString(window + Id), decimal.Parse(row.GetString(window + Usd), CultureInfo.InvariantCulture))),
                Leases = RowJson.Value(row, nameof(SpendState.Leases), SpendJson.Default.IReadOnlyListLease) ?? [],
                Version = row.ETag.ToString(),
            };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or ArgumentNullException)
        {
            // Taking it for nothing spent would lift the budget.
            throw new StorageUnavailableException($"The row of '{row.PartitionKey}' in table '{TableNames.Spend}' cannot be read.");
        }
    }

    public static TableEntity FromShare(string scope, RateShare share) => new(scope, RatePrefix + share.Instance)
    {
        [nameof(RateShare.Minute)] = share.Minute,
        ["Requests"] = share.Current.Requests,
        ["InputTokens"] = share.Current.InputTokens,
        ["OutputTokens"] = share.Current.OutputTokens,
        ["RequestsBefore"] = share.Previous.Requests,
        ["InputTokensBefore"] = share.Previous.InputTokens,
        ["OutputTokensBefore"] = share.Previous.OutputTokens,
        [nameof(RateShare.Streams)] = share.Streams,
        [nameof(RateShare.At)] = share.At,
    };

    public static RateShare ToShare(TableEntity row) => new(
        row.RowKey[RatePrefix.Length..],
        row.GetInt64(nameof(RateShare.Minute)) ?? 0,
        new RateCounts(row.GetInt64("Requests") ?? 0, row.GetInt64("InputTokens") ?? 0, row.GetInt64("OutputTokens") ?? 0),
        new RateCounts(row.GetInt64("RequestsBefore") ?? 0, row.GetInt64("InputTokensBefore") ?? 0, row.GetInt64("OutputTokensBefore") ?? 0),
        row.GetInt32(nameof(RateShare.Streams)) ?? 0,
        row.GetDateTimeOffset(nameof(RateShare.At)) ?? default);
}

/// <summary>The JSON inside the columns of spend rows.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<Lease>))]
internal sealed partial class SpendJson : JsonSerializerContext;
