using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Gateway.Diagnostics;

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

    /// <summary>
    /// Carries the client's span to the upstream's call where no span does: with export off, or sampled out. Kestrel makes
    /// one of its own; the Functions worker runs functions where it is not seen. Null where there is nothing to carry.
    /// </summary>
    public static Activity? Carry(IHeaderDictionary headers)
    {
        if (Activity.Current is not null || From(headers) == default)
        {
            return null;
        }

        Activity carrier = new(nameof(TraceContext)) { TraceStateString = headers[State] };
        return carrier.SetParentId(headers[Parent]!).Start();
    }

    /// <summary>Names the span that calls as the upstream's parent; with tracing off, the client's own.</summary>
    /// <param name="message">The call.</param>
    /// <param name="add">Adds a header, if its value can stand in one: the state is the client's text.</param>
    public static void Inject(HttpRequestMessage message, Action<HttpRequestMessage, string, string> add)
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
            add(message, Parent, parent);
            if ((own ?? root)!.TraceStateString is { Length: > 0 } state)
            {
                add(message, State, state);
            }
        }
    }
}
