using System.Globalization;
using Gateway.Authentication.Keys;
using Gateway.Cli.Shared;
using Gateway.Metering.Reports;
using Gateway.Metering.Usage;

namespace Gateway.Cli.Usage;

/// <summary>Single requests as receipts or CSV, or as a table for people.</summary>
internal static class RequestOutput
{
    public static async Task WriteAsync(CommandContext context, IReadOnlyList<UsageEntry> entries, string empty, CancellationToken cancellationToken)
    {
        if (context.Json)
        {
            context.WriteJson([.. entries.Select(Receipt.Of)], ReceiptJson.Default.IReadOnlyListReceipt);
            return;
        }

        Dictionary<string, VirtualKey> keys = (await context.Service<KeyAdministration>().ListAsync(cancellationToken)).ToDictionary(key => key.Id, StringComparer.Ordinal);
        if (context.Csv)
        {
            await RequestText.WriteCsvAsync(
                context.Output, entries.ToAsyncEnumerable(), cancellationToken, ("key_name", entry => KeyOf(entry)?.Name), ("owner", entry => KeyOf(entry)?.Owner));
            return;
        }

        string time = entries.Select(entry => entry.StartedAt.UtcDateTime.Date).Distinct().Count() > 1 ? "yyyy-MM-dd HH:mm:ss" : "HH:mm:ss";
        context.WriteTable(entries, empty,
        [
            new("began (UTC)", entry => entry.StartedAt.UtcDateTime.ToString(time, CultureInfo.InvariantCulture), ColumnKind.Whole),
            new("request", entry => entry.RequestId, ColumnKind.Whole),
            new("status", entry => entry.Status.ToString(CultureInfo.InvariantCulture), ColumnKind.Number),
            new("key", entry => entry.KeyId, ColumnKind.Whole, Rank: 5),
            new("name", entry => KeyOf(entry)?.Name ?? entry.Person, Rank: 4),
            new("team", entry => entry.Team, Rank: 9),
            new("client", entry => entry.Client, Rank: 8),
            new("model asked for", entry => entry.RequestedModel, Rank: 7),
            new("upstream", entry => entry.Provider is null ? null : $"{entry.Provider}/{entry.Model}", Rank: 2, Least: 16),
            new("error", entry => entry.Error ?? (entry.ClientLeft ? "client left" : null), Rank: 1),
            new("input", entry => Texts.Count(entry.Usage.TotalInput), ColumnKind.Number, Rank: 6),
            new("output", entry => Texts.Count(entry.Usage.Output), ColumnKind.Number, Rank: 6),
            new("cost USD", entry => entry.Cost is { } cost ? Texts.Usd(cost) : "?", ColumnKind.Number, Rank: 3),
            new("why", entry => Receipt.Of(entry).Why, ColumnKind.Prose, Rank: 10),
            new("s", entry => (entry.Timings.TotalMs / 1000).ToString("0.0", CultureInfo.InvariantCulture), ColumnKind.Number, Rank: 5),
        ]);

        VirtualKey? KeyOf(UsageEntry entry) => entry.KeyId is { } id ? keys.GetValueOrDefault(id) : null;
    }
}
