using Azure;
using Azure.Data.Tables;
using Gateway.Admission;

namespace Gateway.Storage;

/// <summary>Spend in Table Storage: one partition a scope, so that scopes spread over the service's servers.</summary>
internal sealed class TableSpendStore(TableStorage storage, TimeProvider time) : ISpendStore
{
    /// <summary>Rows of instances that ended without a goodbye.</summary>
    private static readonly TimeSpan s_abandoned = TimeSpan.FromHours(1);

    private readonly TableClient _table = storage.Table(TableNames.Spend);

    public Task<SpendState> ReadAsync(string scope, CancellationToken cancellationToken) => storage.RunAsync(
        async token => await TableRow.FindAsync(_table, scope, SpendRow.Budget, token) is { } row ? SpendRow.ToState(row) : new SpendState(scope),
        cancellationToken);

    public Task<bool> TryWriteAsync(SpendState state, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            TableEntity row = SpendRow.FromState(state);
            try
            {
                await (state.Version is { } version
                    ? _table.UpdateEntityAsync(row, new ETag(version), TableUpdateMode.Replace, token)
                    : _table.AddEntityAsync(row, token));
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status is 409 or 412)
            {
                return false;
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<RateShare>> ShareAsync(string scope, RateShare mine, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            await _table.UpsertEntityAsync(SpendRow.FromShare(scope, mine), TableUpdateMode.Replace, token);
            string filter = TableClient.CreateQueryFilter($"PartitionKey eq {scope} and RowKey ge {SpendRow.RatePrefix}");
            IReadOnlyList<RateShare> all = await TableRows.ListAsync(_table, SpendRow.ToShare, token, filter);
            foreach (RateShare left in all.Where(share => time.GetUtcNow() - share.At > s_abandoned))
            {
                await _table.DeleteEntityAsync(scope, SpendRow.RatePrefix + left.Instance, cancellationToken: token);
            }

            return (IReadOnlyList<RateShare>)[.. all.Where(share => share.Instance != mine.Instance)];
        },
        cancellationToken);
}
