using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Upstreams;

/// <summary>
/// Whatever the first of two targets does before its first word, the second answers: a client of either form, whole or as
/// a stream, whichever kind the servers are of.
/// </summary>
public sealed class TakeOverTests
{
    private const string Start = """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}""";
    private const string Role = """{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""";
    private const string Filters = """{"id":"","choices":[],"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]}""";

    /// <summary>Errors that are the target's, with what the header says of them.</summary>
    public static TheoryData<string, int, string> Statuses
    {
        get
        {
            TheoryData<string, int, string> all = [];
            foreach (string kind in new[] { "openai", "anthropic" })
            {
                foreach (int status in new[] { 401, 402, 403, 404, 408, 409, 410, 413, 425, 429, 451, 500, 501, 502, 503, 504, 520, 524, 529, 302, 407 })
                {
                    all.Add(kind, status, """{"type":"error","error":{"type":"api_error","message":"not now"}}""");
                }

                all.Add(kind, 503, "<html><body>Bad gateway</body></html>");
                all.Add(kind, 400, """{"error":{"message":"The model `one` does not exist","code":"model_not_found"}}""");
                all.Add(kind, 400, """{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}""");
                all.Add(kind, 400, """{"error":{"message":"Model Not Exist","type":"invalid_request_error"}}""");
                all.Add(kind, 400, """{"error":{"message":"one is not a valid model ID","code":400}}""");
                all.Add(kind, 422, """{"detail":"Unsupported model: one"}""");
                all.Add(kind, 400, """{"error":{"message":"Your credit balance is too low to access the API."}}""");
            }

            return all;
        }
    }

    public static TheoryData<string, string> NoAnswers
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach (string kind in new[] { "openai", "anthropic" })
            {
                foreach (string name in new[] { "empty", "page", "text", "other object", "half object", "error object", "empty stream", "comments only", "error event", "garbage event", "done only", "frame then end", "frame then error" })
                {
                    all.Add(kind, name);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task Second_target_answers_what_the_first_refuses(string kind, int status, string body)
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync(kind);
        pair.First.Answer = context => FakeUpstream.Json(context, status, body);
        await pair.ForEachRequestAsync(response => PairOfTargets.SecondAnsweredAsync(response, $"first/one {status}; second/two 200"));
    }

    [Theory]
    [MemberData(nameof(NoAnswers))]
    public async Task Second_target_answers_when_the_first_gives_no_answer(string kind, string name)
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync(kind);
        pair.First.Answer = context => NoAnswerAsync(context, kind, name);
        await pair.ForEachRequestAsync(async response =>
        {
            string error = Assert.Single(response.Headers.GetValues("x-gateway-attempts")).Split(';')[0];
            Assert.Matches("^first/one 200 (api|overloaded)_error$", error);
            await PairOfTargets.SecondAnsweredAsync(response, error + "; second/two 200");
        });
    }

    [Theory]
    [InlineData("openai", "http://127.0.0.1:1")]
    [InlineData("anthropic", "http://127.0.0.1:1")]
    [InlineData("openai", "http://no-such-host.invalid")]
    [InlineData("anthropic", "https://127.0.0.1:1")]
    public async Task Second_target_answers_when_the_first_cannot_be_reached(string kind, string url)
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync(kind, ("Gateway:Providers:first:BaseUrl", url));
        await pair.ForEachRequestAsync(response => PairOfTargets.SecondAnsweredAsync(response, "first/one unreachable; second/two 200"));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Second_target_answers_when_the_first_closes_without_a_word(string kind)
    {
        await using RawUpstream first = RawUpstream.Start((_, _) => Task.CompletedTask);
        await using PairOfTargets pair = await PairOfTargets.StartAsync(kind, ("Gateway:Providers:first:BaseUrl", first.Url));
        await pair.ForEachRequestAsync(response => PairOfTargets.SecondAnsweredAsync(response, "first/one unreachable; second/two 200"));

        // A connection of its own: nothing says that the server did not read it.
        Assert.Equal(4, first.Requests);
    }

