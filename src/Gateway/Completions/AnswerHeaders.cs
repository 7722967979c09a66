using Gateway.Routing;
using Gateway.Translation.Hub;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Completions;

/// <summary>The head of an answer that comes from an upstream.</summary>
internal static class AnswerHeaders
{
    public const string Upstream = "x-gateway-upstream";
    public const string AnsweredModel = "x-gateway-answered-model";
    public const string Translation = "x-gateway-translation";

    /// <param name="response">Gets them.</param>
    /// <param name="call">What was asked of whom.</param>
    /// <param name="upstream">Null while the upstream has said nothing.</param>
    /// <param name="stream">The answer is an event stream, not JSON.</param>
    /// <param name="now">For limits that end in so and so many seconds.</param>
    public static void Set(HttpResponse response, UpstreamCall call, UpstreamHeaders? upstream, bool stream, DateTimeOffset now)
    {
        SetForm(response, stream);
        response.Headers[Upstream] = HeaderText.Encode(call.Request.Target.ToString());
        if (!call.SameForm || !call.Report.IsEmpty)
        {
            response.Headers[Translation] = call.Report.IsEmpty ? "none" : HeaderText.Encode(call.Report.ToString());
        }

        foreach ((string name, string value) in upstream?.ForClient(call, now) ?? [])
        {
            response.Headers[name] = value;
        }
    }

    /// <summary>Tells the client when another model answered than was asked. A stream's may not be known yet.</summary>
    public static void SetModel(HttpResponse response, Target target, AnswerFacts facts)
    {
        if (facts.Model is { } answered && ModelName.IsAnother(target.UpstreamModel, answered))
        {
            response.Headers[AnsweredModel] = HeaderText.Encode(answered);
        }
    }

    /// <summary>What every good answer says of its form.</summary>
    public static void SetForm(HttpResponse response, bool stream)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = stream ? "text/event-stream; charset=utf-8" : "application/json";
        if (stream)
        {
            response.Headers.CacheControl = "no-cache";
            response.Headers["x-accel-buffering"] = "no";
            response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        }
    }
}
