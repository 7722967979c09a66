using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables.Rest;

/// <summary>Creating and deleting tables, which both clients offer.</summary>
internal static class TableOperations
{
    public static async Task<Response<TableItem>> CreateTableAsync(this TableRest rest, string table, CancellationToken cancellationToken)
    {
        Response response = await rest.SendAsync(CreateMessage(rest, table, 201, 204), cancellationToken).ConfigureAwait(false);
        return Response.FromValue(new TableItem(table), response);
    }

    /// <summary>Every conflict but one means that the table is there.</summary>
    public static async Task<Response<TableItem>> CreateTableIfNotExistsAsync(this TableRest rest, string table, CancellationToken cancellationToken)
    {
        Response response = await rest.SendAsync(CreateMessage(rest, table, 201, 204, 409), cancellationToken).ConfigureAwait(false);
        if (response.Status == 409 && ServiceErrorParser.ToException(response) is var conflict && conflict.ErrorCode == TableErrorCode.TableBeingDeleted)
        {
            throw conflict;
        }

        return Response.FromValue(new TableItem(table), response);
    }

    public static Task<Response> DeleteTableAsync(this TableRest rest, string table, CancellationToken cancellationToken) =>
        rest.SendAsync(rest.CreateMessage(RequestMethod.Delete, $"Tables('{Uri.EscapeDataString(table)}')", 204, 404), cancellationToken);

    private static HttpMessage CreateMessage(TableRest rest, string table, params ReadOnlySpan<ushort> expected)
    {
        HttpMessage message = rest.CreateMessage(RequestMethod.Post, "Tables", expected);
        message.Request.Headers.Add("Prefer", "return-no-content");
        TableRest.SetBody(message.Request, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["TableName"] = table }));
        return message;
    }
}
