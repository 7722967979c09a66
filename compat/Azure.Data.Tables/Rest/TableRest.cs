using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Rest;

/// <summary>The HTTP side: builds requests of the Table service and sends them through Azure.Core's pipeline.</summary>
internal sealed class TableRest
{
    private readonly HttpPipeline _pipeline;
    private readonly string _version;
    private readonly string _root;

    public TableRest(Connection connection, TableClientOptions options)
    {
        _pipeline = HttpPipelineBuilder.Build(options, [], [connection.Authentication], new ResponseClassifier());
        _version = options.VersionString;
        _root = connection.Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/');
        AccountName = connection.AccountName;
        Endpoint = connection.Endpoint;
    }

    public string AccountName { get; }

    public Uri Endpoint { get; }

    /// <param name="method">The HTTP method.</param>
    /// <param name="path">Below the endpoint, already escaped.</param>
    /// <param name="expected">The statuses that are an answer, not a failure.</param>
    public HttpMessage CreateMessage(RequestMethod method, string path, params ReadOnlySpan<ushort> expected)
    {
        HttpMessage message = _pipeline.CreateMessage();
        message.ResponseClassifier = new StatusCodeClassifier(expected);
        Request request = message.Request;
        request.Method = method;
        request.Uri.Reset(UriOf(path));
        request.Headers.Add("x-ms-version", _version);
        request.Headers.Add("DataServiceVersion", "3.0");
        request.Headers.Add("Accept", "application/json;odata=minimalmetadata");
        return message;
    }

    public Uri UriOf(string path) => new($"{_root}/{path}");

    public static void SetBody(Request request, ReadOnlyMemory<byte> json)
    {
        request.Headers.Add("Content-Type", "application/json");
        request.Content = RequestContent.Create(json);
    }

    /// <summary>Sends and returns the response if its status is an expected one, else throws what the service said.</summary>
    public async Task<Response> SendAsync(HttpMessage message, CancellationToken cancellationToken)
    {
        using (message)
        {
            await _pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
            Response response = message.Response;
            return response.IsError ? throw ServiceErrorParser.ToException(response) : response;
        }
    }

    public static string EntityPath(string table, string partitionKey, string rowKey) =>
        $"{table}(PartitionKey='{Escape(partitionKey)}',RowKey='{Escape(rowKey)}')";

    // A quote is doubled for OData, then everything is escaped for the URL.
    private static string Escape(string key) => Uri.EscapeDataString(key.Replace("'", "''", StringComparison.Ordinal));
}
