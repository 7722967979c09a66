using Azure.Data.Tables;

namespace Gateway.Storage;

/// <summary>Makes the tables. Only operators' tools do that: the gateway itself needs no right to.</summary>
public sealed class TableSetup
{
    private static readonly string[] s_tables =
    [
        TableNames.Keys, TableNames.Teams, TableNames.Issuers, TableNames.Audit, TableNames.Usage, TableNames.Rollups, TableNames.Spend,
    ];

    private readonly TableServiceClient? _service;

    internal TableSetup(TableServiceClient? service) => _service = service;

    /// <summary>
    /// The first call of an operator's tool: it may wait for a sign-in, such as that of 'az', longer than the calls of
    /// a gateway may. The token then serves the calls that follow.
    /// </summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_service is not null)
        {
            TableClient keys = _service.GetTableClient(TableNames.Keys);
            await StorageCall.RunAsync(
                token => keys.GetEntityIfExistsAsync<TableEntity>("connect", KeyRow.RowKey, cancellationToken: token), StorageCall.Long, cancellationToken);
        }
    }

    public async Task CreateMissingTablesAsync(CancellationToken cancellationToken)
    {
        if (_service is null)
        {
            return;
        }

        foreach (string table in s_tables)
        {
            await StorageCall.RunAsync(token => _service.CreateTableIfNotExistsAsync(table, token), StorageCall.Long, cancellationToken);
        }
    }
}
