using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Gateway.WorkerHost;

/// <summary>What clients see of the host: a server that finds the function and passes request and answer through.</summary>
internal sealed class HostFront : IAsyncDisposable
{
    private const long MaxBody = 104_857_600;

    /// <summary>Said anew on each connection, or by the host's own span.</summary>
    private static readonly HashSet<string> s_ownHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Transfer-Encoding", "Keep-Alive", "Upgrade", "traceparent", "tracestate", "baggage",
    };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null });
    private readonly ControlChannel _control;
    private readonly LoadedApp _app;
    private readonly WebApplication _server;

    private HostFront(ControlChannel control, LoadedApp app, int port)
    {
        (_control, _app) = (control, app);
        _server = Servers.Create(HttpProtocols.Http1, port, builder => builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = MaxBody));
        _server.Run(ServeAsync);
    }

    public string Url => _server.Urls.First();

    public bool CancelsWhenClientLeaves { get; set; } = true;

    public static async Task<HostFront> StartAsync(ControlChannel control, LoadedApp app, int port)
    {
        HostFront front = new(control, app, port);
        await front._server.StartAsync();
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        // A stream that a test left open would be waited for.
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task ServeAsync(HttpContext http)
    {
        if (_app.Routes.Find(http.Request.Method, http.Request.Path) is not { } function)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            http.Response.ContentLength = 0;
        }
        else if (!await BufferAsync(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            http.Response.ContentLength = 0;
        }
        else
        {
            await InvokeAsync(http, function);
        }
    }

    /// <summary>A body of known length is read whole before anything is forwarded; chunks go through as they come. False: too large.</summary>
    private static async Task<bool> BufferAsync(HttpRequest request)
    {
        if (request.ContentLength is null or 0)
        {
            return true;
        }

        try
        {
            request.EnableBuffering();
            await request.Body.DrainAsync(request.HttpContext.RequestAborted);
            request.Body.Position = 0;
            return true;
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            return false;
        }
    }

    private async Task InvokeAsync(HttpContext http, FunctionRoute function)
    {
        string id = Guid.NewGuid().ToString();
        string span = Span(http.Request.Headers);
        using CancellationTokenRegistration left = http.RequestAborted.Register(() =>
        {
            if (CancelsWhenClientLeaves)
            {
                _control.Cancel(id);
            }
        });
        Task invocation = _control.InvokeAsync(id, function, span);
        try
        {
            await ForwardAsync(http, id, span);
            await invocation.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            // What breaks between host and worker breaks for the client, too.
            http.Abort();
        }
    }

    /// <summary>The host's own span in the client's trace, or in one of its own.</summary>
    private static string Span(IHeaderDictionary headers)
    {
        ActivityContext client = headers.TraceParent is [{ } parent] && ActivityContext.TryParse(parent, null, out ActivityContext context)
            ? context
            : new ActivityContext(ActivityTraceId.CreateRandom(), default, ActivityTraceFlags.None);
        return $"00-{client.TraceId}-{ActivitySpanId.CreateRandom()}-{(client.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";
    }

    private async Task ForwardAsync(HttpContext http, string id, string span)
    {
        using HttpRequestMessage request = new(new HttpMethod(http.Request.Method), new Uri(_app.Http, http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget));
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            request.Content = new StreamContent(http.Request.Body);
        }

        foreach ((string name, StringValues values) in http.Request.Headers)
        {
            if (!s_ownHeaders.Contains(name) && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        // The host's proxy (YARP) says an upgrade to a WebSocket anew, as a client would, and hands on whatever is answered.
        if (http.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase))
        {
            request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
            request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        }

        request.Headers.TryAddWithoutValidation("x-ms-invocation-id", id);
        request.Headers.TryAddWithoutValidation("traceparent", span);
        using HttpResponseMessage response = await _client.SendAsync(request, http.RequestAborted);
        http.Response.StatusCode = (int)response.StatusCode;
        foreach ((string name, IEnumerable<string> values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!s_ownHeaders.Contains(name))
            {
                http.Response.Headers[name] = new StringValues([.. values]);
            }
        }

        await CopyAsync(response, http);
    }

    /// <summary>Piece by piece: what has come goes on at once.</summary>
    private static async Task CopyAsync(HttpResponseMessage response, HttpContext http)
    {
        await using Stream body = await response.Content.ReadAsStreamAsync(http.RequestAborted);
        byte[] buffer = new byte[16 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, http.RequestAborted)) > 0;)
        {
            await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
        }
    }
}