    [Theory]
    [InlineData("openai", "data: " + Role)]
    [InlineData("anthropic", "event: message_start\ndata: " + Start)]
    public async Task Second_target_answers_when_the_first_breaks_off_before_its_first_word(string kind, string frame)
    {
        await using RawUpstream first = RawUpstream.Start($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9999\r\n\r\n{frame}\n\n");
        await using PairOfTargets pair = await PairOfTargets.StartAsync(kind, ("Gateway:Providers:first:BaseUrl", first.Url));
        await pair.ForEachRequestAsync(response => PairOfTargets.SecondAnsweredAsync(response, "first/one 200 api_error; second/two 200"));
    }

    /// <summary>From the first word on the client is bound to who said it.</summary>
    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Nobody_takes_over_after_the_first_word(string kind)
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync(kind);
        pair.First.Answer = context => kind == "openai"
            ? PairOfTargets.SendAsync(context, Role, FakeUpstream.Chunk("he"))
            : PairOfTargets.SendAsync(context, Start, """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"he"}}""");
        foreach (string path in new[] { "/v1/messages", "/v1/chat/completions" })
        {
            using HttpResponseMessage response = await pair.AskAsync(path, stream: true);
            string body = await response.Content.ReadAsStringAsync();
            Assert.Equal("first/one 200", Assert.Single(response.Headers.GetValues("x-gateway-attempts")));
            Assert.Contains("error", body, StringComparison.Ordinal);
        }

        Assert.Empty(pair.Second.Received);
    }

    /// <summary>The frame is held back, but not for ever: a model may think long after it.</summary>
    [Fact]
    public async Task Stream_with_a_frame_and_no_word_yet_begins_in_time()
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync();
        using SemaphoreSlim sent = new(0);
        using SemaphoreSlim goOn = new(0);
        pair.First.Answer = async context =>
        {
            await PairOfTargets.SendAsync(context, Role);
            sent.Release();
            await goOn.WaitAsync(Patience.Limit);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("ok"));
            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
        };
        Task<HttpResponseMessage> answer = pair.AskAsync(stream: true);
        Assert.True(await sent.WaitAsync(Patience.Limit));
        await Patience.UntilAsync(() =>
        {
            // The role is on its way: the clock may be looked at before or after it is here.
            pair.Time.AdvanceSeconds(1);
            return answer.IsCompleted;
        });
        using HttpResponseMessage response = await answer;
        goOn.Release();
        Assert.Equal("first/one", Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
        Assert.Contains("message_stop", await response.Content.ReadAsStringAsync().PatientlyAsync(), StringComparison.Ordinal);
    }

    private static Task NoAnswerAsync(HttpContext context, string kind, string name)
    {
        bool chat = kind == "openai";
        string error = """{"type":"error","error":{"type":"overloaded_error","message":"overloaded"}}""";
        switch (name)
        {
            case "empty":
                return Task.CompletedTask;
            case "page":
                context.Response.ContentType = "text/html";
                return context.Response.WriteAsync("<!doctype html><html><body>Sign in</body></html>");
            case "text":
                return context.Response.WriteAsync("upstream connect error or disconnect/reset before headers");
            case "other object":
                return FakeUpstream.Json(context, 200, """{"hello":1}""");
            case "half object":
                return FakeUpstream.Json(context, 200, """{"id":"x","choices":[{"index":0,"mess""");
            case "error object":
                return FakeUpstream.Json(context, 200, error);
            case "empty stream":
                return PairOfTargets.SendAsync(context);
            case "comments only":
                context.Response.ContentType = "text/event-stream";
                return context.Response.WriteAsync(": keep-alive\n\n: keep-alive\n\n");
            case "error event":
                return PairOfTargets.SendAsync(context, error);
            case "garbage event":
                return PairOfTargets.SendAsync(context, "{not json");
            case "done only":
                return PairOfTargets.SendAsync(context, "[DONE]");
            case "frame then end":
                return PairOfTargets.SendAsync(context, chat ? [Filters, Role] : [Start, """{"type":"ping"}"""]);
            case "frame then error":
                return PairOfTargets.SendAsync(context, chat ? [Filters, Role, error] : [Start, error]);
            default:
                throw new ArgumentOutOfRangeException(nameof(name));
        }
    }
}
