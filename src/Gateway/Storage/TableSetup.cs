using Azure.Data.Tables;

namespace Gateway.Storage;

/// <summary>Makes the tables. Only operators' tools do that: the gateway itself needs no right to.</summary>
public sealed class TableSetup
{
    private readonly TableStorage? _storage;
    private readonly IReadOnlyList<StoredTable> _tables;

    internal TableSetup(TableStorage? storage, IEnumerable<StoredTable> tables) => (_storage, _tables) = (storage, [.. tables]);

    /// <summary>
    /// The first call of an operator's tool: it may wait for a sign-in, such as that of 'az', longer than the calls of
    /// a gateway may. The token then serves the calls that follow.
    /// </summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_storage is not null)
        {
            TableClient any = _storage.Table(_tables[0].Name);
            await _storage.RunAsync(
                token => any.GetEntityIfExistsAsync<TableEntity>("connect", "connect", cancellationToken: token), TableStorage.Long, cancellationToken);
        }
    }

    public async Task CreateMissingTablesAsync(CancellationToken cancellationToken)
    {
        if (_storage is null)
        {
            return;
        }

        foreach (StoredTable table in _tables)
        {
            await _storage.RunAsync(token => _storage.Service.CreateTableIfNotExistsAsync(table.Name, token), TableStorage.Long, cancellationToken);
        }
    }
}

/// <summary>A table that one of the stores needs; each registers its own.</summary>
internal sealed record StoredTable(string Name)
{
    /// <summary>Each row says until when it is of use: <see cref="ExpiredRows"/>.</summary>
    public bool RowsExpire { get; init; }
}
