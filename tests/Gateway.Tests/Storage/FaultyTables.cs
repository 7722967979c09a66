using System.Collections.Concurrent;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Storage;

/// <summary>What goes wrong with one request to the Table service.</summary>
internal abstract record Fault
{
    /// <summary>The connection breaks before the service has seen the request.</summary>
    public static Fault Cut { get; } = new CutFault(Forward: false, Bytes: 0);

    /// <summary>The service does what it is asked, and the connection breaks before a byte of the answer.</summary>
    public static Fault LoseAnswer { get; } = new CutFault(Forward: true, Bytes: 0);

    /// <summary>The connection breaks in the middle of the answer's body.</summary>
    public static Fault CutAnswer { get; } = new CutFault(Forward: true, Bytes: 40);

    /// <summary>Nothing comes, for as long as the client waits.</summary>
    public static Fault Silence { get; } = new SilenceFault();

    /// <summary>The service is busy and says when to come again, which the SDK heeds.</summary>
    public static Fault Busy { get; } = new AnswerFault(503, Error("ServerBusy"), "60");

    public static Fault Answer(int status, string body = "") => new AnswerFault(status, body, null);

    public static Fault Refuse(int status, string code) => Answer(status, Error(code));

    internal sealed record CutFault(bool Forward, int Bytes) : Fault;

    internal sealed record SilenceFault : Fault;

    internal sealed record AnswerFault(int Status, string Body, string? RetryAfter) : Fault;

    private static string Error(string code) =>
        $$"""{"odata.error":{"code":"{{code}}","message":{"lang":"en-US","value":"made up by a test"} } }""";
}

/// <summary>
/// Stands between a client and Azurite and passes everything on, but for the requests that a test has a fault for.
/// The signature holds for the path only, so Azurite takes what was signed for here.
/// </summary>
internal sealed class FaultyTables : IAsyncDisposable
{
    private static readonly string[] s_ofOneConnection = ["Transfer-Encoding", "Connection", "Keep-Alive", "Content-Length", "Host"];

    private readonly WebApplication _app;
    private readonly Uri _target;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = Patience.Limit };
    private readonly ConcurrentQueue<string> _seen = [];
    private Func<string, Fault?> _fault = _ => null;

    private FaultyTables(WebApplication app, Uri target) => (_app, _target) = (app, target);

    public string Url => _app.Urls.First();

    private string Account => _target.Segments[^1];

    /// <summary>The account that it passes on to.</summary>
    public Uri Endpoint => Azurite.EndpointAt(Url, Account);

    public string ConnectionString => Azurite.ConnectionStringAt(Endpoint);

    /// <summary>Method and target of each request so far: <c>POST /account7/keys</c>.</summary>
    public IReadOnlyCollection<string> Seen => _seen;

    public static async Task<FaultyTables> StartAsync(Uri azurite)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["URLS"] = "http://127.0.0.1:0";
        builder.Configuration["Logging:LogLevel:Default"] = "None";
        FaultyTables? proxy = null;
        WebApplication app = builder.Build();
        app.Run(context => proxy!.AnswerAsync(context));
        proxy = new FaultyTables(app, azurite);
        await app.StartAsync();
        return proxy;
    }

    /// <summary>From now on every request fares so.</summary>
    public void Always(Fault? fault) => _fault = _ => fault;

    /// <summary>The next requests that begin so fare like this, one each; the task ends when the last of them has come.</summary>
    /// <param name="request">Method and the beginning of the target, without the account: <c>POST /keys</c>.</param>
    /// <param name="faults">One each.</param>
    public Task Next(string request, params Fault[] faults) => Next(request, "", faults);

    /// <summary>The requests for a table's second page and those after it.</summary>
    public Task NextSecondPage(string table, params Fault[] faults) => Next($"GET /{table}", "NextPartitionKey=", faults);

    private Task Next(string request, string part, Fault[] faults)
    {
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ConcurrentQueue<Fault> left = new(faults);
        string start = request.Replace(" /", $" /{Account}/", StringComparison.Ordinal);
        _fault = seen =>
        {
            if (!seen.StartsWith(start, StringComparison.Ordinal) || !seen.Contains(part, StringComparison.Ordinal) || !left.TryDequeue(out Fault? fault))
            {
                return null;
            }

            if (left.IsEmpty)
            {
                all.TrySetResult();
            }

            return fault;
        };
        return all.Task.PatientlyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        string seen = $"{context.Request.Method} {target}";
        _seen.Enqueue(seen);
        switch (_fault(seen))
        {
            case Fault.AnswerFault answer:
                context.Response.StatusCode = answer.Status;
                context.Response.ContentType = "application/json";
                context.Response.Headers.RetryAfter = answer.RetryAfter;
                await context.Response.WriteAsync(answer.Body);
                return;
            case Fault.SilenceFault:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            case Fault.CutFault { Forward: false }:
                context.Abort();
                return;
            case Fault.CutFault cut:
                await ForwardAsync(context, target, cut.Bytes);
                context.Abort();
                return;
            default:
                await ForwardAsync(context, target, null);
                return;
        }
    }

    /// <param name="context">Of the client.</param>
    /// <param name="target">As it came: a path that was written anew would not fit the signature.</param>
    /// <param name="bytes">How much of the answer's body to pass on; null for all of it, 0 for no answer at all.</param>
    private async Task ForwardAsync(HttpContext context, string target, int? bytes)
    {
        Uri uri = new(_target.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using HttpRequestMessage request = new(new HttpMethod(context.Request.Method), uri);
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        if (body.Length > 0 || context.Request.ContentLength is not null)
        {
            request.Content = new ByteArrayContent(body.ToArray());
        }

        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Headers)
        {
            if (!s_ofOneConnection.Contains(name, StringComparer.OrdinalIgnoreCase) && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        using HttpResponseMessage response = await _http.SendAsync(request, CancellationToken.None);
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        if (bytes == 0)
        {
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        foreach ((string name, IEnumerable<string> values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!s_ofOneConnection.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        if (answer.Length > 0)
        {
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer.AsMemory(0, Math.Min(bytes ?? answer.Length, answer.Length)));
            await context.Response.Body.FlushAsync();
        }
    }
}
