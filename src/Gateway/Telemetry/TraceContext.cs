using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Gateway.Telemetry;

/// <summary>
/// W3C trace context, in from the client and on to the upstream. The HTTP client would name spans of its own that are
/// exported nowhere, and would pass on the client's baggage, which is none of a provider's business.
/// </summary>
internal static class TraceContext
{
    private const string Parent = "traceparent";
    private const string State = "tracestate";

    /// <summary>The client's span, or an empty context.</summary>
    public static ActivityContext From(IHeaderDictionary headers) =>
        headers[Parent] is [{ } parent] && ActivityContext.TryParse(parent, headers[State], isRemote: true, out ActivityContext context)
            ? context
            : default;

    /// <summary>Names the span that calls as the upstream's parent; with tracing off, the client's own.</summary>
    public static void Inject(HttpRequestMessage message)
    {
        Activity? own = Activity.Current;
        Activity? root = own;
        while (own is not null && own.Source != GatewayTelemetry.Source)
        {
            root = own;
            own = own.Parent;
        }

        string? parent = own is null ? root?.ParentId : own.Id;
        if (parent is not null && (own ?? root)!.IdFormat == ActivityIdFormat.W3C)
        {
            message.Headers.TryAddWithoutValidation(Parent, parent);
            if ((own ?? root)!.TraceStateString is { Length: > 0 } state)
            {
                message.Headers.TryAddWithoutValidation(State, state);
            }
        }
    }
}
