using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Worker;

/// <summary>What passes through host and worker: streams piece by piece, big bodies, many headers.</summary>
[Collection(WorkerFixture.Collection)]
public sealed class WorkerStreamTests(WorkerFixture worker)
{
    private const int Limit = 32 * 1024 * 1024;
    private const string Streamed = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    [Fact]
    public async Task Event_reaches_the_client_before_the_upstream_sends_the_next_one()
    {
        using SemaphoreSlim next = new(0);
        worker.Upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            for (int i = 0; i < 10; i++)
            {
                await FakeUpstream.EventAsync(context, FakeUpstream.Chunk($"chunk {i}"));
                await next.WaitAsync();
            }

            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
            await FakeUpstream.EventAsync(context, "[DONE]");
        };
        using HttpResponseMessage response = await worker.PostAsync("/v1/messages", Streamed);
        using EventStream events = await EventStream.OpenAsync(response);
        Assert.Equal(["message_start", "ping", "content_block_start"], await NamesAsync(events, 3));
        for (int i = 0; i < 10; i++)
        {
            // The upstream is stuck until the test has seen what it sent so far.
            (string Name, JsonElement Data)? delta = await events.ReadAsync();
            Assert.Equal($"chunk {i}", delta!.Value.Data.GetProperty("delta").GetProperty("text").GetString());
            next.Release();
        }

        Assert.Equal("message_stop", (await events.ReadAllAsync())[^1].Name);
        Assert.True(response.Headers.TransferEncodingChunked);
        Assert.Equal("no", Assert.Single(response.Headers.GetValues("x-accel-buffering")));
    }

    [Fact]
    public async Task Event_of_a_response_reaches_the_client_before_the_upstream_sends_the_next_one()
    {
        using SemaphoreSlim next = new(0);
        worker.Upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            for (int i = 0; i < 3; i++)
            {
                await FakeUpstream.EventAsync(context, FakeUpstream.Chunk($"chunk {i}"));
                await next.WaitAsync();
            }

            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
            await FakeUpstream.EventAsync(context, "[DONE]");
        };
        using HttpResponseMessage response = await worker.PostAsync("/v1/responses", """{"model":"m","stream":true,"input":"Hello"}""");
        using EventStream events = await EventStream.OpenAsync(response);
        Assert.Equal(["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"], await NamesAsync(events, 4));
        for (int i = 0; i < 3; i++)
        {
            (string Name, JsonElement Data)? delta = await events.ReadAsync();
            Assert.Equal(("response.output_text.delta", $"chunk {i}"), (delta!.Value.Name, delta.Value.Data.GetProperty("delta").GetString()));
            next.Release();
        }

        Assert.Equal("response.completed", (await events.ReadAllAsync())[^1].Name);
    }

    [Fact]
    public async Task Silence_of_a_response_is_bridged_by_events_that_codex_counts()
    {
        await using FakeUpstream silent = await FakeUpstream.StartAsync();
        StuckUpstream upstream = new(silent, FakeUpstream.BeginStreamAsync);
        await using WorkerGateway gateway = await worker.StartAsync(silent, ("Gateway:Upstream:CommitSeconds", "0.05"), ("Gateway:Upstream:PingSeconds", "0.05"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/responses", """{"model":"m","stream":true,"input":"Hello"}""");
        using EventStream events = await EventStream.OpenAsync(response);

        Assert.Equal(["response.created", "response.in_progress", .. Enumerable.Repeat("keepalive", 4)], await NamesAsync(events, 6));
        upstream.GoOn();
        Assert.Equal("response.completed", (await events.ReadAllAsync())[^1].Name);
    }

    [Fact]
    public async Task Silence_is_bridged_by_pings()
    {
        await using FakeUpstream silent = await FakeUpstream.StartAsync();
        StuckUpstream upstream = new(silent, FakeUpstream.BeginStreamAsync);
        await using WorkerGateway gateway = await worker.StartAsync(silent, ("Gateway:Upstream:CommitSeconds", "0.05"), ("Gateway:Upstream:PingSeconds", "0.05"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Streamed);
        using EventStream events = await EventStream.OpenAsync(response);

        Assert.Equal(["message_start", .. Enumerable.Repeat("ping", 9)], await NamesAsync(events, 10));
        upstream.GoOn();
        Assert.Equal("message_stop", (await events.ReadAllAsync())[^1].Name);
    }

    [Theory]
    [InlineData(Limit, true)]
    [InlineData(Limit, false)]
    [InlineData(Limit + 1, true)]
    [InlineData(Limit + 1, false)]
    public async Task Body_may_have_32_MB(int size, bool chunked)
    {
        worker.Upstream.Received.Clear();
        worker.Upstream.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        string empty = """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":""}]}""";
        string text = new('a', size - empty.Length);
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/messages")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(empty.Replace("\"\"", $"\"{text}\"", StringComparison.Ordinal))),
        };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.Add("x-api-key", worker.Key);
        using HttpResponseMessage response = await worker.Worker.Client.SendAsync(request);

        string answer = await response.Content.ReadAsStringAsync();
        if (size <= Limit)
        {
            Assert.Equal((HttpStatusCode.OK, text.Length), (response.StatusCode, worker.Upstream.Received.Single().Json.GetProperty("messages")[0].GetProperty("content").GetString()!.Length));
        }
        else
        {
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
            Assert.Contains("request_too_large", answer, StringComparison.Ordinal);
            Assert.Empty(worker.Upstream.Received);
        }
    }

    /// <summary>The host adds headers of its own: without a higher limit in the worker, some of these would hang.</summary>
    [Theory]
    [InlineData(90, 200)]
    [InlineData(97, 200)]
    [InlineData(101, 431)]
    public async Task Many_headers_pass_as_far_as_the_host_lets_them(int count, int status)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/health");
        for (int i = 1; i < count; i++)
        {
            request.Headers.Add($"x-header-{i}", "value");
        }

        using HttpResponseMessage response = await worker.Worker.Client.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
    }

    private static async Task<List<string>> NamesAsync(EventStream events, int count)
    {
        List<string> names = [];
        for (int i = 0; i < count; i++)
        {
            names.Add((await events.ReadAsync())!.Value.Name);
        }

        return names;
    }
}
