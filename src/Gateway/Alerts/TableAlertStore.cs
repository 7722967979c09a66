using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Gateway.Storage;

namespace Gateway.Alerts;

/// <summary>
/// Alerts in one partition, so that a row and its mark are written together or not at all: <c>once:id</c> says for good that
/// the alert was raised, <c>due:time:id</c> that it is to be sent, and <c>log:time backwards:id</c> that it was.
/// </summary>
internal sealed class TableAlertStore(TableStorage storage) : IAlertStore
{
    public const string TableName = "alerts";

    private const string Partition = "alerts";
    private const string Due = "due:";
    private const string Log = "log:";
    private const string Once = "once:";

    /// <summary>Longer than any window but a lifetime, whose news are raised once by the instance that sees them.</summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(400);

    private static readonly FrozenSet<string> s_columns =
    [
        nameof(StoredAlert.Alert), nameof(StoredAlert.State), nameof(StoredAlert.SentTo), nameof(StoredAlert.Attempts), nameof(StoredAlert.Problem),
        nameof(StoredAlert.ClaimedUntil), ExpiredRows.Column,
    ];

    private readonly TableClient _table = storage.Table(TableName);

    public Task<bool> TryAddAsync(StoredAlert alert, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            TableEntity once = new(Partition, Once + alert.Alert.Id) { [ExpiredRows.Column] = alert.Alert.At + s_kept };
            try
            {
                await _table.SubmitTransactionAsync(
                    [new(TableTransactionActionType.Add, once), new(TableTransactionActionType.Add, ToRow(alert))], token);
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status == 409)
            {
                // Or it is our own, whose answer was lost: then it is due all the same.
                return false;
            }
        },
        cancellationToken);

    public async Task<IReadOnlyList<StoredAlert>> PendingAsync(CancellationToken cancellationToken) =>
        (await PageAsync(1000, Due, Log, cancellationToken)).Data;

    public Task<StoredAlert?> TryClaimAsync(StoredAlert alert, DateTimeOffset until, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            StoredAlert claimed = alert with { ClaimedUntil = until };
            try
            {
                Response written = await _table.UpdateEntityAsync(ToRow(claimed), new ETag(alert.Version!), TableUpdateMode.Replace, token);
                return claimed with { Version = written.Headers.ETag?.ToString() };
            }
            catch (RequestFailedException exception) when (exception.Status is 404 or 412)
            {
                return null;
            }
        },
        cancellationToken);

    public Task UpdateAsync(StoredAlert alert, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            try
            {
                if (alert.State == AlertState.Pending)
                {
                    await _table.UpdateEntityAsync(ToRow(alert), new ETag(alert.Version!), TableUpdateMode.Replace, token);
                }
                else
                {
                    TableEntity due = new(Partition, KeyOf(alert.Alert, AlertState.Pending));
                    await _table.SubmitTransactionAsync(
                        [new(TableTransactionActionType.Delete, due, new ETag(alert.Version!)), new(TableTransactionActionType.UpsertReplace, ToRow(alert))], token);
                }
            }
            catch (RequestFailedException exception) when (exception.Status is 404 or 412)
            {
                // Somebody else took over, and keeps what came of it.
            }

            return true;
        },
        cancellationToken);

    public Task<AlertPage> ListAsync(int most, string? after, CancellationToken cancellationToken) => PageAsync(most, after ?? "", Once, cancellationToken);

    private Task<AlertPage> PageAsync(int most, string after, string before, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            string filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {after} and RowKey lt {before}");
            List<StoredAlert> alerts = [];
            string last = "";
            try
            {
                await foreach (TableEntity row in _table.QueryAsync<TableEntity>(filter, Math.Min(most + 1, 1000), cancellationToken: token))
                {
                    if (alerts.Count == most)
                    {
                        return new AlertPage(alerts, last);
                    }

                    last = row.RowKey;
                    alerts.Add(ToAlert(row));
                }
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == Azure.Data.Tables.Models.TableErrorCode.TableNotFound)
            {
                // Made before there were alerts: the operators' tools make it.
            }

            return new AlertPage(alerts, null);
        },
        cancellationToken);

    private static string KeyOf(Alert alert, AlertState state) => state == AlertState.Pending
        ? string.Create(CultureInfo.InvariantCulture, $"{Due}{alert.At.UtcTicks:D19}:{alert.Id}")
        : string.Create(CultureInfo.InvariantCulture, $"{Log}{DateTimeOffset.MaxValue.UtcTicks - alert.At.UtcTicks:D19}:{alert.Id}");

    private static TableEntity ToRow(StoredAlert stored)
    {
        TableEntity row = Columns(stored);
        OtherColumns.AddTo(row, stored.Kept?.Others ?? OtherColumns.None);
        return row;
    }

    private static TableEntity Columns(StoredAlert stored) => new(Partition, KeyOf(stored.Alert, stored.State))
    {
        [nameof(StoredAlert.Alert)] = stored.Kept?.Text ?? RowJson.Text(stored.Alert, AlertJson.Default.Alert),
        [nameof(StoredAlert.State)] = stored.State.ToString(),
        [nameof(StoredAlert.SentTo)] = RowJson.Text(stored.SentTo, StorageJson.Default.IReadOnlyListString),
        [nameof(StoredAlert.Attempts)] = stored.Attempts,
        [nameof(StoredAlert.Problem)] = stored.Problem,
        [nameof(StoredAlert.ClaimedUntil)] = stored.ClaimedUntil == default ? null : stored.ClaimedUntil,
        [ExpiredRows.Column] = stored.Alert.At + s_kept,
    };

    private static StoredAlert ToAlert(TableEntity row)
    {
        try
        {
            return new StoredAlert(
                RowJson.Value(row, nameof(StoredAlert.Alert), AlertJson.Default.Alert) ?? throw new JsonException(),
                Enum.TryParse(row.GetString(nameof(StoredAlert.State)), out AlertState state) ? state : AlertState.Recorded)
            {
                SentTo = RowJson.Value(row, nameof(StoredAlert.SentTo), StorageJson.Default.IReadOnlyListString) ?? [],
                Attempts = row.GetInt32(nameof(StoredAlert.Attempts)) ?? 0,
                Problem = row.GetString(nameof(StoredAlert.Problem)),
                ClaimedUntil = row.GetDateTimeOffset(nameof(StoredAlert.ClaimedUntil)) ?? default,
                Version = row.ETag.ToString(),
                Kept = new KeptAlert(row.GetString(nameof(StoredAlert.Alert)), OtherColumns.Of(row, s_columns)),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new StorageUnavailableException($"The row '{row.RowKey}' in table '{TableName}' cannot be read. Mend the row or delete it.");
        }
    }
}
