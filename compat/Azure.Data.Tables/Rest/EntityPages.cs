using System.Globalization;
using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables.Entities;

namespace Azure.Data.Tables.Rest;

/// <summary>The rows of a query, fetched page by page; the service cuts a page at 1,000 rows and wherever else it likes.</summary>
internal sealed class EntityPages<T>(TableRest rest, string table, EntityQuery query, CancellationToken cancellationToken) : AsyncPageable<T>(cancellationToken)
    where T : class, ITableEntity
{
    public override async IAsyncEnumerable<Page<T>> AsPages(string continuationToken = null, int? pageSizeHint = null)
    {
        do
        {
            Page<T> page = await FetchAsync(continuationToken, pageSizeHint ?? query.MaxPerPage).ConfigureAwait(false);
            yield return page;
            continuationToken = page.ContinuationToken;
        }
        while (continuationToken is not null);
    }

    private async Task<Page<T>> FetchAsync(string continuationToken, int? top)
    {
        HttpMessage message = rest.CreateMessage(RequestMethod.Get, $"{table}()", 200);
        RequestUriBuilder uri = message.Request.Uri;
        Add(uri, "$top", top?.ToString(CultureInfo.InvariantCulture));
        Add(uri, "$select", query.Select);
        Add(uri, "$filter", query.Filter);

        // The service's two continuation values hold no space.
        string[] next = continuationToken?.Split(' ', 2) ?? [];
        Add(uri, "NextPartitionKey", next.ElementAtOrDefault(0));
        Add(uri, "NextRowKey", next.ElementAtOrDefault(1));

        Response response = await rest.SendAsync(message, CancellationToken).ConfigureAwait(false);
        using JsonDocument body = JsonDocument.Parse(response.Content);
        T[] rows = [.. body.RootElement.GetProperty("value").EnumerateArray().Select(EntityReader.Read<T>)];
        return Page<T>.FromValues(rows, ContinuationOf(response), response);
    }

    private static string ContinuationOf(Response response)
    {
        if (!response.Headers.TryGetValue("x-ms-continuation-NextPartitionKey", out string partitionKey))
        {
            return null;
        }

        response.Headers.TryGetValue("x-ms-continuation-NextRowKey", out string rowKey);
        return $"{partitionKey} {rowKey}";
    }

    private static void Add(RequestUriBuilder uri, string name, string value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            uri.AppendQuery(name, value, escapeValue: true);
        }
    }
}

internal sealed record EntityQuery(string Filter, string Select, int? MaxPerPage);
