using Gateway.Requests;
using Microsoft.AspNetCore.Http;

namespace Gateway.Http;

internal static class HttpContextExtensions
{
    private const string RequestIdHeader = "request-id";

    /// <summary>The id of this request; made, and set on the response, when it is first asked for.</summary>
    /// <param name="http">The request.</param>
    /// <param name="began">When it began, for whoever asks first.</param>
    public static string RequestId(this HttpContext http, DateTimeOffset? began = null)
    {
        if (http.Response.Headers[RequestIdHeader] is [{ } id])
        {
            return id;
        }

        string made = began is { } at ? RequestIds.OfRequest(at) : RequestIds.New("req_");
        http.Response.Headers[RequestIdHeader] = made;

        // The OpenAI SDKs look under this name.
        http.Response.Headers["x-request-id"] = made;
        return made;
    }
}
