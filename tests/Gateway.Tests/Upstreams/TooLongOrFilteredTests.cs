using Gateway.Tests.Support;

namespace Gateway.Tests.Upstreams;

/// <summary>Requests that one target refuses for what they are, and another may take all the same.</summary>
public sealed class TooLongOrFilteredTests
{
    private const string Role = """{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""";
    private const string FilteredChunk = """{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"content_filter"}]}""";
    private const string FilteredWhole = """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":null},"finish_reason":"content_filter"}],"usage":{"prompt_tokens":5,"completion_tokens":0}}""";
    private const string Start = """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}""";
    private const string RefusedDelta = """{"type":"message_delta","delta":{"stop_reason":"refusal"},"usage":{"output_tokens":1}}""";
    private const string RefusedWhole = """{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"stop_reason":"refusal","usage":{"input_tokens":3,"output_tokens":1}}""";

    public static TheoryData<string, string> Filters => new()
    {
        { "openai", """{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}""" },
        { "openai", """{"error":{"code":"data_inspection_failed","message":"Input data may contain inappropriate content."}}""" },
        { "openai", "answer" },
        { "anthropic", "answer" },
    };

    /// <summary>The window of the model, which is that of both targets, and what the first says that it takes.</summary>
    [Theory]
    [InlineData("openai", 1_000_000, """{"error":{"message":"This model's maximum context length is 128000 tokens. However, your messages resulted in 130500 tokens.","code":"context_length_exceeded"}}""", 400, true)]
    [InlineData("openai", 128_000, """{"error":{"message":"This model's maximum context length is 128000 tokens. However, your messages resulted in 130500 tokens.","code":"context_length_exceeded"}}""", 400, false)]
    [InlineData("openai", 1_000_000, """{"error":{"message":"Request too large: the prompt is too long, maximum context length is 8192"}}""", 413, true)]
    [InlineData("openai", 0, """{"error":{"message":"This model's maximum context length is 128000 tokens. However, your messages resulted in 130500 tokens."}}""", 400, false)]
    [InlineData("openai", 128_000, """{"error":{"message":"too long","code":"context_length_exceeded"}}""", 400, false)]
    [InlineData("anthropic", 1_000_000, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}""", 400, true)]
    [InlineData("anthropic", 200_000, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}""", 400, false)]
    [InlineData("anthropic", 1_000_000, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}""", 200, true)]
    public async Task Conversation_that_is_too_long_goes_to_a_larger_window_only(string kind, int window, string body, int status, bool larger)
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync(kind, ("Gateway:Models:0:ContextWindow", window == 0 ? null : $"{window}"));
        pair.First.Answer = context => FakeUpstream.Json(context, status, body);
        await pair.ForEachRequestAsync(async response =>
        {
            if (larger)
            {
                await PairOfTargets.SecondAnsweredAsync(response, status == 200 ? "first/one 200 invalid_request_error; second/two 200" : $"first/one {status}; second/two 200");
            }
            else
            {
                Assert.Equal(400, (int)response.StatusCode);
                Assert.Matches("too long|context length", await response.Content.ReadAsStringAsync());
            }
        });
        Assert.Equal(larger ? 4 : 0, pair.Second.Received.Count);
    }

    /// <summary>Targets with windows of their own: who refused, and who surely would.</summary>
    [Theory]
    [InlineData("100000", "200000", "first/one 400; second/two 200")]
    [InlineData("1", "200000", "second/two 200")]
    public async Task Window_of_each_target_counts(string first, string second, string attempts)
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync(
            "openai",
            ("Gateway:Models:0:Targets:0", null),
            ("Gateway:Models:0:Targets:0:Target", "first/one"),
            ("Gateway:Models:0:Targets:0:ContextWindow", first),
            ("Gateway:Models:0:Targets:1", null),
            ("Gateway:Models:0:Targets:1:Target", "second/two"),
            ("Gateway:Models:0:Targets:1:ContextWindow", second));
        pair.First.Answer = context => FakeUpstream.Json(context, 400, """{"error":{"message":"too long","code":"context_length_exceeded"}}""");
        await pair.ForEachRequestAsync(response => PairOfTargets.SecondAnsweredAsync(response, attempts));
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Next_target_is_asked_what_a_filter_refused_if_the_operator_wants_it(string kind, string refusal)
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync(kind, ("Gateway:Models:0:OnContentFilter", "next"));
        Refuse(pair, kind, refusal);
        string attempts = refusal == "answer" ? "first/one 200 invalid_request_error; second/two 200" : "first/one 400; second/two 200";
        await pair.ForEachRequestAsync(response => PairOfTargets.SecondAnsweredAsync(response, attempts));
        Assert.Equal(4, pair.Second.Received.Count);
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Refusal_of_a_filter_is_the_answer_otherwise(string kind, string refusal)
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync(kind);
        Refuse(pair, kind, refusal);
        await pair.ForEachRequestAsync(async response =>
        {
            Assert.Equal(refusal == "answer" ? 200 : 400, (int)response.StatusCode);
            Assert.Contains(refusal == "answer" ? "" : "content", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        });
        Assert.Empty(pair.Second.Received);
    }

    /// <summary>With nobody left, what the last one answered is the answer.</summary>
    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Refusal_of_the_last_target_is_told_as_it_is(string kind)
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync(kind, ("Gateway:Models:0:OnContentFilter", "next"));
        Refuse(pair, kind, "answer");
        pair.Second.Answer = pair.First.Answer;
        await pair.ForEachRequestAsync(async response =>
        {
            Assert.Equal(200, (int)response.StatusCode);
            Assert.Matches("\"(content_filter|refusal)\"", await response.Content.ReadAsStringAsync());
        });
    }

    /// <summary>The client has read its beginning: nothing can be taken back.</summary>
    [Fact]
    public async Task Filter_that_wakes_up_in_the_middle_is_part_of_the_answer()
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync("openai", ("Gateway:Models:0:OnContentFilter", "next"));
        pair.First.Answer = context => PairOfTargets.SendAsync(context, Role, FakeUpstream.Chunk("Well"), FilteredChunk, "[DONE]");
        using HttpResponseMessage response = await pair.AskAsync("/v1/chat/completions", stream: true);
        string body = await response.Content.ReadAsStringAsync();
        Assert.Contains("Well", body, StringComparison.Ordinal);
        Assert.Contains("content_filter", body, StringComparison.Ordinal);
        Assert.Empty(pair.Second.Received);
    }

    private static void Refuse(PairOfTargets pair, string kind, string refusal) => pair.First.Answer = context =>
        refusal != "answer" ? FakeUpstream.Json(context, 400, refusal)
        : context.Request.Headers.Accept != "text/event-stream" ? FakeUpstream.Json(context, 200, kind == "openai" ? FilteredWhole : RefusedWhole)
        : kind == "openai" ? PairOfTargets.SendAsync(context, Role, FilteredChunk, "[DONE]")
        : PairOfTargets.SendAsync(context, Start, RefusedDelta, """{"type":"message_stop"}""");
}
