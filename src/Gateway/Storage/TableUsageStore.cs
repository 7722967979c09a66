using Azure;
using Azure.Data.Tables;
using Gateway.Metering;

namespace Gateway.Storage;

/// <summary>
/// Usage in Table Storage, one partition a day: old days are dropped whole, and a batch of one instance is one
/// transaction. A partition takes about 2,000 rows a second, 170 million a day; sharding it would only make batches
/// smaller and dearer.
/// </summary>
internal sealed class TableUsageStore(TableServiceClient service) : IUsageStore
{
    /// <summary>Nobody waits for it, and a service under load needs longer for a hundred rows than for one.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(15);

    private readonly TableClient _table = service.GetTableClient(TableNames.Usage);

    public async Task<int> AppendAsync(IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken)
    {
        int refused = 0;
        foreach (IGrouping<string, TableEntity> day in entries.DistinctBy(e => e.RequestId).Select(UsageRow.FromEntry).GroupBy(row => row.PartitionKey))
        {
            foreach (TableEntity[] batch in day.Chunk(100))
            {
                refused += await WriteAsync(batch, cancellationToken);
            }
        }

        return refused;
    }

    public Task<UsageEntry?> FindAsync(DateOnly day, string requestId, CancellationToken cancellationToken) => StorageCall.RunAsync(
        async token =>
        {
            NullableResponse<TableEntity> row = await _table.GetEntityIfExistsAsync<TableEntity>(UsageRow.Partition(day), requestId, cancellationToken: token);
            return row.HasValue ? UsageRow.ToEntry(row.Value!) : null;
        },
        cancellationToken);

    /// <summary>All or nothing; when one row spoils it for all, each gets a call of its own.</summary>
    private async Task<int> WriteAsync(TableEntity[] batch, CancellationToken cancellationToken)
    {
        if (await TryAsync(batch, cancellationToken))
        {
            return 0;
        }

        int refused = batch.Length == 1 ? 1 : 0;
        foreach (TableEntity row in batch.Length == 1 ? [] : batch)
        {
            refused += await TryAsync([row], cancellationToken) ? 0 : 1;
        }

        return refused;
    }

    /// <summary>False when the service will never take it. An upsert may be repeated: the answer to the first may have been lost.</summary>
    private Task<bool> TryAsync(TableEntity[] batch, CancellationToken cancellationToken) => StorageCall.RunAsync(
        async token =>
        {
            try
            {
                await _table.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), token);
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status is 400 or 413)
            {
                return false;
            }
        },
        s_timeout,
        cancellationToken);
}
