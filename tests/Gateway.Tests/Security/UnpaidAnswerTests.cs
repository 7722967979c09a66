using System.Net;
using Gateway.Metering.Usage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>Answers that an upstream made and bills, and that a client did not get. The model "m" costs 2.5 USD per million tokens of input and 10 of output.</summary>
public sealed class UnpaidAnswerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Counted = """ "usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100} """;
    private const string NoChoices = $$"""{"choices":[],{{Counted}}}""";
    private const string Failed = $$"""{"error":{"message":"boom"},{{Counted}}}""";

    [Theory]
    [InlineData("/v1/messages", NoChoices)]
    [InlineData("/v1/messages", Failed)]
    [InlineData("/v1/chat/completions", Failed)]
    public async Task Answer_that_is_of_no_use_is_paid_for(string path, string useless)
    {
        await using MeteredGateway gateway = await StartAsync();
        gateway.Upstream.Answer = context => FakeUpstream.Json(context, 200, useless);
        using HttpResponseMessage answer = await PostAsync(gateway, path, "m");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(0.0035m, (await gateway.EntryAsync(answer)).Cost);
    }

    [Theory]
    [InlineData("/v1/messages")]
    [InlineData("/v1/chat/completions")]
    public async Task Useless_answer_before_the_good_one_is_paid_for(string path)
    {
        await using MeteredGateway gateway = await StartAsync();
        gateway.Upstream.Answer = context => FakeUpstream.Json(context, 200, gateway.Upstream.Received.Count == 1 ? Failed : FakeUpstream.Completion("ok"));
        using HttpResponseMessage answer = await PostAsync(gateway, path, "two");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("0.003545", answer.Headers.GetValues("x-gateway-cost-usd").Single());
        UsageEntry entry = await gateway.EntryAsync(answer);
        Assert.Equal((0.003545m, 2, 2L), (entry.Cost, entry.Attempts.Count, entry.Usage.Output));
    }

    /// <summary>An error is no answer: it costs nothing, however many there are.</summary>
    [Fact]
    public async Task Refusals_before_the_good_answer_are_free()
    {
        await using MeteredGateway gateway = await StartAsync();
        gateway.Upstream.Answer = context => gateway.Upstream.Received.Count == 1
            ? FakeUpstream.Json(context, 503, """{"error":{"message":"busy"}}""")
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        using HttpResponseMessage answer = await PostAsync(gateway, "/v1/messages", "two");
        Assert.Equal(0.000045m, (await gateway.EntryAsync(answer)).Cost);
    }

    [Theory]
    [InlineData("/v1/messages")]
    [InlineData("/v1/chat/completions")]
    public async Task Zeros_are_no_count(string path)
    {
        await using MeteredGateway gateway = await StartAsync();
        gateway.Upstream.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion(new string('a', 400))
            .Replace("\"prompt_tokens\":10,\"completion_tokens\":2,\"total_tokens\":12", "\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0", StringComparison.Ordinal));
        using HttpResponseMessage answer = await PostAsync(gateway, path, "m");
        UsageEntry entry = await gateway.EntryAsync(answer);
        Assert.True(entry.Usage.Estimated);
        Assert.InRange(entry.Usage.Output, 100, 120);
    }

    /// <summary>A whole answer, or reasoning that is not shown: the upstream may have written it all when the client leaves.</summary>
    [Theory]
    [InlineData(false, 50)]
    [InlineData(true, 50)]
    [InlineData(false, 100_000)]
    public async Task Client_that_leaves_before_a_word_pays_for_the_time(bool stream, int maxTokens)
    {
        const int Seconds = 100;
        FakeClock clock = new(DateTimeOffset.UtcNow);
        TaskCompletionSource asked = new();
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, clock, []);
        gateway.Upstream.Answer = async context =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        using CancellationTokenSource leaves = new();
        string body = MeteredGateway.Body(stream: stream).Replace("\"max_tokens\":50", $"\"max_tokens\":{maxTokens}", StringComparison.Ordinal);
        Task<HttpResponseMessage> answer = gateway.Server.SendAsync(HttpMethod.Post, "/v1/messages", body, leaves.Token, ("x-api-key", gateway.Key));
        await asked.Task;
        clock.AdvanceSeconds(Seconds);
        await leaves.CancelAsync();
        await answer.ContinueWith(
            begun =>
            {
                if (begun.IsCompletedSuccessfully)
                {
                    begun.Result.Dispose();
                }
            },
            TaskScheduler.Default);

        UsageEntry entry = UsageRow.ToEntry((await gateway.RowsAsync(rows =>
        {
            clock.AdvanceSeconds(1);
            return rows.Any(row => UsageRow.ToEntry(row).KeyId == gateway.KeyId);
        })).Single(row => UsageRow.ToEntry(row).KeyId == gateway.KeyId));
        Assert.True(entry is { ClientLeft: true, Usage.Estimated: true });
        Assert.InRange(entry.Usage.Output, Math.Min(maxTokens, Seconds * 100), maxTokens);
    }

    /// <summary>What was thought before the first word, and is never shown, is billed upstream. "Hi there" are two tokens.</summary>
    [Theory]
    [InlineData(false, "/v1/messages", 100, 100_000, 10_002)]
    [InlineData(false, "/v1/chat/completions", 100, 100_000, 10_002)]
    [InlineData(true, "/v1/messages", 100, 100_000, 10_002)]
    [InlineData(true, "/v1/chat/completions", 100, 100_000, 10_002)]
    [InlineData(false, "/v1/chat/completions", 100, 500, 500)]
    [InlineData(true, "/v1/messages", 9, 100_000, 2)]
    [InlineData(false, "/v1/messages", 9, 100_000, 2)]
    public async Task Client_that_leaves_after_the_first_word_pays_for_a_long_silence_before_it(bool native, string path, int seconds, int maxTokens, long expected)
    {
        FakeClock clock = new(DateTimeOffset.UtcNow);
        (TaskCompletionSource asked, TaskCompletionSource thought) = (new(), new());
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, clock, [], ("Gateway:Providers:fake:Kind", native ? "anthropic" : "openai"));
        gateway.Upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            foreach (string head in native ? s_nativeHead : [])
            {
                await FakeUpstream.EventAsync(context, head);
            }

            asked.SetResult();
            await thought.Task;
            await FakeUpstream.EventAsync(context, native ? """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi there"}}""" : FakeUpstream.Chunk("Hi there"));
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        string body = MeteredGateway.Body(stream: true).Replace("\"max_tokens\":50", $"\"max_tokens\":{maxTokens}", StringComparison.Ordinal);
        Task<HttpResponseMessage> begun = gateway.Server.SendAsync(HttpMethod.Post, path, body, default, ("authorization", $"Bearer {gateway.Key}"));
        await asked.Task;
        clock.AdvanceSeconds(seconds);
        thought.SetResult();
        using (HttpResponseMessage answer = await begun)
        using (StreamReader reader = new(await answer.Content.ReadAsStreamAsync()))
        {
            while (await reader.ReadLineAsync() is { } line && !line.Contains("Hi there", StringComparison.Ordinal))
            {
            }
        }

        UsageEntry entry = UsageRow.ToEntry((await gateway.RowsAsync(rows =>
        {
            clock.AdvanceSeconds(1);
            return rows.Any(row => UsageRow.ToEntry(row).KeyId == gateway.KeyId);
        })).Single(row => UsageRow.ToEntry(row).KeyId == gateway.KeyId));
        Assert.Equal((true, expected), (entry.ClientLeft, entry.Usage.Output));
    }

    private static readonly string[] s_nativeHead =
    [
        """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null,"usage":{"input_tokens":10,"output_tokens":1}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
    ];

    private Task<MeteredGateway> StartAsync() => MeteredGateway.StartAsync(
        azurite.ConnectionString,
        ("Gateway:Models:1:Id", "two"),
        ("Gateway:Models:1:Targets:0", "fake/up"),
        ("Gateway:Models:1:Targets:1", "fake/up2"),
        ("Gateway:Models:1:Price:Input", "2.5"),
        ("Gateway:Models:1:Price:Output", "10"));

    private static Task<HttpResponseMessage> PostAsync(MeteredGateway gateway, string path, string model) =>
        gateway.Server.SendAsync(HttpMethod.Post, path, MeteredGateway.Body(model), default, ("authorization", $"Bearer {gateway.Key}"));
}
