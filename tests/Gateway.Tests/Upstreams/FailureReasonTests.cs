using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Upstreams;

/// <summary>Why a call failed: what the client, the log and the receipt say, and what none of them says.</summary>
public sealed class FailureReasonTests
{
    private const string Prompt = "the launch codes of Ada are 4711";
    private const string Key = "sk-upstream-secret";

    private static readonly string[] s_paths = ["/v1/messages", "/v1/chat/completions", "/v1/responses"];

    /// <summary>Status, body, what the log and the receipt say, and which error the client gets.</summary>
    public static TheoryData<int, string, string, string> Refusals => new()
    {
        { 401, """{"error":{"message":"Incorrect API key provided: sk-upstream-secret. See https://platform.openai.com/account/api-keys","code":"invalid_api_key"}}""", "refused the gateway's credentials: Incorrect API key provided: [redacted]. See https://platform.openai.com/account/api-keys (invalid_api_key)", "provider 'fake' refused the gateway's own API key (Gateway:Providers:fake:ApiKey)" },
        { 401, "", "refused the gateway's credentials", "provider 'fake' refused the gateway's own API key" },
        { 403, """{"error":{"message":"Invalid api key at 10.1.2.3"}}""", "refused the gateway's credentials: Invalid api key at [address]", "provider 'fake' refused" },
        { 402, """{"error":{"message":"Insufficient Balance"}}""", "its account is empty: Insufficient Balance", "Insufficient Balance" },
        { 404, """{"error":{"message":"The model `up` does not exist","code":"model_not_found"}}""", "does not have this model: The model `up` does not exist (model_not_found)", "The model `up` does not exist" },
        { 400, $$$"""{"error":{"message":"I do not like '{{{Prompt}}}' with sk-upstream-secret","code":"bad"}}""", "refused the request: I do not like '[...]' with [redacted] (bad)", "I do not like" },
        { 500, """{"error":{"message":"out of memory\n  at line 1"}}""", "failed: out of memory[...]", "out of memory" },
        { 503, "", "overloaded", "HTTP 503" },
        { 429, """{"error":{"message":"Rate limit reached"}}""", "its limit is used up: Rate limit reached", "Rate limit reached" },
        { 302, "", "sent no answer but a redirection", "HTTP 302" },
        { 200, """{"error":{"message":"wrong key","code":"invalid_api_key"}}""", "refused the gateway's credentials: wrong key (invalid_api_key)", "provider 'fake' refused the gateway's own API key" },
    };

