using System.Text.Json;
using Azure.Core;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Clouds;

/// <summary>Claude at Bedrock's Anthropic endpoint, without a key of AWS: requests are signed with the keys of a role.</summary>
public sealed class BedrockTests : IAsyncLifetime
{
    private const string Hello = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Größe: 🙂 + / ?"}]}""";
    private readonly FakeClock _time = new();
    private readonly FakeIdentity _identity;
    private FakeAws _aws = null!;
    private GatewayServer _gateway = null!;

    public BedrockTests() => _identity = new FakeIdentity(_time);

    async Task IAsyncLifetime.InitializeAsync()
    {
        _aws = await FakeAws.StartAsync(_time);
        _gateway = await StartAsync();
    }

    [Theory]
    [InlineData("/v1/messages")]
    [InlineData("/v1/messages?beta=true")]
    [InlineData("/v1/messages/count_tokens")]
    [InlineData("/v1/chat/completions")]
    public async Task Both_forms_are_answered_whole_and_as_streams(string path)
    {
        using HttpResponseMessage whole = await _gateway.SendAsync(HttpMethod.Post, path, Hello, default, ("x-api-key", GatewayServer.Key), ("anthropic-beta", "one,  two"), ("anthropic-version", "2026-10-21"));
        Assert.Equal(200, (int)whole.StatusCode);
        Assert.Contains(path.Contains("count", StringComparison.Ordinal) ? "7" : "ok", await whole.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("2023-06-01", _aws.Bedrock.Received.Last().Headers["anthropic-version"]);
        using HttpResponseMessage stream = await _gateway.PostAsync(path, Hello.Replace("\"max", "\"stream\":true,\"max", StringComparison.Ordinal));
        Assert.Equal(200, (int)stream.StatusCode);
        Assert.Equal(2, _aws.Bedrock.Received.Count);
        Assert.Equal("api://gateway-aws/.default", Assert.Single(_identity.Scopes));
    }

    [Fact]
    public async Task Many_requests_share_one_session_and_the_next_is_fetched_before_it_ends()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => OkAsync()));
        Assert.Single(_aws.Sts.Received);
        _time.AdvanceSeconds(56 * 60);
        await OkAsync();
        await Patience.UntilAsync(async () =>
        {
            await OkAsync();
            return _aws.Bedrock.Received.Last().Headers["x-amz-security-token"] == "session/+2==";
        });
        _time.AdvanceSeconds(10 * 60);
        await OkAsync();
        Assert.Equal(2, _aws.Sts.Received.Count);
    }

    /// <summary>The role was changed, or its sessions revoked.</summary>
    [Fact]
    public async Task Session_that_is_refused_gives_way_to_another_one()
    {
        await OkAsync();
        _time.AdvanceSeconds(60);
        _aws.EndSessions();
        await OkAsync();
        Assert.Equal(2, _aws.Sts.Received.Count);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(1200)]
    public async Task Clock_of_the_server_dates_the_signatures(int ahead)
    {
        _aws.ClockAhead = TimeSpan.FromSeconds(ahead);
        await OkAsync();
        await OkAsync();
        Assert.Equal(3, _aws.Bedrock.Received.Count);
    }

    /// <summary>The door's words name accounts and roles, and only the operator can mend what they say.</summary>
    [Theory]
    [InlineData("body")]
    [InlineData("path")]
    [InlineData("query")]
    [InlineData("beta")]
    [InlineData("type")]
    public async Task What_is_changed_on_the_way_is_refused_and_the_client_hears_no_names(string part)
    {
        _aws.Tamper = (request, target) => part switch
        {
            "body" => (request with { Body = request.Body + " " }, target),
            "path" => (request, target.Replace("/v1/", "/v2/", StringComparison.Ordinal)),
            "query" => (request, target + "&x=y"),
            "beta" => (With(request, "anthropic-beta", "two"), target),
            _ => (With(request, "content-type", "text/plain"), target),
        };
        using HttpResponseMessage answer = await _gateway.SendAsync(HttpMethod.Post, "/v1/messages?beta=true", Hello, default, ("x-api-key", GatewayServer.Key), ("anthropic-beta", "one"));
        string body = await answer.Content.ReadAsStringAsync();
        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Contains("rejected the gateway's credentials", body, StringComparison.Ordinal);
        Assert.DoesNotContain("arn:", body, StringComparison.Ordinal);
        Assert.Equal("error", JsonElement.Parse(body).GetProperty("type").GetString());
    }

    [Fact]
    public async Task Try_after_an_overload_is_signed_anew()
    {
        int calls = 0;
        _aws.Inside = context =>
        {
            context.Response.Headers["x-amzn-errortype"] = "ServiceUnavailableException";
            return ++calls == 1 ? FakeUpstream.Json(context, 503, """{"Message":"busy"}""") : null;
        };
        using HttpResponseMessage refused = await _gateway.PostAsync("/v1/messages", Hello);
        Assert.Equal(529, (int)refused.StatusCode);
        Assert.Equal("busy", JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("message").GetString());
        _time.AdvanceSeconds(600);
        await OkAsync();
        string[] dates = [.. _aws.Bedrock.Received.Select(request => request.Headers["x-amz-date"])];
        Assert.Equal(2, dates.Distinct().Count());
    }

    [Fact]
    public async Task Without_a_session_the_log_says_why()
    {
        LogLines log = new();
        await using GatewayServer gateway = await StartAsync(services => services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(log), ("Gateway:Providers:bedrock:Aws:RoleArn", "arn:aws:iam::123456789012:role/other"));
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Hello);
        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Contains(log.All, line => line.StartsWith("AWS gave nothing for arn:aws:iam::123456789012:role/other: No OpenIDConnect provider found", StringComparison.Ordinal));
        Assert.Empty(_aws.Bedrock.Received);
    }

    [Fact]
    public async Task Keys_of_the_environment_sign_where_no_role_is_set()
    {
        await using GatewayServer gateway = await StartAsync(_ => { }, ("Gateway:Providers:bedrock:Aws:RoleArn", null), ("AWS_ACCESS_KEY_ID", "AKIASTATIC"), ("AWS_SECRET_ACCESS_KEY", "static-secret"));
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Hello);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Empty(_aws.Sts.Received);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _aws.DisposeAsync();
    }

    private static ReceivedRequest With(ReceivedRequest request, string name, string value) =>
        request with { Headers = new Dictionary<string, string>(request.Headers, StringComparer.OrdinalIgnoreCase) { [name] = value } };

    private async Task OkAsync()
    {
        using HttpResponseMessage answer = await _gateway.PostAsync("/v1/messages", Hello);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<GatewayServer> StartAsync() => StartAsync(_ => { });

    private Task<GatewayServer> StartAsync(Action<IServiceCollection> services, params (string Key, string? Value)[] settings) => GatewayServer.StartAsync(
        all =>
        {
            all.AddSingleton<TimeProvider>(_time);
            all.AddSingleton<TokenCredential>(_identity);
            services(all);
        },
        [.. _aws.Settings, .. settings]);
}
