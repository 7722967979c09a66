using System.Text;
using System.Text.Json;
using Gateway.Metering.Usage;
using Gateway.Tests.Support;
using Gateway.Translation.Tests.Properties;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Completions;

/// <summary>
/// What came is read from its bytes: whatever was asked for, whatever the headers say of it, and however it is packed.
/// Upstreams that answer "Hello" in every shape, and clients of both APIs that want it whole or as a stream.
/// </summary>
public sealed class AnswerShapeTests
{
    private const string Message = """{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":2}}""";

    private const string MessageEvents =
        """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":2}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    private static readonly string s_chunks =
        $"data: {FakeUpstream.Chunk("Hel")}\n\ndata: {FakeUpstream.Chunk("lo")}\n\ndata: {FakeUpstream.LastChunk}\n\ndata: [DONE]\n\n";

    private static readonly string?[] s_types = [null, "application/json", "text/plain; charset=utf-8", "Text/Event-Stream;charset=utf-8", "application/octet-stream"];

    /// <summary>What the header says, and what was really done to the body.</summary>
    private static readonly (string? Said, string Done)[] s_codings =
    [
        (null, ""), ("identity", ""), ("utf-8", ""), ("gzip", "gzip"), ("X-GZIP", "gzip"), ("GZip", "gzip"), ("deflate", "deflate"), ("deflate", "raw-deflate"),
        ("br", "br"), ("gzip, br", "gzip,br"), ("deflate,gzip", "deflate,gzip"), ("gzip, identity", "gzip"), ("gzip", ""), ("gzip, gzip", "gzip"), (null, "gzip"),
    ];

    public static TheoryData<string, string, bool> Ways
    {
        get
        {
            TheoryData<string, string, bool> ways = [];
            foreach (string kind in (string[])["openai", "anthropic"])
            {
                foreach (string path in (string[])["/v1/messages", "/v1/chat/completions"])
                {
                    ways.Add(kind, path, true);
                    ways.Add(kind, path, false);
                }
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Answer_of_any_shape_is_the_answer_that_was_asked_for(string kind, string path, bool stream)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(upstream, kind);
        (string whole, string events) = kind == "openai" ? (FakeUpstream.Completion("Hello"), s_chunks) : (Message, MessageEvents);
        string lines = string.Join('\n', events.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => line[6..]));
        string[] shapes = [whole, "\uFEFF\r\n\n" + whole, events, "\uFEFF\n: keep-alive\n\n" + events.Replace("data: ", "data:", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal), lines];
        int calls = 0;
        foreach (string shape in shapes)
        {
            foreach (string? type in s_types)
            {
                foreach ((string? said, string done) in s_codings)
                {
                    upstream.Answer = context => WriteAsync(context, Encoding.UTF8.GetBytes(shape), type, said, done);
                    using HttpResponseMessage response = await gateway.PostAsync(path, Request(stream));
                    byte[] answer = await response.Content.ReadAsByteArrayAsync();
                    string text = Encoding.UTF8.GetString(answer);
                    Assert.True(response.IsSuccessStatusCode, $"{type} {said} {done} {shape}: {text}");
                    Assert.Equal(stream ? "text/event-stream" : "application/json", response.Content.Headers.ContentType!.MediaType);
                    Assert.Empty(response.Content.Headers.ContentEncoding);
                    Assert.Equal("Hello", path == "/v1/messages" ? TextOfMessage(answer, stream) : TextOfCompletion(text, stream));
                    calls++;
                }
            }
        }

        Assert.All(upstream.Received, seen => Assert.Equal("identity", seen.Headers["accept-encoding"]));
        IUsageStore usage = gateway.Services.GetRequiredService<IUsageStore>();
        List<UsageEntry> entries = await Patience.UntilAsync(async () => await usage.ListAsync(DateOnly.FromDateTime(DateTime.UtcNow), new UsageFilter(), default).ToListAsync(), all => all.Count == calls);
        Assert.All(entries, entry => Assert.Equal((10, 2, false, null, false), (entry.Usage.Input, entry.Usage.Output, entry.Usage.Estimated, entry.Error, entry.ClientLeft)));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_is_no_answer_is_an_error_in_the_clients_form(string kind, string path, bool stream)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(upstream, kind);
        string error = kind == "openai" ? """{"error":{"message":"no room","code":503}}""" : """{"type":"error","error":{"type":"overloaded_error","message":"no room"}}""";
        (string Body, string Said)[] bodies =
        [
            ("", "empty"), ("\r\n\n", "empty"), ("\uFEFF", "empty"), ("<html><body>Sign in</body></html>", "web page"), ("no healthy upstream", "neither"),
            (": keep-alive\n\n", ""), ("data: [DONE]\n\n", ""), ("{", ""), ("null", "neither"), ("[]", ""), ("(\u00B5/\u00FD", "neither"),
            (error, "no room"), ("[" + error + "]", "no room"), ("event: error\ndata: " + error + "\n\n", "no room"), ("\n\n" + error, "no room"),
        ];
        foreach ((string body, string expected) in bodies)
        {
            foreach (string? type in s_types)
            {
                upstream.Answer = context => WriteAsync(context, Encoding.UTF8.GetBytes(body), type, null, "");
                using HttpResponseMessage response = await gateway.PostAsync(path, Request(stream));
                string text = await response.Content.ReadAsStringAsync();
                Assert.True((int)response.StatusCode >= 500, $"{type} {body}: {(int)response.StatusCode} {text}");
                JsonElement told = JsonElement.Parse(text);
                Assert.Equal(path == "/v1/messages", told.TryGetProperty("type", out _));
                Assert.Contains(expected, told.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
                Assert.DoesNotContain("Sign in", text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Count_is_read_however_it_comes()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(upstream, "anthropic");
        foreach (string body in (string[])["""{"input_tokens":77}""", "\uFEFF\n\n{\"input_tokens\":77}", "data: {\"input_tokens\":77}\n\n"])
        {
            foreach ((string? said, string done) in s_codings)
            {
                upstream.Answer = context => WriteAsync(context, Encoding.UTF8.GetBytes(body), "text/plain", said, done);
                using HttpResponseMessage response = await gateway.PostAsync("/v1/messages/count_tokens", """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""");
                Assert.Equal("""{"input_tokens":77}""", await response.Content.ReadAsStringAsync());
                Assert.False(response.Headers.Contains("x-gateway-token-count"));
            }
        }
    }

    [Theory]
    [InlineData("gzip", "")]
    [InlineData("br", "\uFEFF\r\n")]
    [InlineData(null, "data: ")]
    public async Task Error_is_read_however_it_comes(string? coding, string before)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(upstream, "openai");
        upstream.Answer = context =>
        {
            context.Response.StatusCode = 400;
            return WriteAsync(context, Encoding.UTF8.GetBytes(before + """{"error":{"message":"messages: too many","type":"invalid_request_error"}}""" + "\n\n"), "text/html", coding, coding ?? "");
        };
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Request(stream: true));
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("messages: too many", JsonElement.Parse(text).GetProperty("error").GetProperty("message").GetString());
    }

    private static string Request(bool stream) => $$"""{"model":"m","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hi"}]}""";

    private static Task<GatewayServer> StartAsync(FakeUpstream upstream, string kind) => GatewayServer.StartAsync(
        ("Gateway:Providers:p:Kind", kind),
        ("Gateway:Providers:p:BaseUrl", upstream.Url),
        ("Gateway:Providers:p:ApiKey", "sk-secret"),
        ("Gateway:Models:0:Id", "m"),
        ("Gateway:Models:0:Targets:0", "p/up"));

    private static async Task WriteAsync(HttpContext context, byte[] body, string? type, string? said, string done)
    {
        context.Response.ContentType = type;
        if (said is not null)
        {
            context.Response.Headers.ContentEncoding = said;
        }

        await context.Response.Body.WriteAsync(Packing.Pack(body, done));
    }

    private static string TextOfMessage(byte[] answer, bool stream)
    {
        if (!stream)
        {
            MessageStream.CheckBody(answer);
            return JsonElement.Parse(answer).GetProperty("content")[0].GetProperty("text").GetString()!;
        }

        // A relay keeps the lines of its upstream.
        string events = Encoding.UTF8.GetString(answer).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("data:{", "data: {", StringComparison.Ordinal);
        Assert.Equal(StreamEnd.Complete, MessageStream.Check(Encoding.UTF8.GetBytes(events)));
        return string.Concat(Events(events).Where(e => e.GetProperty("type").GetString() == "content_block_delta").Select(e => e.GetProperty("delta").GetProperty("text").GetString()));
    }

    private static string TextOfCompletion(string answer, bool stream)
    {
        if (!stream)
        {
            JsonElement completion = JsonElement.Parse(answer);
            Assert.Equal("chat.completion", completion.GetProperty("object").GetString());
            JsonElement choice = completion.GetProperty("choices")[0];
            Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
            return choice.GetProperty("message").GetProperty("content").GetString()!;
        }

        Assert.EndsWith("data: [DONE]\n\n", answer, StringComparison.Ordinal);
        JsonElement[] choices = [.. Events(answer).SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray())];
        Assert.Single(choices, choice => choice.GetProperty("finish_reason").ValueKind == JsonValueKind.String);
        return string.Concat(choices.Select(choice => choice.GetProperty("delta").TryGetProperty("content", out JsonElement text) ? text.GetString() : ""));
    }

    private static IEnumerable<JsonElement> Events(string stream) =>
        stream.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line[6..]));
}
