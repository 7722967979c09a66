using Azure.Data.Tables;

namespace Gateway.Storage;

/// <summary>Makes the tables. Only operators' tools do that: the gateway itself needs no right to.</summary>
public sealed class TableSetup
{
    private static readonly string[] s_tables =
    [
        TableNames.Keys, TableNames.Teams, TableNames.Issuers, TableNames.Audit, TableNames.Usage, TableNames.Rollups, TableNames.Spend,
    ];

    private readonly TableStorage? _storage;

    internal TableSetup(TableStorage? storage) => _storage = storage;

    /// <summary>
    /// The first call of an operator's tool: it may wait for a sign-in, such as that of 'az', longer than the calls of
    /// a gateway may. The token then serves the calls that follow.
    /// </summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_storage is not null)
        {
            TableClient keys = _storage.Table(TableNames.Keys);
            await _storage.RunAsync(
                token => keys.GetEntityIfExistsAsync<TableEntity>("connect", KeyRow.RowKey, cancellationToken: token), TableStorage.Long, cancellationToken);
        }
    }

    public async Task CreateMissingTablesAsync(CancellationToken cancellationToken)
    {
        if (_storage is null)
        {
            return;
        }

        foreach (string table in s_tables)
        {
            await _storage.RunAsync(token => _storage.Service.CreateTableIfNotExistsAsync(table, token), TableStorage.Long, cancellationToken);
        }
    }
}
