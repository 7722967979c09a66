using Azure;
using Azure.Data.Tables;
using Gateway.Authentication.Keys;

namespace Gateway.Storage;

/// <summary>
/// Keys as rows of Table Storage. A key is its own partition, so that lookups spread over the service's servers and
/// each is one point read.
/// </summary>
internal sealed class TableKeyStore(TableServiceClient service) : IKeyStore
{
    private readonly TableClient _table = service.GetTableClient(TableNames.Keys);

    public Task<VirtualKey?> FindAsync(string id, CancellationToken cancellationToken) => StorageCall.RunAsync(
        async token =>
        {
            NullableResponse<TableEntity> row = await _table.GetEntityIfExistsAsync<TableEntity>(id, KeyRow.RowKey, cancellationToken: token);
            return row.HasValue ? KeyRow.ToKey(row.Value!) : null;
        },
        cancellationToken);

    public Task<bool> AddAsync(VirtualKey key, CancellationToken cancellationToken) => StorageCall.RunAsync(
        async token =>
        {
            try
            {
                await _table.AddEntityAsync(KeyRow.FromKey(key), token);
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status == 409)
            {
                return await IsStoredAsync(key, token);
            }
        },
        cancellationToken);

    public Task<bool> ReplaceAsync(VirtualKey key, CancellationToken cancellationToken) => StorageCall.RunAsync(
        async token =>
        {
            try
            {
                await _table.UpdateEntityAsync(KeyRow.FromKey(key), new ETag(key.Version ?? throw new ArgumentException("The key did not come from the store.", nameof(key))), TableUpdateMode.Merge, token);
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status == 412)
            {
                return await IsStoredAsync(key, token);
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<VirtualKey>> ListAsync(CancellationToken cancellationToken) => StorageCall.RunAsync(
        token => TableRows.ListAsync(_table, KeyRow.ToKey, token),
        StorageCall.Long,
        cancellationToken);

    /// <summary>
    /// A conflict can be the echo of our own write: the answer was lost on the way and the SDK sent it again. Taking it
    /// for somebody else's would throw away the only copy of a new secret.
    /// </summary>
    private async Task<bool> IsStoredAsync(VirtualKey key, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> row = await _table.GetEntityIfExistsAsync<TableEntity>(key.Id, KeyRow.RowKey, cancellationToken: cancellationToken);
        return row.HasValue && KeyRow.ToKey(row.Value!) is var stored
            && stored.Hash.Equals(key.Hash) && stored.RevokedAt == key.RevokedAt && stored.RotatedAt == key.RotatedAt;
    }
}
