using System.Text;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>Whatever an upstream says about keys, addresses and accounts in an error stays inside, on every way and in every form.</summary>
public sealed class UpstreamSecretTests
{
    private const string Told = "Ask support about token-limits: field max_tokens, https://platform.openai.com/docs/errors";

    private static readonly string s_base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes("user:" + Upstreams.Key));

    /// <summary>A message with all that must not pass, and the parts of it to look for.</summary>
    private static readonly string s_message =
        $"{Told} Bearer {Upstreams.Key} key={Uri.EscapeDataString(Upstreams.Key)} Basic {s_base64} {Upstreams.Key[..24]}... "
        + "http://10.1.2.3:8000/v1 172.20.0.9:443 192.168.7.8 169.254.169.254 [fd12:3456::1]:8000 vllm-0.vllm.svc.cluster.local:8000 gpu.corp.internal "
        + "in organization org-AbC123dEf456 host='gpu-7', port=8000";

    private static readonly string[] s_private =
    [
        Upstreams.Key, JsonEncodedText.Encode(Upstreams.Key).ToString(), Uri.EscapeDataString(Upstreams.Key), s_base64, Upstreams.Key[..20],
        "10.1.2.3", "172.20.0.9", "192.168.7.8", "169.254", "fd12:", "cluster.local", ".internal", "org-AbC", "gpu-7", "127.0.0.1",
    ];

    public static TheoryData<string, string> Ways => Upstreams.Ways;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Error_bodies_of_all_statuses_are_cleaned(string path, string kind)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url);
        foreach (int status in (int[])[400, 401, 402, 403, 404, 408, 409, 413, 418, 422, 424, 429, 451, 500, 502, 503, 529])
        {
            foreach (string body in Bodies(upstream.Url))
            {
                upstream.Answer = context => FakeUpstream.Json(context, status, body);
                using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: status % 2 == 0));
                string answer = await response.Content.ReadAsStringAsync();
                AssertClean(answer, response);
                Assert.True(JsonElement.Parse(answer).TryGetProperty("error", out _) || answer.Contains("detail", StringComparison.Ordinal), answer);
                if (status == 422)
                {
                    Assert.Contains(Told, answer, StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Errors_inside_a_200_are_cleaned(string path, string kind)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url);
        foreach (string body in (string[])[.. Bodies(upstream.Url).Where(b => b.StartsWith('{') && b.Contains("\"error\"", StringComparison.Ordinal)), Fill("""{"choices":[{"index":0,"message":{"content":""},"finish_reason":"error","error":{"code":502,"message":@message}}]}""")])
        {
            upstream.Answer = context => FakeUpstream.Json(context, 200, body);
            using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: false));
            AssertClean(await response.Content.ReadAsStringAsync(), response);
        }
    }

    /// <summary>As the first event and after the stream has begun, cut in the middle of the key, under odd names of events.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Errors_inside_a_stream_are_cleaned_however_they_are_cut(string path, string kind)
    {
        string[] events =
        [
            Fill("""data: {"error":{"message":@message,"code":500}}"""),
            Fill("""data: {"type":"error","error":{"type":"api_error","message":@message}}"""),
            "event: error\n" + Fill("""data: {"type":"error","error":{"type":"overloaded_error","message":@message},"request_id":"r"}"""),
            "event: message_delta\n" + Fill("""data: {"type":"error","error":{"type":"api_error","message":@message}}"""),
            "data: {\"type\":\"error\",\n" + Fill("""data: "error":{"type":"api_error","message":@message}}"""),
            Fill("""data: {"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","error":{"code":502,"message":@message}}]}"""),
            $"event: error\ndata: {s_message}",
        ];
        foreach (string begin in (string[])["", Upstreams.BegunStream(kind)])
        {
            foreach (string told in events)
            {
                string sent = told;
                await using RawUpstream upstream = RawUpstream.Start(async (stream, stop) =>
                {
                    byte[] all = Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n{begin}{sent}\n\n");
                    int cut = Encoding.UTF8.GetString(all).IndexOf("Az0re", StringComparison.Ordinal) + 9;
                    await stream.WriteAsync(all.AsMemory(0, cut), stop);
                    await stream.FlushAsync(stop);
                    await Task.Delay(20, stop);
                    await stream.WriteAsync(all.AsMemory(cut), stop);
                });
                await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url);
                using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: true));
                string answer = await response.Content.ReadAsStringAsync();
                AssertClean(answer, response);
                Assert.DoesNotContain("message_stop", answer, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Headers_pass_by_name_and_only_with_sound_values(string path, string kind)
    {
        await using RawUpstream upstream = RawUpstream.Start(
            $"HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nRetry-After: 7\u00e9\r\nx-request-id: {Upstreams.Key}\r\n"
            + $"request-id: {new string('r', 300)}\r\nx-ratelimit-remaining-requests: {Upstreams.Key}\r\nanthropic-ratelimit-requests-remaining: {Upstreams.Key}\r\n"
            + "openai-organization: acme\r\nopenai-project: proj_1\r\nanthropic-organization-id: acme\r\nanthropic-ratelimit-of-acme: 1\r\nx-ratelimit-acme: 1\r\n"
            + "Set-Cookie: acme=1\r\nServer: acme\r\nVia: acme\r\nx-should-retry: true\r\nContent-Length: 26\r\n\r\n{\"error\":{\"message\":\"no\"}}");
        await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url);
        using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: false));

        Assert.Equal(429, (int)response.StatusCode);
        AssertClean(await response.Content.ReadAsStringAsync(), response);
        Assert.DoesNotContain("acme", response.Headers.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(response.Headers, h => h.Key.Equals("retry-after", StringComparison.OrdinalIgnoreCase));
        Assert.StartsWith("req_", Assert.Single(response.Headers.GetValues("request-id")), StringComparison.Ordinal);
        Assert.Equal("true", Assert.Single(response.Headers.GetValues("x-should-retry")));
    }

    /// <summary>The filter is for errors: a model may speak of addresses, and even of a key that is in its prompt.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Content_of_an_answer_is_not_touched(string path, string kind)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        string text = $"{s_message} \"error\": {{}}";
        upstream.Answer = context => FakeUpstream.Json(context, 200, kind == "anthropic"
            ? """{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":@text}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}""".Replace("@text", Quote(text), StringComparison.Ordinal)
            : FakeUpstream.Completion(text));
        await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url);
        using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: false));

        JsonElement answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        JsonElement got = path == "/v1/messages" ? answer.GetProperty("content")[0].GetProperty("text") : answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content");
        Assert.Equal(text, got.GetString());
    }

    [Fact]
    public async Task Key_in_the_base_url_and_a_clients_own_key_are_taken_out_too()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 400, """{"error":{"message":"no such path: /v1/chat?code=fu-nct-ion-ke-y-0123456789 for own-key-of-the-client"}}""");
        await using GatewayServer gateway = await GatewayServer.StartAsync(Upstreams.Settings("openai", upstream.Url, ("Gateway:Providers:fake:BaseUrl", upstream.Url + "/v1?code=fu-nct-ion-ke-y-0123456789"), ("Gateway:Providers:fake:Profile:credential", "client")));
        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Upstreams.Body(stream: false), default, ("x-api-key", GatewayServer.Key), ("authorization", "Bearer own-key-of-the-client"));

        Assert.Equal("no such path: /v1/chat?code=[redacted] for [redacted]", JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("message").GetString());
        Assert.Equal("Bearer own-key-of-the-client", Assert.Single(upstream.Received).Headers["authorization"]);
    }

    private static string[] Bodies(string url) =>
    [
        Fill("""{"error":{"message":@message,"type":"invalid_request_error","organization":"acme","key":@key}}"""),
        Fill("""{"type":"error","error":{"type":"invalid_request_error","message":@message},"request_id":"r"}"""),
        Fill("""{"detail":[{"loc":["body"],"msg":@message,"input":{"headers":{"authorization":@key}}}]}"""),
        """{"error":{"message":"Provider returned error","metadata":{"raw":@raw}}}""".Replace("@raw", Quote(Fill("""{"error":{"message":@message}}""")), StringComparison.Ordinal),
        Fill("""[{"error":{"code":400,"message":@message,"status":"INVALID_ARGUMENT"}}]"""),
        """{"error":@text}""".Replace("@text", Quote($"{s_message} {url}/v1/x"), StringComparison.Ordinal),
        s_message,
    ];

    private static string Fill(string template) =>
        template.Replace("@message", Quote(s_message), StringComparison.Ordinal).Replace("@key", Quote(Upstreams.Key), StringComparison.Ordinal);

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static void AssertClean(string answer, HttpResponseMessage response)
    {
        string all = answer.Replace("\\/", "/", StringComparison.Ordinal) + response.Headers;
        foreach (string text in s_private)
        {
            Assert.False(all.Contains(text, StringComparison.OrdinalIgnoreCase), $"{text} is in {all}");
        }
    }
}
