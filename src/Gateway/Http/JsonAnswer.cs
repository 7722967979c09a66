using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Http;

/// <summary>Writes a body of JSON, whole, and knows whether it got away.</summary>
internal static class JsonAnswer
{
    public static async Task<Outcome> WriteAsync(HttpResponse response, ReadOnlyMemory<byte> body, CancellationToken aborted)
    {
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        if (HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            return new Outcome.Answered();
        }

        try
        {
            await response.Body.WriteAsync(body, aborted);
            return new Outcome.Answered();
        }
        catch (IOException)
        {
            return new Outcome.ClientLeft();
        }
    }
}
