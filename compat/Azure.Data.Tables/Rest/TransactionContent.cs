using System.Globalization;
using System.Text;
using Azure.Core;

namespace Azure.Data.Tables.Rest;

/// <summary>Writes an entity group transaction: one multipart body whose only part is a change set of whole HTTP requests.</summary>
internal static class TransactionContent
{
    public static async Task<HttpMessage> CreateMessageAsync(
        TableRest rest, string table, IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        string batch = $"batch_{Guid.NewGuid()}";
        string changeset = $"changeset_{Guid.NewGuid()}";
        using var body = new MemoryStream();
        Write(body, $"--{batch}\r\nContent-Type: multipart/mixed; boundary={changeset}\r\n\r\n");
        foreach (TableTransactionAction action in actions)
        {
            Write(body, $"--{changeset}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
            using HttpMessage part = ToMessage(rest, table, action);
            await WriteRequestAsync(body, part.Request, cancellationToken).ConfigureAwait(false);
        }

        Write(body, $"--{changeset}--\r\n--{batch}--\r\n");

        HttpMessage message = rest.CreateMessage(RequestMethod.Post, "$batch", 202);
        message.Request.Headers.Add("Content-Type", $"multipart/mixed; boundary={batch}");
        message.Request.Content = RequestContent.Create(body.ToArray());
        return message;
    }

    /// <remarks>
    /// An update without an ETag is refused: the published client would send it as an upsert, and nobody means that.
    /// </remarks>
    private static HttpMessage ToMessage(TableRest rest, string table, TableTransactionAction action) =>
        action.ActionType switch
        {
            TableTransactionActionType.Add => EntityRequests.Insert(rest, table, action.Entity),
            TableTransactionActionType.UpdateMerge => EntityRequests.Update(rest, table, action.Entity, action.ETag, TableUpdateMode.Merge),
            TableTransactionActionType.UpdateReplace => EntityRequests.Update(rest, table, action.Entity, action.ETag, TableUpdateMode.Replace),
            TableTransactionActionType.Delete => EntityRequests.Delete(rest, table, action.Entity.PartitionKey, action.Entity.RowKey, action.ETag),
            TableTransactionActionType.UpsertMerge => EntityRequests.Upsert(rest, table, action.Entity, TableUpdateMode.Merge),
            TableTransactionActionType.UpsertReplace => EntityRequests.Upsert(rest, table, action.Entity, TableUpdateMode.Replace),
            _ => throw new ArgumentException($"Unknown action type {action.ActionType}.", nameof(action)),
        };

    private static async Task WriteRequestAsync(MemoryStream body, Request request, CancellationToken cancellationToken)
    {
        Write(body, $"{request.Method} {request.Uri.ToUri().AbsoluteUri} HTTP/1.1\r\n");
        foreach (HttpHeader header in request.Headers)
        {
            Write(body, $"{header.Name}: {header.Value}\r\n");
        }

        if (request.Content is not null && request.Content.TryComputeLength(out long length))
        {
            Write(body, string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n\r\n"));
            await request.Content.WriteToAsync(body, cancellationToken).ConfigureAwait(false);
        }

        Write(body, "\r\n");
    }

    private static void Write(MemoryStream body, string text) => body.Write(Encoding.UTF8.GetBytes(text));
}
