using System.Net;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>Answers that never end: the gateway stops reading, says so, and closes the call.</summary>
public sealed class UpstreamSizeTests
{
    private const string Json = "HTTP/1.1 200 OK\r\nContent-Type: application/json";
    private const string Events = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream";

    private static readonly (string, string?)[] s_small = [("Gateway:Upstream:MaxAnswerMegabytes", "1"), ("Gateway:Upstream:MaxEventMegabytes", "0.25")];

    public static TheoryData<string, string> Ways => Upstreams.Ways;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Endless_answer_ends_as_an_error(string path, string kind)
    {
        await using RawUpstream upstream = RawUpstream.Endless(Json, "aaaaaaaa", """{"id":"x","text":" """);
        await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url, s_small);
        using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: false));

        await AssertTooLargeAsync(response, "The upstream's answer is larger than this gateway takes.");
        await upstream.GatewayLeft;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Endless_first_event_ends_as_an_error_with_a_status(string path, string kind)
    {
        await using RawUpstream upstream = RawUpstream.Endless(Events, "aaaaaaaa", "data: ");
        await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url, s_small);
        using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: true));

        await AssertTooLargeAsync(response, "An event of the upstream's stream is larger than this gateway takes.");
        await upstream.GatewayLeft;
    }

    /// <summary>A line without end, and an event of endless lines.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Endless_event_in_a_stream_ends_it_with_an_error(string path, string kind)
    {
        foreach ((string begin, string piece) in new[] { ("data: ", "aaaaaaaa"), ("", "data: a\n"), ("event: ", "aaaaaaaa"), ("data: [1\n", "data: ,[]\n") })
        {
            await using RawUpstream upstream = RawUpstream.Endless(Events, piece, Upstreams.BegunStream(kind) + begin);
            await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url, s_small);
            using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: true));

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            string all = await response.Content.ReadAsStringAsync();
            Assert.Contains("larger than this gateway takes.", all, StringComparison.Ordinal);
            Assert.DoesNotContain("[DONE]", all, StringComparison.Ordinal);
            Assert.DoesNotContain("message_stop", all, StringComparison.Ordinal);
            await upstream.GatewayLeft;
        }
    }

    /// <summary>What a translation keeps of thinking, calls and text must end, too; a relay keeps nothing.</summary>
    [Theory]
    [InlineData("/v1/messages", "openai", true)]
    [InlineData("/v1/messages", "openai", false)]
    [InlineData("/v1/chat/completions", "anthropic", true)]
    [InlineData("/v1/chat/completions", "anthropic", false)]
    public async Task Stream_of_endless_small_deltas_that_is_translated_ends_with_an_error(string path, string kind, bool stream)
    {
        await using RawUpstream upstream = RawUpstream.Endless(Events, Upstreams.Delta(kind, "two"), Upstreams.BegunStream(kind));
        await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url, s_small);
        using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream));

        Assert.Equal(stream ? 200 : 502, (int)response.StatusCode);
        Assert.Contains("The upstream's answer is larger than this gateway takes.", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await upstream.GatewayLeft;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Endless_error_is_told_by_its_beginning(string path, string kind)
    {
        await using RawUpstream upstream = RawUpstream.Endless("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json", "é", """{"error":{"type":"invalid_request_error","message":"too bad: """);
        await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url);
        using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: false));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.StartsWith("too bad: éé", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        await upstream.GatewayLeft;
    }

    [Fact]
    public async Task Endless_headers_are_an_upstream_that_cannot_be_reached()
    {
        await using RawUpstream endless = RawUpstream.Start(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), stop);
            while (true)
            {
                await stream.WriteAsync("X-Another: one more of them\r\n"u8.ToArray(), stop);
            }
        });
        await using GatewayServer gateway = await Upstreams.StartAsync("openai", endless.Url);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Upstreams.Body(stream: false));

        Assert.Equal(529, (int)response.StatusCode);
        await endless.GatewayLeft;
    }

    [Fact]
    public async Task Endless_count_of_tokens_is_none_and_an_estimate_takes_its_place()
    {
        await using RawUpstream upstream = RawUpstream.Endless(Json, "aaaaaaaa", """{"input_tokens":1,"x":" """);
        await using GatewayServer gateway = await Upstreams.StartAsync("anthropic", upstream.Url, s_small);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages/count_tokens", Upstreams.Body(stream: false));

        Assert.Equal((HttpStatusCode.OK, "estimate"), (response.StatusCode, Assert.Single(response.Headers.GetValues("x-gateway-token-count"))));
        await upstream.GatewayLeft;
    }

    /// <summary>The limit itself still fits: what ends is what is larger.</summary>
    [Fact]
    public async Task Answer_just_below_the_limit_passes()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        string text = new('a', (1024 * 1024) - 1000);
        upstream.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion(text));
        await using GatewayServer gateway = await Upstreams.StartAsync("openai", upstream.Url, s_small);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Upstreams.Body(stream: false));

        Assert.Equal(text, JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("content")[0].GetProperty("text").GetString());
    }

    private static async Task AssertTooLargeAsync(HttpResponseMessage response, string message)
    {
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal(message, error.GetProperty("message").GetString());
    }
}
