using Azure;
using Azure.Data.Tables;

namespace Gateway.Storage;

/// <summary>Reads many rows.</summary>
internal static class TableRows
{
    /// <summary>A table that does not exist has no rows: nobody has written anything yet.</summary>
    public static async Task<IReadOnlyList<T>> ListAsync<T>(
        TableClient table, Func<TableEntity, T> read, CancellationToken cancellationToken, string? filter = null)
    {
        List<T> rows = [];
        try
        {
            await foreach (TableEntity row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            {
                rows.Add(read(row));
            }
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return [];
        }

        return rows;
    }
}
