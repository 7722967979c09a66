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
    /// <returns>What the operator should know of the tables' versions; null for nothing.</returns>
    /// <exception cref="StorageUnavailableException">It is not there, or a newer program has written what this one would misread.</exception>
    public async Task<string?> ConnectAsync(CancellationToken cancellationToken) => _storage is null
        ? null
        : Known(TableVersions.Judge(await Book(_storage).ReadAsync(TableStorage.Long, cancellationToken), TableVersions.Known));

    /// <summary>The same before an act that writes: what is missing is made.</summary>
    public async Task<string?> CreateMissingTablesAsync(CancellationToken cancellationToken)
    {
        if (_storage is null)
        {
            return null;
        }

        foreach (StoredTable table in _tables)
        {
            await _storage.RunAsync(token => _storage.Service.CreateTableIfNotExistsAsync(table.Name, token), TableStorage.Long, cancellationToken);
        }

        return Known(await Book(_storage).RaiseAsync(TableStorage.Long, cancellationToken));
    }

    private static TableVersionBook Book(TableStorage storage) => new(storage, TableVersions.Known);

    private static string? Known(VersionFinding finding) => finding.Refusal is { } refusal ? throw new StorageUnavailableException(refusal) : finding.Warning;
}

/// <summary>A table that one of the stores needs; each registers its own.</summary>
internal sealed record StoredTable(string Name)
{
    /// <summary>Each row says until when it is of use: <see cref="ExpiredRows"/>.</summary>
    public bool RowsExpire { get; init; }
}
