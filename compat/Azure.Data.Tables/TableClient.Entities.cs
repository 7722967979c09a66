using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables.Entities;
using Azure.Data.Tables.Rest;

namespace Azure.Data.Tables;

public partial class TableClient
{
    public virtual async Task<Response<T>> GetEntityAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string> select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        Response response = await _rest.SendAsync(Get(partitionKey, rowKey, select, 200), cancellationToken).ConfigureAwait(false);
        return Response.FromValue(Read<T>(response), response);
    }

    public virtual async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string> select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        Response response = await _rest.SendAsync(Get(partitionKey, rowKey, select, 200, 404), cancellationToken).ConfigureAwait(false);
        return response.Status == 404 ? new NoValueResponse<T>(response) : Response.FromValue(Read<T>(response), response);
    }

    public virtual Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : ITableEntity =>
        _rest.SendAsync(EntityRequests.Insert(_rest, Name, entity), cancellationToken);

    public virtual Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity =>
        _rest.SendAsync(EntityRequests.Update(_rest, Name, entity, ifMatch, mode), cancellationToken);

    public virtual Task<Response> UpsertEntityAsync<T>(
        T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity =>
        _rest.SendAsync(EntityRequests.Upsert(_rest, Name, entity, mode), cancellationToken);

    public virtual Task<Response> DeleteEntityAsync(
        string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default) =>
        _rest.SendAsync(EntityRequests.Delete(_rest, Name, partitionKey, rowKey, ifMatch), cancellationToken);

    public virtual Task<Response> DeleteEntityAsync(ITableEntity entity, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ifMatch, cancellationToken);
    }

    public virtual AsyncPageable<T> QueryAsync<T>(
        string filter = null, int? maxPerPage = null, IEnumerable<string> select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity =>
        new EntityPages<T>(_rest, Name, new EntityQuery(filter, Join(select), maxPerPage), cancellationToken);

    public virtual async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transactionActions);
        TableTransactionAction[] actions = [.. transactionActions];
        if (actions.Length == 0)
        {
            throw new InvalidOperationException("A transaction needs at least one action.");
        }

        HttpMessage message = await TransactionContent.CreateMessageAsync(_rest, Name, actions, cancellationToken).ConfigureAwait(false);
        Response response = await _rest.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return Response.FromValue(TransactionResponse.ToResponses(response), response);
    }

    private HttpMessage Get(string partitionKey, string rowKey, IEnumerable<string> select, params ReadOnlySpan<ushort> expected)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        HttpMessage message = _rest.CreateMessage(RequestMethod.Get, TableRest.EntityPath(Name, partitionKey, rowKey), expected);
        if (Join(select) is { } names)
        {
            message.Request.Uri.AppendQuery("$select", names, escapeValue: true);
        }

        return message;
    }

    private static T Read<T>(Response response)
        where T : class, ITableEntity
    {
        using JsonDocument body = JsonDocument.Parse(response.Content);
        return EntityReader.Read<T>(body.RootElement);
    }

    private static string Join(IEnumerable<string> select) => select is null ? null : string.Join(',', select);
}
