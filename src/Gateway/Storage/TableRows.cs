using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace Gateway.Storage;

/// <summary>Reads and deletes many rows.</summary>
internal static class TableRows
{
    private static readonly string[] s_keys = ["PartitionKey", "RowKey"];

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
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
        {
            return [];
        }

        return rows;
    }

    /// <summary>For more rows than one call may take: the time of each page is limited, not that of all.</summary>
    /// <param name="storage">Where the table is.</param>
    /// <param name="table">May not exist yet.</param>
    /// <param name="filter">OData.</param>
    /// <param name="columns">Null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<TableEntity> ReadAsync(
        TableStorage storage, TableClient table, string filter, IEnumerable<string>? columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            Page<TableEntity>? page = await storage.RunAsync(token => PageAsync(table, filter, columns, next, token), TableStorage.Page, cancellationToken);
            foreach (TableEntity row in page?.Values ?? [])
            {
                yield return row;
            }

            next = page?.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(next));
    }

    /// <summary>A hundred at a time. Rows that somebody else deletes meanwhile are no error. Returns how many are gone.</summary>
    public static async Task<int> DeleteAsync(TableStorage storage, TableClient table, string filter, Predicate<TableEntity> wanted, CancellationToken cancellationToken)
    {
        int deleted = 0;
        List<TableEntity> batch = [];
        await foreach (TableEntity row in ReadAsync(storage, table, filter, s_keys, cancellationToken))
        {
            if (!wanted(row))
            {
                continue;
            }

            if (batch.Count == 100 || (batch.Count > 0 && batch[0].PartitionKey != row.PartitionKey))
            {
                deleted += await DeleteAsync(storage, table, batch, cancellationToken);
            }

            batch.Add(row);
        }

        return deleted + (batch.Count == 0 ? 0 : await DeleteAsync(storage, table, batch, cancellationToken));
    }

    private static async Task<int> DeleteAsync(TableStorage storage, TableClient table, List<TableEntity> batch, CancellationToken cancellationToken)
    {
        bool whole = await storage.RunAsync(
            async token =>
            {
                try
                {
                    await table.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)), token);
                    return true;
                }
                catch (RequestFailedException exception) when (exception.Status == 404)
                {
                    return false;
                }
            },
            TableStorage.Page,
            cancellationToken);
        foreach (TableEntity row in whole ? [] : batch)
        {
            await storage.RunAsync(token => table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, token), cancellationToken);
        }

        int count = batch.Count;
        batch.Clear();
        return count;
    }

    /// <summary>One answer of the service: it may hold nothing and yet a token for the next. Null when there is no table.</summary>
    public static Task<Page<TableEntity>?> PageAsync(TableStorage storage, TableClient table, string filter, string? next, int most, CancellationToken cancellationToken) =>
        storage.RunAsync(token => PageAsync(table, filter, null, next, token, most), TableStorage.Page, cancellationToken);

    private static async Task<Page<TableEntity>?> PageAsync(
        TableClient table, string filter, IEnumerable<string>? columns, string? next, CancellationToken cancellationToken, int? most = null)
    {
        try
        {
            await foreach (Page<TableEntity> page in table.QueryAsync<TableEntity>(filter, most, columns, cancellationToken).AsPages(next, most))
            {
                return page;
            }
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
        {
        }

        return null;
    }
}
