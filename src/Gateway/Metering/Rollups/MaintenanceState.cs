using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Rollups;

/// <summary>When the tables were last tidied, for all instances: one row beside the totals.</summary>
internal sealed class MaintenanceState(TableStorage storage)
{
    private const string Partition = "maintenance";
    private const string Row = "state";
    private const string NextRun = "NextRun";
    private const string ClaimedBy = "ClaimedBy";
    private const string ClosedThrough = "ClosedThrough";
    private const string PackedFrom = "PackedFrom";
    private const string PackedThrough = "PackedThrough";

    private readonly TableClient _table = storage.Table(TableRollupStore.TableName);

    /// <summary>True for the one instance that is to do it, when it is due; until then nobody else will.</summary>
    public Task<bool> TryClaimAsync(DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            // Named, since others may claim the same hour: it tells our claim from theirs when its answer was lost.
            TableEntity claim = new(Partition, Row) { [NextRun] = until, [ClaimedBy] = Guid.NewGuid() };
            TableEntity? row = await TableRow.FindAsync(_table, Partition, Row, token);
            try
            {
                if (row is null)
                {
                    await _table.AddEntityAsync(claim, token);
                    return true;
                }

                if (row.GetDateTimeOffset(NextRun) > now)
                {
                    return false;
                }

                await _table.UpdateEntityAsync(claim, row.ETag, TableUpdateMode.Merge, token);
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status is 409 or 412)
            {
                return await TableRow.HoldsAsync(_table, claim, token);
            }
        },
        cancellationToken);

    public Task SetNextRunAsync(DateTimeOffset at, CancellationToken cancellationToken) => SetAsync(NextRun, at, cancellationToken);

    /// <summary>The last day whose totals are settled, or null.</summary>
    public Task<DateOnly?> ClosedThroughAsync(CancellationToken cancellationToken) => storage.RunAsync(
        async token => Day(await TableRow.FindAsync(_table, Partition, Row, token), ClosedThrough),
        cancellationToken);

    public Task SetClosedThroughAsync(DateOnly day, CancellationToken cancellationToken) => SetAsync(ClosedThrough, UsageRow.Partition(day), cancellationToken);

    /// <summary>The days that are packed, those among them that are closed; null for none. Whoever asks need not know whether there are tables yet.</summary>
    public Task<DaySpan?> PackedAsync(CancellationToken cancellationToken) => storage.RunAsync<DaySpan?>(
        async token =>
        {
            try
            {
                TableEntity? row = await TableRow.FindAsync(_table, Partition, Row, token);
                return Day(row, PackedFrom) is { } first && Day(row, PackedThrough) is { } last ? new DaySpan(first, last) : null;
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
            {
                return null;
            }
        },
        cancellationToken);

    public async Task SetPackedAsync(DaySpan days, CancellationToken cancellationToken)
    {
        await SetAsync(PackedFrom, UsageRow.Partition(days.First), cancellationToken);
        await SetAsync(PackedThrough, UsageRow.Partition(days.Last), cancellationToken);
    }

    private static DateOnly? Day(TableEntity? row, string column) =>
        DateOnly.TryParseExact(row?.GetString(column), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : null;

    private Task<Response> SetAsync(string column, object value, CancellationToken cancellationToken) => storage.RunAsync(
        token => _table.UpsertEntityAsync(new TableEntity(Partition, Row) { [column] = value }, TableUpdateMode.Merge, token),
        cancellationToken);
}
