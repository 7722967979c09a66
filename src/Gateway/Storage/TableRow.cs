using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace Gateway.Storage;

/// <summary>Reads, compares and deletes one row, where the SDK's own methods leave a question open.</summary>
internal static class TableRow
{
    /// <summary>
    /// Null when there is no such row. The SDK says the same of a table that does not exist and of a 404 that is not the
    /// Table service's: taking those for an unknown key would tell clients to give up, instead of trying again.
    /// </summary>
    public static async Task<TableEntity?> FindAsync(
        TableClient table, string partition, string row, CancellationToken cancellationToken, IEnumerable<string>? columns = null)
    {
        NullableResponse<TableEntity> found = await table.GetEntityIfExistsAsync<TableEntity>(partition, row, columns, cancellationToken);
        if (found.HasValue)
        {
            return found.Value;
        }

        RequestFailedException missing = new(found.GetRawResponse());
        return missing.ErrorCode is null || missing.ErrorCode == TableErrorCode.TableNotFound ? throw missing : null;
    }

    /// <summary>
    /// Whether a write that was refused as a conflict is there all the same: the answer was lost on the way, and the SDK
    /// sent it again. Taking that for somebody else's write would throw away the only copy of a new secret.
    /// </summary>
    /// <param name="table">Where it was to go.</param>
    /// <param name="written">All columns that it had.</param>
    /// <param name="cancellationToken">Of the call.</param>
    public static async Task<bool> HoldsAsync(TableClient table, TableEntity written, CancellationToken cancellationToken) =>
        await FindAsync(table, written.PartitionKey, written.RowKey, cancellationToken) is { } stored
        && written.All(column => stored.TryGetValue(column.Key, out object? value) && Equals(value, column.Value));

    /// <summary>
    /// False when there is no such row. Looks first: after a lost answer the SDK deletes again, finds nothing, and could
    /// not tell the two apart.
    /// </summary>
    public static async Task<bool> DeleteAsync(TableClient table, string partition, string row, CancellationToken cancellationToken)
    {
        bool exists = await FindAsync(table, partition, row, cancellationToken, [nameof(TableEntity.RowKey)]) is not null;
        if (exists)
        {
            await table.DeleteEntityAsync(partition, row, ETag.All, cancellationToken);
        }

        return exists;
    }
}
