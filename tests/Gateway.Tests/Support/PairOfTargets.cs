using System.Text.Json;

namespace Gateway.Tests.Support;

/// <summary>The model "m" with the targets first/one and second/two, of one kind, under a clock of the test's.</summary>
internal sealed class PairOfTargets(FakeUpstream first, FakeUpstream second, FakeClock time, GatewayServer gateway) : IAsyncDisposable
{
    /// <summary>Longer than any target is passed over.</summary>
    private const double Forgotten = 3600;

    public FakeUpstream First => first;

    public FakeUpstream Second => second;

    public FakeClock Time => time;

    public GatewayServer Gateway => gateway;

    public static async Task<PairOfTargets> StartAsync(string kind = "openai", params (string Key, string? Value)[] settings)
    {
        FakeUpstream first = await FakeUpstream.StartAsync();
        FakeUpstream second = await FakeUpstream.StartAsync();
        string path = kind == "anthropic" ? "" : "/v1";
        first.Answer = second.Answer = context => AnswerAsync(context, kind);
        FakeClock time = new();
        GatewayServer gateway = await GatewayServer.StartAsync(time,
        [
            ("Gateway:Providers:first:Kind", kind),
            ("Gateway:Providers:first:BaseUrl", first.Url + path),
            ("Gateway:Providers:first:ApiKey", "sk-one-secret"),
            ("Gateway:Providers:second:Kind", kind),
            ("Gateway:Providers:second:BaseUrl", second.Url + path),
            ("Gateway:Providers:second:ApiKey", "sk-two-secret"),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "first/one"),
            ("Gateway:Models:0:Targets:1", "second/two"),
            ("Logging:LogLevel:Default", "None"),
            .. settings,
        ]);
        return new PairOfTargets(first, second, time, gateway);
    }

    /// <summary>"ok", as the kind of server says it; a stream if one was asked for.</summary>
    public static async Task AnswerAsync(Microsoft.AspNetCore.Http.HttpContext context, string kind)
    {
        string[] events = kind == "anthropic"
            ?
            [
                """{"type":"message_start","message":{"id":"msg_up","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}""",
                """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
                """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"ok"}}""",
                """{"type":"content_block_stop","index":0}""",
                """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}""",
                """{"type":"message_stop"}""",
            ]
            : [FakeUpstream.Chunk("ok"), FakeUpstream.LastChunk, "[DONE]"];
        if (context.Request.Headers.Accept == "text/event-stream")
        {
            await SendAsync(context, events);
        }
        else
        {
            await FakeUpstream.Json(context, 200, kind == "anthropic"
                ? """{"id":"msg_up","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":2}}"""
                : FakeUpstream.Completion("ok"));
        }
    }

    /// <summary>A stream of these events, Anthropic's with their names.</summary>
    public static async Task SendAsync(Microsoft.AspNetCore.Http.HttpContext context, params string[] events)
    {
        await FakeUpstream.BeginStreamAsync(context);
        foreach (string data in events)
        {
            await FakeUpstream.EventAsync(context, data, data.StartsWith("{\"type\":", StringComparison.Ordinal) ? JsonElement.Parse(data).GetProperty("type").GetString() : null);
        }
    }

    /// <summary>Asks in either form, whole and as a stream, each time as if nothing had been before.</summary>
    public async Task ForEachRequestAsync(Func<HttpResponseMessage, Task> check)
    {
        foreach (string path in new[] { "/v1/messages", "/v1/chat/completions" })
        {
            foreach (bool stream in new[] { false, true })
            {
                using HttpResponseMessage response = await AskAsync(path, stream);
                await check(response);
                time.AdvanceSeconds(Forgotten);
            }
        }
    }

    public Task<HttpResponseMessage> AskAsync(string path = "/v1/messages", bool stream = false) =>
        gateway.PostAsync(path, $$"""{"model":"m","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hello"}]}""").PatientlyAsync();

    /// <summary>The second target answered, whole and well; the header says how it came to that.</summary>
    public static async Task SecondAnsweredAsync(HttpResponseMessage response, string attempts)
    {
        string body = await response.Content.ReadAsStringAsync().PatientlyAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {body}");
        Assert.Equal("second/two", Assert.Single(response.Headers.GetValues("x-gateway-upstream")));
        Assert.Equal(attempts, Assert.Single(response.Headers.GetValues("x-gateway-attempts")));
        Assert.Contains("\"ok\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("error", body, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await first.DisposeAsync();
        await second.DisposeAsync();
    }
}