    /// <summary>What answers 404 where no API is, or this one is not.</summary>
    public static TheoryData<string, string> NoApis => new()
    {
        { "text/html", "<html><body><h1>404 Not Found</h1></body></html>" },
        { "text/plain", "404 page not found" },
        { "text/plain", "nothing here for you" },
        { "text/plain", "" },
        { "application/json", "{}" },
        { "application/json", "[]" },
        { "application/json", "\"not found\"" },
        { "application/json", """{"detail":"Not Found"}""" },
        { "application/json", """{"timestamp":"2026","status":404,"error":"Not Found","path":"/v1"}""" },
        { "application/json", """{"type":"about:blank","title":"Not Found","status":404}""" },
        { "application/json", """{"message":"no Route matched with those values"}""" },
        { "application/json", """{"error":{"code":"404","message":"Resource not found"}}""" },
        { "application/json", """{"error":{"message":"Invalid URL (POST /v1/v1/chat/completions)","type":"invalid_request_error","code":null}}""" },
        { "application/json", """{"error":{"message":"Unknown request URL: POST /openai/v2/chat/completions. Please check the URL for typos.","type":"invalid_request_error","code":"unknown_url"}}""" },
        { "application/json", """{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}""" },
        { "application/json", """{"type":"error","error":{"type":"not_found_error","message":"Not Found"}}""" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Refusal_is_told_once_in_the_log_in_the_receipt_and_to_the_client(int status, string body, string reason, string client)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, status, body);
        foreach (string path in s_paths)
        {
            await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
            LogLines log = LogLines.Of(gateway);
            using HttpResponseMessage answer = await gateway.PostAsync(path, Request(path));
            string told = await answer.Content.ReadAsStringAsync();
            Assert.False(answer.IsSuccessStatusCode);
            Assert.Contains(client, JsonElement.Parse(told).GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.DoesNotContain(Key, told, StringComparison.Ordinal);

            string id = Assert.Single(answer.Headers.GetValues("request-id"));
            (LogLevel level, string line) = Assert.Single(log.Written, written => written.Text.Contains("failed (", StringComparison.Ordinal));
            Assert.Equal((LogLevel.Warning, $"{id} provider=fake: fake/up at {upstream.Url}/v1/chat/completions failed (HTTP {status}): {reason}"), (level, line));

            JsonElement receipt = await ReceiptAsync(gateway, id);
            Assert.Equal((status, reason), (receipt.GetProperty("upstream_status").GetInt32(), receipt.GetProperty("reason").GetString()));
            Assert.Equal(reason, Assert.Single(receipt.GetProperty("attempts").EnumerateArray()).GetProperty("reason").GetString());
            foreach (string text in (string[])[.. log.All, receipt.GetRawText()])
            {
                Assert.DoesNotContain(Key, text, StringComparison.Ordinal);
                Assert.DoesNotContain(Prompt, text, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(NoApis))]
    public async Task Page_that_is_not_there_blames_the_base_url_and_not_the_model(string type, string body)
    {
        foreach (string kind in (string[])["openai", "anthropic"])
        {
            await using FakeUpstream upstream = await FakeUpstream.StartAsync();
            upstream.Answer = async context =>
            {
                (context.Response.StatusCode, context.Response.ContentType) = (404, type);
                await context.Response.WriteAsync(body);
            };
            await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Providers:fake:Kind", kind), ("Gateway:Providers:fake:BaseUrl", upstream.Url + "/wrong?secret=0123456789abcdef"));
            LogLines log = LogLines.Of(gateway);
            string tried = kind == "openai" ? "/wrong/chat/completions" : "/wrong/v1/messages";
            foreach (string path in s_paths)
            {
                using HttpResponseMessage answer = await gateway.PostAsync(path, Request(path));
                string told = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("message").GetString()!;
                Assert.Equal((502, "false"), ((int)answer.StatusCode, Assert.Single(answer.Headers.GetValues("x-should-retry"))));
                Assert.Contains($"[address]{tried}", told, StringComparison.Ordinal);
                Assert.Contains("Gateway:Providers:fake:BaseUrl", told, StringComparison.Ordinal);
                Assert.DoesNotContain("model:", told, StringComparison.Ordinal);
                JsonElement receipt = await ReceiptAsync(gateway, Assert.Single(answer.Headers.GetValues("request-id")));
                Assert.Contains("BaseUrl is probably wrong", receipt.GetProperty("reason").GetString(), StringComparison.Ordinal);
            }

            Assert.Equal(3, log.All.Count(line => line.Contains($"fake/up at {upstream.Url}{tried} failed (HTTP 404): ", StringComparison.Ordinal)));
            Assert.DoesNotContain(log.All, line => line.Contains("secret=", StringComparison.Ordinal) || line.Contains("0123456789", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Connection_that_cannot_be_made_says_why()
    {
        await using Server plain = await Server.StartAsync(closes: false);
        await using Server closing = await Server.StartAsync(closes: true);
        (string BaseUrl, string Reason)[] cases =
        [
            ($"http://127.0.0.1:{Server.FreePort()}/v1", "could not be reached: the connection was refused, since nothing listens there"),
            ("http://no-such-host.invalid/v1", "could not be reached: its host name was not found"),
            ($"https://127.0.0.1:{plain.Port}/v1", "could not be reached: TLS failed ("),
            ($"http://127.0.0.1:{plain.Port}/v1", "could not be reached: what answered does not speak HTTP"),
            ($"http://127.0.0.1:{closing.Port}/v1", "could not be reached: the connection ended before an answer"),
        ];
        foreach ((string baseUrl, string reason) in cases)
        {
            await using GatewayServer gateway = await GatewayServer.StartAsync(
                ("Gateway:Providers:fake:Kind", "openai"), ("Gateway:Providers:fake:BaseUrl", baseUrl), ("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "fake/up"));
            LogLines log = LogLines.Of(gateway);
            using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Request("/v1/messages"));
            Assert.Equal(529, (int)answer.StatusCode);
            Assert.Contains($"The upstream {reason}", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Contains(log.All, line => line.Contains($"fake/up at {baseUrl}/chat/completions failed (no answer): {reason}", StringComparison.Ordinal));
            JsonElement receipt = await ReceiptAsync(gateway, Assert.Single(answer.Headers.GetValues("request-id")));
            Assert.StartsWith(reason, receipt.GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.Equal(JsonValueKind.Null, receipt.GetProperty("upstream_status").ValueKind);
        }
    }

    [Fact]
    public async Task Stream_that_breaks_is_told_with_what_was_there_before()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("Hello"));
            await FakeUpstream.EventAsync(context, """{"error":{"message":"the GPU fell off the bus","code":500}}""");
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        LogLines log = LogLines.Of(gateway);
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Request("/v1/messages").Replace("\"model\"", "\"stream\":true,\"model\"", StringComparison.Ordinal));
        await answer.Content.ReadAsStringAsync();
        JsonElement receipt = await ReceiptAsync(gateway, Assert.Single(answer.Headers.GetValues("request-id")));
        Assert.Equal((200, "what it sent is no whole answer: the GPU fell off the bus"), (receipt.GetProperty("upstream_status").GetInt32(), receipt.GetProperty("reason").GetString()));
        Assert.Single(log.All, line => line.Contains("failed (HTTP 200): what it sent is no whole answer: the GPU fell off the bus", StringComparison.Ordinal));
    }

    /// <summary>A refusal that taught the gateway how the upstream wants the request is no failure.</summary>
    [Fact]
    public async Task Good_answers_and_lessons_write_no_warning()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => upstream.Received.Count == 1
            ? FakeUpstream.Json(context, 400, """{"error":{"message":"Unsupported parameter: 'temperature' is not supported with this model.","param":"temperature","code":"unsupported_parameter"}}""")
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        LogLines log = LogLines.Of(gateway);
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Request("/v1/messages").Replace("\"model\"", "\"temperature\":0.5,\"model\"", StringComparison.Ordinal));
        Assert.True(answer.IsSuccessStatusCode);
        Assert.DoesNotContain(log.All, line => line.Contains("failed (", StringComparison.Ordinal));
        JsonElement receipt = await ReceiptAsync(gateway, Assert.Single(answer.Headers.GetValues("request-id")));
        Assert.Equal((200, JsonValueKind.Null), (receipt.GetProperty("upstream_status").GetInt32(), receipt.GetProperty("reason").ValueKind));
    }

    /// <summary>The client gets an estimate and does not complain.</summary>
    [Fact]
    public async Task Count_that_was_refused_is_told_in_the_log()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 401, """{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}""");
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Providers:fake:Kind", "anthropic"), ("Gateway:Providers:fake:BaseUrl", upstream.Url));
        LogLines log = LogLines.Of(gateway);
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages/count_tokens", Request("/v1/messages"));
        Assert.True(answer.IsSuccessStatusCode);
        Assert.Single(log.All, line => line.Contains($"fake/up at {upstream.Url}/v1/messages/count_tokens failed (HTTP 401): refused the gateway's credentials: invalid x-api-key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Identity_that_is_missing_is_no_connection_that_failed()
    {
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(
            [
                ("AZURE_OPENAI_ENDPOINT", "https://nobody-has-this-resource.openai.azure.com"), ("Gateway:DevKey", GatewayServer.Key), ("Logging:LogLevel:Default", "Warning"),
                ("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential"),
            ],
            GatewayServer.Key);
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Request("/v1/messages").Replace("\"m\"", "\"azure/d\"", StringComparison.Ordinal));
        Assert.Equal((500, "false"), ((int)answer.StatusCode, Assert.Single(answer.Headers.GetValues("x-should-retry"))));
        Assert.Contains("On Azure, give the app a managed identity; elsewhere, sign in with 'az login'.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        string line = await Patience.UntilAsync(() => Task.FromResult(gateway.Output.FirstOrDefault(line => line.Contains("azure/d at https://nobody-has-this-resource.openai.azure.com/openai/v1/", StringComparison.Ordinal)) ?? ""), found => found.Length > 0);
        Assert.Contains("failed (no answer): the gateway has no credentials for it: The gateway's identity got no token", line, StringComparison.Ordinal);
    }

    private static string Request(string path) => path == "/v1/responses"
        ? $$"""{"model":"m","input":"{{Prompt}}"}"""
        : $$"""{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"{{Prompt}}"}]}""";

    private static async Task<JsonElement> ReceiptAsync(GatewayServer gateway, string id) => await Patience.UntilAsync(
        async () =>
        {
            using HttpResponseMessage told = await gateway.SendAsync(HttpMethod.Get, $"/manage/requests/{id}", null, default, ("x-api-key", GatewayServer.Key));
            return JsonElement.Parse(await told.Content.ReadAsStringAsync());
        },
        told => told.TryGetProperty("attempts", out _));

    /// <summary>Listens, and is no HTTP server.</summary>
    private sealed class Server(TcpListener listener, Task serving) : IAsyncDisposable
    {
        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public static int FreePort()
        {
            using TcpListener listener = new(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        public static Task<Server> StartAsync(bool closes)
        {
            TcpListener listener = new(IPAddress.Loopback, 0);
            listener.Start();
            return Task.FromResult(new Server(listener, ServeAsync(listener, closes)));
        }

        public async ValueTask DisposeAsync()
        {
            listener.Stop();
            await serving;
        }

        private static async Task ServeAsync(TcpListener listener, bool closes)
        {
            try
            {
                while (true)
                {
                    using Socket socket = await listener.AcceptSocketAsync();
                    await socket.ReceiveAsync(new byte[65_536]);
                    if (!closes)
                    {
                        await socket.SendAsync("this is no web server, whatever you say to it\r\n\r\n"u8.ToArray());
                    }

                    socket.Shutdown(SocketShutdown.Both);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
