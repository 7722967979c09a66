using System.Net;
using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Routing;

/// <summary>A provider with several keys: each is used, and each rests alone.</summary>
public sealed class ProviderKeysTests : IAsyncLifetime
{
    private const string Hello = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";
    private const string HelloStream = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";
    private static readonly string[] s_keys = ["sk-number-one", "sk-number-two", "sk-number-three"];

    private readonly FakeClock _time = new();
    private readonly LogLines _log = new();
    private FakeUpstream _upstream = null!;

    public async Task InitializeAsync() => _upstream = await FakeUpstream.StartAsync();

    public async Task DisposeAsync()
    {
        _log.Dispose();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData(401, "60", "the provider refuses it, replace it")]
    [InlineData(402, "60", "its account is empty")]
    [InlineData(429, "40", "its limit is used up")]
    [InlineData(429, null, "its limit is used up")]
    public async Task Key_that_is_refused_rests_and_the_same_request_goes_on_with_the_next(int status, string? rest, string reason)
    {
        _upstream.Answer = context => KeyOf(context) == s_keys[0] ? RefuseAsync(context, status, status == 429 ? rest : null) : Ok(context);
        await using GatewayServer gateway = await StartAsync();
        await AllAnswerAsync(gateway, 30);
        Assert.Equal(1, Calls(s_keys[0]));
        Assert.True(Calls(s_keys[1]) > 0 && Calls(s_keys[2]) > 0);
        Assert.Equal($"Key 1 of fake/up rests for {rest ?? "5"} s: {reason}", Assert.Single(_log.All, line => line.Contains("rests for", StringComparison.Ordinal)));
        Assert.DoesNotContain(_log.All, line => line.Contains("sk-number", StringComparison.Ordinal));

        _upstream.Answer = Ok;
        _time.AdvanceSeconds(rest is null ? 5 : int.Parse(rest, System.Globalization.CultureInfo.InvariantCulture));
        await AllAnswerAsync(gateway, 30);
        Assert.True(Calls(s_keys[0]) > 3);
    }

    /// <summary>Another account may have the model. That says nothing about the key.</summary>
    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Model_that_one_key_may_not_use_is_asked_for_with_the_next(int status)
    {
        _upstream.Answer = context => KeyOf(context) == s_keys[2] ? Ok(context) : RefuseAsync(context, status, null);
        await using GatewayServer gateway = await StartAsync();
        await AllAnswerAsync(gateway, 10);
        Assert.DoesNotContain(_log.All, line => line.Contains("rests for", StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_all_keys_refuse_the_next_target_answers_and_without_one_the_shortest_wait_is_told()
    {
        int waits = 20;
        _upstream.Answer = context => RefuseAsync(context, 429, $"{waits += 10}");
        await using FakeUpstream other = await FakeUpstream.StartAsync();
        await using (GatewayServer gateway = await StartAsync())
        {
            using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Hello);
            Assert.Equal(429, (int)response.StatusCode);
            Assert.Equal("30", Assert.Single(response.Headers.GetValues("retry-after")));
            Assert.Equal(3, _upstream.Received.Count);
        }

        await using GatewayServer with = await StartAsync(Other(other));
        using HttpResponseMessage answer = await with.PostAsync("/v1/messages", Hello);
        Assert.Equal("other/up", Assert.Single(answer.Headers.GetValues("x-gateway-upstream")));
        Assert.Equal(6, _upstream.Received.Count);
    }

    /// <summary>The server fails, whoever asks: all keys together are one target.</summary>
    [Theory]
    [InlineData(503)]
    [InlineData(0)]
    public async Task Server_that_fails_is_not_asked_again_with_every_key(int status)
    {
        _upstream.Answer = context =>
        {
            if (status == 0)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return FakeUpstream.Json(context, status, "{}");
        };
        await using FakeUpstream other = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await StartAsync(Other(other));
        await AllAnswerAsync(gateway, 10);
        Assert.Equal(3, _upstream.Received.Count);
    }

    /// <summary>Another key is no next target: it would be as slow.</summary>
    [Fact]
    public async Task Stream_of_the_only_target_begins_in_silence_however_many_keys_there_are()
    {
        using SemaphoreSlim asked = new(0);
        _upstream.Answer = async context =>
        {
            asked.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using GatewayServer gateway = await StartAsync();
        Task<HttpResponseMessage> answer = gateway.PostAsync("/v1/messages", HelloStream);
        Assert.True(await asked.WaitAsync(Patience.Limit));
        _time.AdvanceSeconds(10);
        using HttpResponseMessage response = await answer.PatientlyAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task No_key_of_the_provider_is_ever_shown()
    {
        _upstream.Answer = context => FakeUpstream.Json(context, 400, JsonSerializer.Serialize(new { error = new { message = string.Join(" and ", s_keys) } }));
        await using GatewayServer gateway = await StartAsync();
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Hello);
        Assert.DoesNotContain("sk-number", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>The client's own credential is refused: that is for the client to hear, and no key of ours will do.</summary>
    [Fact]
    public async Task Credential_of_the_client_is_the_only_one()
    {
        _upstream.Answer = context => RefuseAsync(context, 401, null);
        await using GatewayServer gateway = await StartAsync(("Gateway:Providers:fake:Profile:credential", "client"));
        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Hello, default, ("x-api-key", GatewayServer.Key), ("authorization", "Bearer sk-clients"));
        Assert.Equal(401, (int)response.StatusCode);
        Assert.Equal("Bearer sk-clients", Assert.Single(_upstream.Received).Headers["Authorization"]);
    }

    private static (string, string?)[] Other(FakeUpstream other) =>
        [("Gateway:Providers:other:Kind", "openai"), ("Gateway:Providers:other:BaseUrl", other.Url + "/v1"), ("Gateway:Models:0:Targets:1", "other/up")];

    private static Task Ok(HttpContext context) => FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));

    private static string KeyOf(HttpContext context) => context.Request.Headers.Authorization.ToString()["Bearer ".Length..];

    private static Task RefuseAsync(HttpContext context, int status, string? seconds)
    {
        context.Response.Headers.RetryAfter = seconds;
        return FakeUpstream.Json(context, status, """{"error":{"message":"no"}}""");
    }

    private int Calls(string key) => _upstream.Received.Count(request => request.Headers["Authorization"] == "Bearer " + key);

    private static async Task AllAnswerAsync(GatewayServer gateway, int requests)
    {
        for (int i = 0; i < requests; i++)
        {
            using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Hello);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private Task<GatewayServer> StartAsync(params (string Key, string? Value)[] settings) => GatewayServer.StartAsync(
        services => services.AddSingleton<TimeProvider>(_time).AddSingleton(new Random(3)).AddSingleton<ILoggerProvider>(_log),
    [
        ("Gateway:Providers:fake:Kind", "openai"),
        ("Gateway:Providers:fake:BaseUrl", _upstream.Url + "/v1"),
        ("Gateway:Providers:fake:ApiKey", s_keys[0]),
        ("Gateway:Providers:fake:ApiKeys:0", s_keys[1]),
        ("Gateway:Providers:fake:ApiKeys:1", s_keys[2]),
        ("Gateway:Models:0:Id", "m"),
        ("Gateway:Models:0:Targets:0", "fake/up"),
        .. settings,
    ]);
}
