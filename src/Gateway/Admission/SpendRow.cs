using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Gateway.Routing.Prices;
using Gateway.Storage;

namespace Gateway.Admission;

/// <summary>Spend and rates as rows of one partition per scope. Money is text, since a Table has no decimals.</summary>
internal static class SpendRow
{
    public const string Budget = "budget";

    /// <summary>Before the instance's name in the row keys of rates.</summary>
    public const string RatePrefix = "rate:";

    private const string Id = "Id";
    private const string Usd = "Usd";

    private static readonly FrozenSet<string> s_columns = [nameof(SpendState.Leases), .. Enum.GetValues<BudgetWindow>().SelectMany(window => (string[])[window + Id, window + Usd])];

    public static TableEntity FromState(SpendState state)
    {
        TableEntity row = new(state.Scope, Budget)
        {
            [nameof(SpendState.Leases)] = RowJson.Text([.. state.Leases.Select(StoredLease.Of)], SpendJson.Default.IReadOnlyListStoredLease),
        };
        foreach ((BudgetWindow window, WindowSpend spend) in state.Windows)
        {
            row[window + Id] = spend.Id;
            row[window + Usd] = UsdText.Of(spend.Usd);
        }

        OtherColumns.AddTo(row, state.Others);
        return row;
    }

    /// <param name="row">As stored.</param>
    /// <param name="negative">Hears about amounts below zero, which count as zero and are gone with the next write.</param>
    public static SpendState ToState(TableEntity row, Action<string, decimal>? negative = null)
    {
        try
        {
            return new SpendState(row.PartitionKey)
            {
                Windows = Enum.GetValues<BudgetWindow>().Where(window => row.ContainsKey(window + Id)).ToDictionary(
                    window => window,
                    window => new WindowSpend(row.GetString(window + Id), Amount(window + Usd, UsdText.ReadAny(row.GetString(window + Usd)), negative))),
                Leases = [.. (RowJson.Value(row, nameof(SpendState.Leases), SpendJson.Default.IReadOnlyListStoredLease) ?? [])
                    .Select(lease => lease ?? throw new JsonException())
                    .Select(lease => new Lease(lease.Instance, lease.Sequence, Amount(nameof(SpendState.Leases), lease.Usd, negative), lease.Expires))],
                Version = row.ETag.ToString(),
                Others = OtherColumns.Of(row, s_columns),
            };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or OverflowException or InvalidOperationException or ArgumentNullException)
        {
            // Taking it for nothing spent would lift the budget.
            throw new StorageUnavailableException($"The row of '{row.PartitionKey}' in table '{TableSpendStore.TableName}' cannot be read.");
        }
    }

    public static TableEntity FromShare(string scope, RateShare share) => new(scope, RatePrefix + share.Instance)
    {
        [nameof(RateShare.Slots)] = RowJson.Text(
            [.. share.Slots.Select(slot => new[] { slot.Second, slot.Counts.Requests, slot.Counts.InputTokens, slot.Counts.OutputTokens })],
            SpendJson.Default.IReadOnlyListInt64Array),
        [nameof(RateShare.Streams)] = share.Streams,
        [nameof(RateShare.At)] = share.At,
    };

    /// <summary>What cannot be read counts as nothing: it is the view of one moment, and the next one comes soon.</summary>
    public static RateShare ToShare(TableEntity row) => new(
        row.RowKey[RatePrefix.Length..],
        [.. Slots(row)],
        Math.Max(0, row.GetInt32(nameof(RateShare.Streams)) ?? 0),
        row.GetDateTimeOffset(nameof(RateShare.At)) ?? default);

    private static IEnumerable<RateSlot> Slots(TableEntity row)
    {
        IReadOnlyList<long[]> slots;
        try
        {
            slots = RowJson.Value(row, nameof(RateShare.Slots), SpendJson.Default.IReadOnlyListInt64Array) ?? [];
        }
        catch (JsonException)
        {
            yield break;
        }

        foreach (long[] slot in slots)
        {
            if (slot is [long second, long requests, long input, long output])
            {
                yield return new RateSlot(second, new RateCounts(requests, input, output));
            }
        }
    }

    private static Usd Amount(string column, decimal stored, Action<string, decimal>? negative)
    {
        if (stored < 0)
        {
            negative?.Invoke(column, stored);
        }

        return Routing.Prices.Usd.Of(stored);
    }
}

/// <summary>A lease as text in a column.</summary>
internal sealed record StoredLease(string Instance, long Sequence, decimal Usd, DateTimeOffset Expires)
{
    public static StoredLease Of(Lease lease) => new(lease.Instance, lease.Sequence, lease.Usd, lease.Expires);
}

/// <summary>The JSON inside the columns of spend rows.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<StoredLease>))]
[JsonSerializable(typeof(IReadOnlyList<long[]>))]
internal sealed partial class SpendJson : JsonSerializerContext;
