using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;

namespace Gateway.Tests.Bounds;

/// <summary>What a process needs that may have 1.5 GB of heap: it serves all, if not at once, and never runs out.</summary>
public sealed class ProcessMemoryTests(ITestOutputHelper output)
{
    private const long Megabyte = 1024 * 1024;
    private const string HelloStream = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    [Fact]
    public async Task Two_thousand_slow_streams_run_at_once()
    {
        const int Streams = 2000;
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication upstream = await StartUpstreamAsync(async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("hi"));
            await release.Task.WaitAsync(context.RequestAborted);
            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
            await FakeUpstream.EventAsync(context, "[DONE]");
        });
        await using GatewayProcess gateway = await StartGatewayAsync("openai", upstream.Urls.First() + "/v1");
        long before = gateway.PeakMemory;
        HttpResponseMessage[] streams = await Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => gateway.PostAsync("/v1/messages", HelloStream)));
        Assert.All(streams, stream => Assert.Equal(HttpStatusCode.OK, stream.StatusCode));
        long during = gateway.PeakMemory;
        release.SetResult();
        string[] answers = await Task.WhenAll(streams.Select(stream => stream.Content.ReadAsStringAsync())).PatientlyAsync();
        Assert.All(answers, answer => Assert.EndsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", answer, StringComparison.Ordinal));
        output.WriteLine($"{Streams} streams: {before / Megabyte} MB before, {during / Megabyte} MB at most");
        Assert.InRange(during, 0, 1024 * Megabyte);
    }

    [Theory]
    [InlineData("one long text", """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":" """, "a", "\"}]}")]
    [InlineData("many values", """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}],"metadata":{"x":[""", "\"aaaaaaa\",", "0]}}")]
    [InlineData("many commas in a text", """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":" """, "1,", "\"}]}")]
    public async Task Sixteen_bodies_of_thirty_megabytes_are_answered(string kind, string begin, string repeated, string end)
    {
        await using WebApplication upstream = await StartUpstreamAsync(context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok")));
        await using GatewayProcess gateway = await StartGatewayAsync("openai", upstream.Urls.First() + "/v1");
        byte[] body = Encoding.UTF8.GetBytes(begin + string.Concat(Enumerable.Repeat(repeated, (int)(30 * Megabyte) / repeated.Length)) + end);
        int[] refused = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => RefusalsBeforeAnswerAsync(gateway, body)));
        output.WriteLine($"{kind}: {refused.Sum()} refusals, {gateway.PeakMemory / Megabyte} MB at most");
        Assert.InRange(gateway.PeakMemory, 0, 2048 * Megabyte);
    }

    /// <summary>Each would take twenty times its size when it is parsed.</summary>
    [Fact]
    public async Task Bodies_of_nothing_but_tiny_values_are_refused_before_they_are_parsed()
    {
        await using GatewayProcess gateway = await StartGatewayAsync("openai", "http://127.0.0.1:1/v1");
        byte[] body = Encoding.UTF8.GetBytes("{\"model\":\"m\",\"x\":[" + string.Concat(Enumerable.Repeat("{},", (int)(10 * Megabyte))) + "0]}");
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => RefusalsBeforeAnswerAsync(gateway, body, HttpStatusCode.RequestEntityTooLarge)));
        output.WriteLine($"tiny values: {gateway.PeakMemory / Megabyte} MB at most");
        Assert.InRange(gateway.PeakMemory, 0, 1024 * Megabyte);
    }

    /// <summary>Its upstream is read as slowly as it reads: what lies between them is bounded, however much there is to come.</summary>
    [Theory]
    [InlineData("anthropic")]
    [InlineData("openai")]
    public async Task Fast_upstream_waits_for_a_client_that_does_not_read(string kind)
    {
        const long All = 200 * Megabyte;
        long written = 0;
        await using RawUpstream upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + Security.Upstreams.BegunStream(kind)), stop);
            byte[] piece = Encoding.UTF8.GetBytes(Security.Upstreams.Delta(kind, new string('x', 16 * 1024)));
            for (; written < All; written += piece.Length)
            {
                await stream.WriteAsync(piece, stop);
            }
        });
        await using GatewayProcess gateway = await StartGatewayAsync(kind, kind == "openai" ? upstream.Url + "/v1" : upstream.Url, ("Gateway:Upstream:ClientWriteSeconds", "1"));
        long before = gateway.PeakMemory;
        using Socket client = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        Uri url = new(gateway.Url);
        await client.ConnectAsync(url.Host, url.Port);
        await client.SendAsync(Encoding.UTF8.GetBytes($"POST /v1/messages HTTP/1.1\r\nHost: x\r\nx-api-key: {gateway.ApiKey}\r\nContent-Type: application/json\r\nContent-Length: {HelloStream.Length}\r\n\r\n{HelloStream}"));

        // The client's time is up: until then the upstream could write what the systems' and the gateway's buffers hold.
        await upstream.GatewayLeft;
        output.WriteLine($"{kind}: {written / Megabyte} MB written, {(gateway.PeakMemory - before) / Megabyte} MB more memory");
        Assert.InRange(written, 0, 32 * Megabyte);
        Assert.InRange(gateway.PeakMemory - before, 0, 128 * Megabyte);
    }

    /// <summary>As SDKs do it: an overload is tried again, here until the answer comes.</summary>
    private static async Task<int> RefusalsBeforeAnswerAsync(GatewayProcess gateway, byte[] body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        for (int refused = 0; ; refused++)
        {
            (HttpStatusCode status, string answer) = await SendAsync(gateway, body);
            if ((int)status != 529)
            {
                Assert.True(status == expected, answer);
                return refused;
            }
        }
    }

    private static async Task<(HttpStatusCode Status, string Answer)> SendAsync(GatewayProcess gateway, byte[] body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/messages") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("x-api-key", gateway.ApiKey);
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage response = await gateway.Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static Task<GatewayProcess> StartGatewayAsync(string kind, string upstream, params (string Key, string Value)[] settings) => GatewayProcess.StartAsync(
        [
            ("DOTNET_GCHeapHardLimit", "0x60000000"),
            ("Gateway:DevKey", GatewayServer.Key),
            .. Security.Upstreams.Settings(kind, upstream).Select(setting => (setting.Key, setting.Value!)),
            .. settings,
        ],
        GatewayServer.Key);

    /// <summary>One that keeps nothing of what it is sent: the test's own memory is not to grow either.</summary>
    private static async Task<WebApplication> StartUpstreamAsync(Func<HttpContext, Task> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["URLS"] = "http://127.0.0.1:0";
        builder.Configuration["Logging:LogLevel:Default"] = "None";
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        WebApplication app = builder.Build();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await answer(context);
        });
        await app.StartAsync();
        return app;
    }
}
