using Azure;
using Azure.Data.Tables;
using Gateway.Storage;

namespace Gateway.Authentication.Keys;

/// <summary>
/// Keys as rows of Table Storage. A key is its own partition, so that lookups spread over the service's servers and
/// each is one point read.
/// </summary>
internal sealed class TableKeyStore(TableStorage storage) : IKeyStore
{
    public const string TableName = "keys";

    private readonly TableClient _table = storage.Table(TableName);

    public Task<VirtualKey?> FindAsync(string id, CancellationToken cancellationToken) => storage.RunAsync(
        async token => await TableRow.FindAsync(_table, id, KeyRow.RowKey, token) is { } row ? KeyRow.ToKey(row) : null,
        cancellationToken);

    public Task<bool> AddAsync(VirtualKey key, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            TableEntity row = KeyRow.FromKey(key);
            try
            {
                await _table.AddEntityAsync(row, token);
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status == 409)
            {
                return await TableRow.HoldsAsync(_table, row, token);
            }
        },
        cancellationToken);

    public Task<bool> ReplaceAsync(VirtualKey key, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            TableEntity row = KeyRow.FromKey(key);
            try
            {
                await _table.UpdateEntityAsync(row, new ETag(key.Version ?? throw new ArgumentException("The key did not come from the store.", nameof(key))), TableUpdateMode.Merge, token);
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status == 412)
            {
                return await TableRow.HoldsAsync(_table, row, token);
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<VirtualKey>> ListAsync(CancellationToken cancellationToken) => storage.RunAsync(
        token => TableRows.ListAsync(_table, KeyRow.ToKey, token),
        TableStorage.Long,
        cancellationToken);
}
