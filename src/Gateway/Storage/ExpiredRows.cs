using Azure.Data.Tables;

namespace Gateway.Storage;

/// <summary>Deletes rows that are past the time which they say themselves, in the tables whose rows do.</summary>
internal sealed class ExpiredRows(TableStorage storage, IEnumerable<StoredTable> tables, TimeProvider time)
{
    public const string Column = "ExpiresAt";

    /// <summary>Returns how many are gone.</summary>
    public async Task<int> DeleteAsync(CancellationToken cancellationToken)
    {
        int deleted = 0;
        DateTimeOffset now = time.GetUtcNow();
        foreach (StoredTable table in tables.Where(table => table.RowsExpire))
        {
            deleted += await TableRows.DeleteAsync(storage, storage.Table(table.Name), TableClient.CreateQueryFilter($"ExpiresAt le {now}"), _ => true, cancellationToken);
        }

        return deleted;
    }
}
