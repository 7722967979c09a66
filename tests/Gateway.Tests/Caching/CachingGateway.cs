using Gateway.Caching;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Caching;

/// <summary>A gateway that may keep answers, before an upstream whose every answer is another.</summary>
internal sealed class CachingGateway : IAsyncDisposable
{
    public const string Messages = "/v1/messages";
    public const string Chat = "/v1/chat/completions";

    private int _calls;

    private CachingGateway(FakeUpstream upstream, GatewayServer server)
    {
        (Upstream, Server) = (upstream, server);
        upstream.Answer = AnswerAsync;
    }

    public FakeUpstream Upstream { get; }

    public GatewayServer Server { get; }

    public ResponseCache Cache => Server.Services.GetRequiredService<ResponseCache>();

    /// <summary>How often a model was asked.</summary>
    public int Calls => Upstream.Received.Count;

    public static async Task<CachingGateway> StartAsync(params (string Key, string? Value)[] settings) => await StartAsync(TimeProvider.System, settings);

    public static async Task<CachingGateway> StartAsync(TimeProvider time, params (string Key, string? Value)[] settings)
    {
        FakeUpstream upstream = await FakeUpstream.StartAsync();
        return new CachingGateway(upstream, await GatewayServer.StartAsync(upstream, time, [("Gateway:Cache:Mode", "memory"), .. settings]));
    }

    public static string Body(bool stream = false, string rest = "", string text = "What is the capital of France?") =>
        $$"""{"model":"m","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{text}}"}]{{rest}}}""";

    /// <summary>Sends a request and waits until its answer is kept, or is known not to be.</summary>
    public async Task<CacheReply> AskAsync(string body, string? wish = "ttl=60", string path = Messages, params (string Name, string Value)[] headers)
    {
        long settled = Cache.Kept + Cache.Left;
        CacheReply reply = await SendAsync(body, wish, path, headers);
        if (reply is { Status: 200, Cache: "miss" or "refresh" })
        {
            await Patience.UntilAsync(() => Cache.Kept + Cache.Left > settled);
        }

        return reply;
    }

    public async Task<CacheReply> SendAsync(string body, string? wish, string path, params (string Name, string Value)[] headers)
    {
        (string, string)[] key = headers.Any(header => header.Name == "x-api-key") ? [] : [("x-api-key", GatewayServer.Key)];
        (string, string)[] asked = wish is null ? [] : [("x-gateway-cache", wish)];
        using HttpResponseMessage response = await Server.SendAsync(HttpMethod.Post, path, body, default, [.. key, .. asked, .. headers]);
        return await CacheReply.OfAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    private async Task AnswerAsync(Microsoft.AspNetCore.Http.HttpContext context)
    {
        string text = $"answer {Interlocked.Increment(ref _calls)}";
        if (!Upstream.Received.Last().Body.Contains("\"stream\":true", StringComparison.Ordinal))
        {
            await FakeUpstream.Json(context, 200, FakeUpstream.Completion(text));
            return;
        }

        await FakeUpstream.BeginStreamAsync(context);
        await FakeUpstream.EventAsync(context, FakeUpstream.Chunk(text));
        await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
        await FakeUpstream.EventAsync(context, "[DONE]");
    }
}

/// <summary>An answer with the headers that these tests look at.</summary>
internal sealed record CacheReply(int Status, string Body, string? Cache, string? Age, string? Upstream, string? Translation, string? Cost, string? Type, string Id)
{
    public static async Task<CacheReply> OfAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        await response.Content.ReadAsStringAsync(),
        Header(response, "x-gateway-cache"),
        Header(response, "age"),
        Header(response, "x-gateway-upstream"),
        Header(response, "x-gateway-translation"),
        Header(response, "x-gateway-cost-usd"),
        response.Content.Headers.ContentType?.ToString(),
        Header(response, "request-id")!);

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null;
}
