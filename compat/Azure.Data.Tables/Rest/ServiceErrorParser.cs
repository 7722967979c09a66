using System.Text.Json;
using Azure.Core;

namespace Azure.Data.Tables.Rest;

/// <summary>Reads <c>{"odata.error": {"code": "...", "message": {"value": "..."}}}</c>.</summary>
internal sealed class ServiceErrorParser : RequestFailedDetailsParser
{
    private static readonly ServiceErrorParser s_instance = new();

    public static RequestFailedException ToException(Response response) => new(response, null, s_instance);

    public override bool TryParse(Response response, out ResponseError error, out IDictionary<string, string> data)
    {
        error = null;
        data = null;
        try
        {
            using JsonDocument body = JsonDocument.Parse(response.Content);
            JsonElement details = body.RootElement.GetProperty("odata.error");
            error = new ResponseError(details.GetProperty("code").GetString(), details.GetProperty("message").GetProperty("value").GetString());
            return true;
        }
        catch (Exception notOurs) when (notOurs is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }
}
