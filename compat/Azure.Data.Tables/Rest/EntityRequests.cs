using Azure.Core;
using Azure.Data.Tables.Entities;

namespace Azure.Data.Tables.Rest;

/// <summary>One message per write to an entity; the same messages go out alone or as parts of a transaction.</summary>
internal static class EntityRequests
{
    public static HttpMessage Insert(TableRest rest, string table, ITableEntity entity)
    {
        RequireKeys(entity);
        HttpMessage message = rest.CreateMessage(RequestMethod.Post, table, 201, 204);
        message.Request.Headers.Add("Prefer", "return-no-content");
        TableRest.SetBody(message.Request, EntityWriter.ToJson(entity));
        return message;
    }

    public static HttpMessage Update(TableRest rest, string table, ITableEntity entity, ETag ifMatch, TableUpdateMode mode)
    {
        if (ifMatch == default)
        {
            throw new ArgumentException("An update needs an ETag; ETag.All updates whatever is there.", nameof(ifMatch));
        }

        HttpMessage message = Upsert(rest, table, entity, mode);
        message.Request.Headers.Add("If-Match", ifMatch.ToString());
        return message;
    }

    public static HttpMessage Upsert(TableRest rest, string table, ITableEntity entity, TableUpdateMode mode)
    {
        RequireKeys(entity);
        RequestMethod method = mode switch
        {
            TableUpdateMode.Merge => RequestMethod.Patch,
            TableUpdateMode.Replace => RequestMethod.Put,
            _ => throw new ArgumentException($"Unexpected value for {nameof(mode)}: {mode}", nameof(mode)),
        };
        HttpMessage message = rest.CreateMessage(method, TableRest.EntityPath(table, entity.PartitionKey, entity.RowKey), 204);
        TableRest.SetBody(message.Request, EntityWriter.ToJson(entity));
        return message;
    }

    /// <summary>Deleting what is not there is an answer with status 404, not a failure.</summary>
    public static HttpMessage Delete(TableRest rest, string table, string partitionKey, string rowKey, ETag ifMatch)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        HttpMessage message = rest.CreateMessage(RequestMethod.Delete, TableRest.EntityPath(table, partitionKey, rowKey), 204, 404);
        message.Request.Headers.Add("If-Match", (ifMatch == default ? ETag.All : ifMatch).ToString());
        return message;
    }

    private static void RequireKeys(ITableEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(entity.PartitionKey);
        ArgumentNullException.ThrowIfNull(entity.RowKey);
    }
}
