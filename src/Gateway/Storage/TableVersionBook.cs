using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace Gateway.Storage;

/// <summary>
/// The versions of all tables in one row, a column each. It lies beside the totals, in a partition that no reader of
/// totals looks at: programs of before need not know it, and no table has to be made first.
/// </summary>
internal sealed class TableVersionBook(TableStorage storage, IReadOnlyDictionary<string, TableVersion> known)
{
    public const string TableName = "rollups";
    public const string Partition = "maintenance";
    public const string Row = "versions";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>What is written there; nothing where no program with versions has written yet.</summary>
    public async Task<IReadOnlyDictionary<string, TableVersion>> ReadAsync(TimeSpan patience, CancellationToken cancellationToken) =>
        Of(await FindAsync(patience, cancellationToken));

    /// <summary>Reads, and where the tables may be touched writes those of ours that are newer. Another instance that does so meanwhile is welcome to.</summary>
    public async Task<VersionFinding> RaiseAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        TableEntity? row = await FindAsync(patience, cancellationToken);
        Dictionary<string, TableVersion> stored = Of(row);
        VersionFinding finding = TableVersions.Judge(stored, known);
        KeyValuePair<string, TableVersion>[] raised = [.. known.Where(table => !stored.TryGetValue(table.Key, out TableVersion version) || table.Value.IsNewerThan(version))];
        if (finding.Refusal is null && raised.Length > 0)
        {
            TableEntity written = new(Partition, Row);
            foreach ((string table, TableVersion version) in raised)
            {
                written[table] = version.ToString();
            }

            await storage.RunAsync(token => WriteAsync(written, row?.ETag, token), patience, cancellationToken);
        }

        return finding;
    }

    private async Task<bool> WriteAsync(TableEntity written, ETag? version, CancellationToken cancellationToken)
    {
        try
        {
            await (version is { } before
                ? _table.UpdateEntityAsync(written, before, TableUpdateMode.Merge, cancellationToken)
                : _table.AddEntityAsync(written, cancellationToken));
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412 || exception.ErrorCode == TableErrorCode.TableNotFound)
        {
            // Somebody else was faster, or there are no tables yet: the next look writes it.
            return false;
        }
    }

    private async Task<TableEntity?> FindAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> found = await storage.RunAsync(
            token => _table.GetEntityIfExistsAsync<TableEntity>(Partition, Row, cancellationToken: token), patience, cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    private static Dictionary<string, TableVersion> Of(TableEntity? row)
    {
        Dictionary<string, TableVersion> versions = [];
        foreach ((string column, object value) in row ?? [])
        {
            if (TableVersion.Parse(value as string) is { } version)
            {
                versions[column] = version;
            }
        }

        return versions;
    }
}
