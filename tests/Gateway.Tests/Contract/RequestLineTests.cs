using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Contract;

/// <summary>One line for each request, under names that operators query by: they stay as they are written here.</summary>
public sealed class RequestLineTests : IAsyncLifetime
{
    private static readonly string[] s_names =
    [
        "Method", "Path", "Status", "Milliseconds", "RequestId", "Team", "KeyId", "Model", "Route", "UpstreamStatus", "Attempts", "Stream", "Cached",
        "InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens", "CostUsd", "ErrorType", "ClientLeft", "{OriginalFormat}",
    ];

    private readonly NamedLines _log = new();
    private FakeUpstream _upstream = null!;
    private GatewayServer _gateway = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _gateway = await GatewayServer.StartAsync(
            services => services.AddSingleton<ILoggerProvider>(_log),
            ("Logging:LogLevel:Gateway", "Debug"),
            ("Gateway:Providers:fake:Kind", "openai"), ("Gateway:Providers:fake:BaseUrl", _upstream.Url + "/v1"),
            ("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "fake/up"), ("Gateway:Models:0:Price:Input", "1"), ("Gateway:Models:0:Price:Output", "2"), ("Gateway:Models:0:Price:CacheRead", "0.5"));
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Completion_is_told_by_the_names_that_operators_query()
    {
        _upstream.Answer = context => FakeUpstream.Json(context, 200, """{"id":"1","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}}""");
        NamedLine line = await AskAsync(HttpMethod.Post, "/v1/messages?beta=true&secret=s3cr3t", Body("m"));

        Assert.Equal(s_names, line.Facts.Keys);
        Assert.Equal((LogLevel.Information, 1), (line.Level, line.Event));
        Assert.Equal(("POST", "/v1/messages", 200), (line["Method"], line["Path"], line["Status"]));
        Assert.Equal(("development", "development", "m", "fake/up"), (line["Team"], line["KeyId"], line["Model"], line["Route"]));
        Assert.Equal((200, 1, false, false), (line["UpstreamStatus"], line["Attempts"], line["Stream"], line["Cached"]));
        Assert.Equal((6L, 2L, 4L, 0L), (line["InputTokens"], line["OutputTokens"], line["CacheReadTokens"], line["CacheWriteTokens"]));
        Assert.Equal((0.000012m, null, false), (line["CostUsd"], line["ErrorType"], line["ClientLeft"]));
        Assert.IsType<long>(line["Milliseconds"]);
        Assert.Equal(
            $"POST /v1/messages 200 ms={line["Milliseconds"]} request={line["RequestId"]} team=development key=development model=m upstream=fake/up upstream_status=200 attempts=1 input=6 output=2 cache_read=4 cost_usd=0.000012",
            line.Text);
        Assert.DoesNotContain(_log.All, each => each.Text.Contains("s3cr3t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refusal_of_an_upstream_is_told_beside_what_the_client_was_told()
    {
        _upstream.Answer = context => FakeUpstream.Json(context, 401, "{}");
        NamedLine line = await AskAsync(HttpMethod.Post, "/v1/chat/completions", Body("m"));
        Assert.Equal((500, 401, "api_error", 1), (line["Status"], line["UpstreamStatus"], line["ErrorType"], line["Attempts"]));
        Assert.EndsWith(" error=api_error", line.Text, StringComparison.Ordinal);
    }

    /// <summary>Its call was counted in the usage row, and not in the log.</summary>
    [Fact]
    public async Task Call_that_its_client_did_not_wait_for_is_an_attempt()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _upstream.Answer = async context =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        using CancellationTokenSource leaves = new();
        Task<HttpResponseMessage> request = _gateway.PostAsync("/v1/messages", Body("m"), leaves.Token);
        await asked.Task.PatientlyAsync();
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await Patience.UntilAsync(() => _log.All.Any(line => line.Facts.ContainsKey("ClientLeft")));
        NamedLine line = _log.All.Single(line => line.Facts.ContainsKey("ClientLeft"));
        Assert.Equal((1, "fake/up", true), (line["Attempts"], line["Route"], line["ClientLeft"]));
    }

    [Theory]
    [InlineData("GET", "/v1/models", "Information", 200, "development")]
    [InlineData("GET", "/manage/keys", "Information", 200, "development")]
    [InlineData("GET", "/nothing/here", "Information", 404, null)]
    [InlineData("PUT", "/v1/messages", "Information", 405, null)]
    [InlineData("GET", "/", "Information", 200, null)]
    [InlineData("HEAD", "/", "Debug", 200, null)]
    [InlineData("GET", "/", "Debug", 200, null, "kube-probe/1.33")]
    [InlineData("GET", "/", "Debug", 200, null, "ELB-HealthChecker/2.0")]
    [InlineData("GET", "/", "Debug", 200, null, "AlwaysOn")]
    [InlineData("GET", "/health", "Debug", 200, null)]
    [InlineData("HEAD", "/health/", "Debug", 200, null)]
    [InlineData("GET", "/health/live", "Debug", 200, null)]
    [InlineData("GET", "/health/ready", "Debug", 200, null)]
    [InlineData("POST", "/health", "Information", 405, null)]
    [InlineData("GET", "/healthy", "Information", 404, null)]
    public async Task Request_that_no_model_serves_has_its_line_and_probes_are_quiet(string method, string path, string level, int status, string? key, string? agent = null)
    {
        NamedLine line = await AskAsync(new HttpMethod(method), path, null, agent is null ? [] : [("user-agent", agent)]);
        Assert.Equal((level, method, path, status), (line.Level.ToString(), line["Method"], line["Path"], line["Status"]));
        Assert.Equal((key, key), (line["KeyId"], line["Team"]));
        Assert.Equal((0, null, null), (line["Attempts"], line["Route"], line["CostUsd"]));
        Assert.Equal(s_names, line.Facts.Keys);
    }

    [Fact]
    public async Task Stranger_is_told_at_debug_alone()
    {
        using HttpResponseMessage response = await _gateway.SendAsync(HttpMethod.Post, "/v1/messages", Body("m"), default, ("x-api-key", "mgw_wrong"));
        NamedLine line = await _log.OneAsync(response.Headers.GetValues("request-id").Single());
        Assert.Equal((LogLevel.Debug, 4, "authentication_error"), (line.Level, line.Event, line["ErrorType"]));
    }

    [Theory]
    [InlineData("/a%0Areq_forged%20GET", "/a\\u000Areq_forged GET")]
    [InlineData("/a%0D%0A%1B[31m%E2%80%AE", "/a\\u000D\\u000A\\u001B[31m\\u202E")]
    [InlineData("/x%20status=500%20error=x%22", "/x status=500 error=x\"")]
    [InlineData("/manage/keys/mgw_abcdefghijkl_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM", "/manage/keys/mgw_abcdefghijkl_[redacted]")]
    [InlineData("/v1/models/sk-ant-api03-0123456789abcdefghijklmnop", "/v1/models/sk-[redacted]")]
    [InlineData("/v1/gsk_0123456789abcdefghijklmnop", "/v1/gsk_[redacted]")]
    [InlineData("/v1/AIzaSy0123456789abcdefghijklmnop", "/v1/AIza[redacted]")]
    [InlineData("/v1/x=xai-0123456789abcdefghijklmnop", "/v1/x=xai-[redacted]")]
    [InlineData("/v1/Bearer%200123456789abcdefghijklmnop", "/v1/Bearer [redacted]")]
    [InlineData("/v1/models/risk-analytics-platform-of-europe", "/v1/models/risk-analytics-platform-of-europe")]
    public async Task Path_can_neither_forge_a_line_nor_tell_a_key(string target, string logged)
    {
        string id = await RawAsync($"GET {target}?key=s3cr3t HTTP/1.1");
        NamedLine line = await _log.OneAsync(id);
        Assert.Equal(logged, line["Path"]);
        Assert.DoesNotContain(_log.All, each => each.Text.Any(char.IsControl) || each.Text.Contains("s3cr3t", StringComparison.Ordinal) || each.Text.Contains("0123456789abcdef", StringComparison.Ordinal));
        string shown = logged.AsSpan().ContainsAny(" =") ? $"\"{logged.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : logged;
        Assert.StartsWith($"GET {shown} {line["Status"]} ms=", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_and_odd_names_of_clients_stay_one_short_value()
    {
        NamedLine line = await AskAsync(HttpMethod.Post, "/v1/messages", Body("m status=200 cost_usd=0 " + new string('x', 200)));
        Assert.Equal(0m, line["CostUsd"]);
        Assert.DoesNotContain(" cost_usd=", line.Text.Replace("m status=200 cost_usd=0 xxx", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal((404, true), (line["Status"], ((string)line["Model"]!).StartsWith("m status=200 cost_usd=0 xxx", StringComparison.Ordinal)));
        Assert.Contains(" model=\"m status=200 cost_usd=0 xxx", line.Text, StringComparison.Ordinal);
        line = await _log.OneAsync(await RawAsync($"BREW{new string('X', 500)} /{new string('p', 4000)} HTTP/1.1"));
        Assert.True(line.Text.Length < 1000);
    }

    private static string Body(string model) => $$"""{"model":"{{model}}","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}""";

    private async Task<NamedLine> AskAsync(HttpMethod method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await _gateway.SendAsync(method, path, body, default, [("x-api-key", GatewayServer.Key), .. headers]);
        await response.Content.ReadAsByteArrayAsync();
        return await _log.OneAsync(response.Headers.GetValues("request-id").Single());
    }

    /// <summary>A request as no client library would send it. Comes back with its id.</summary>
    private async Task<string> RawAsync(string requestLine)
    {
        Uri url = new(_gateway.Url);
        using TcpClient client = new(url.Host, url.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{requestLine}\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        using StreamReader reader = new(stream);
        string answer = await reader.ReadToEndAsync();
        return answer.Split("\r\n").Single(line => line.StartsWith("request-id: ", StringComparison.OrdinalIgnoreCase))["request-id: ".Length..];
    }
}
