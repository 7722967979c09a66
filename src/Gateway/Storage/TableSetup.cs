using Azure.Data.Tables;

namespace Gateway.Storage;

/// <summary>Makes the tables. Only operators' tools do that: the gateway itself needs no right to.</summary>
public sealed class TableSetup
{
    private readonly TableServiceClient? _service;

    internal TableSetup(TableServiceClient? service) => _service = service;

    public async Task CreateMissingTablesAsync(CancellationToken cancellationToken)
    {
        if (_service is null)
        {
            return;
        }

        foreach (string table in (string[])[TableNames.Keys, TableNames.Issuers, TableNames.Audit])
        {
            await StorageCall.RunAsync(token => _service.CreateTableIfNotExistsAsync(table, token), cancellationToken);
        }
    }
}
