using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Completions;

/// <summary>The head of an answer that comes from an upstream.</summary>
internal static class AnswerHeaders
{
    /// <param name="response">Gets them.</param>
    /// <param name="call">What was asked of whom.</param>
    /// <param name="upstream">Null while the upstream has said nothing.</param>
    /// <param name="stream">The answer is an event stream, not JSON.</param>
    /// <param name="now">For limits that end in so and so many seconds.</param>
    public static void Set(HttpResponse response, UpstreamCall call, UpstreamHeaders? upstream, bool stream, DateTimeOffset now)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = stream ? "text/event-stream; charset=utf-8" : "application/json";
        response.Headers["x-gateway-upstream"] = HeaderText.Encode(call.Request.Target.ToString());
        if (!call.SameForm || !call.Report.IsEmpty)
        {
            response.Headers["x-gateway-translation"] = call.Report.IsEmpty ? "none" : HeaderText.Encode(call.Report.ToString());
        }

        foreach ((string name, string value) in upstream?.ForClient(call, now) ?? [])
        {
            response.Headers[name] = value;
        }

        if (stream)
        {
            response.Headers.CacheControl = "no-cache";
            response.Headers["x-accel-buffering"] = "no";
            response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        }
    }
}
