using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Support;

/// <summary>A server on a free port that answers as a test tells it to, and remembers what it was asked.</summary>
public sealed class FakeUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeUpstream(WebApplication app)
    {
        _app = app;
        Url = app.Urls.First();
    }

    public string Url { get; }

    public ConcurrentQueue<ReceivedRequest> Received { get; } = [];

    /// <summary>How the next requests are answered.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => Json(context, 200, Completion("ok"));

    public static async Task<FakeUpstream> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["URLS"] = "http://127.0.0.1:0";
        builder.Configuration["Logging:LogLevel:Default"] = "None";
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        WebApplication app = builder.Build();
        FakeUpstream? upstream = null;
        app.Run(async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            string body = await reader.ReadToEndAsync();
            upstream!.Received.Enqueue(new ReceivedRequest(
                context.Request.Path,
                context.Request.QueryString.Value ?? "",
                context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body));
            await upstream.Answer(context);
        });
        await app.StartAsync();
        return upstream = new FakeUpstream(app);
    }

    public static async Task Json(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json);
    }

    /// <summary>Begins an event stream; write to it with <see cref="EventAsync"/>.</summary>
    public static Task BeginStreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        return context.Response.StartAsync();
    }

    public static async Task EventAsync(HttpContext context, string data, string? name = null)
    {
        string head = name is null ? "" : $"event: {name}\n";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"{head}data: {data}\n\n"));
        await context.Response.Body.FlushAsync();
    }

    public static string Completion(string text) =>
        $$$"""{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":{{{JsonSerializer.Serialize(text)}}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}""";

    public static string Chunk(string text) =>
        $$$"""{"id":"chatcmpl-1","choices":[{"index":0,"delta":{"content":{{{JsonSerializer.Serialize(text)}}}},"finish_reason":null}]}""";

    public const string LastChunk = """{"id":"chatcmpl-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2}}""";

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}

/// <summary>One request as the upstream saw it.</summary>
public sealed record ReceivedRequest(string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);
}
