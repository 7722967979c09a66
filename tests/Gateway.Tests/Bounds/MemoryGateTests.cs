using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Gateway.Bounds;
using Gateway.Tests.Support;

namespace Gateway.Tests.Bounds;

/// <summary>Bodies and kept answers have room for all of them together; large ones leave some to the small.</summary>
public sealed class MemoryGateTests
{
    private const string Hello = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";
    private static readonly byte[] s_large = Encoding.UTF8.GetBytes(Hello.Replace("Hello", new string('a', 30 * 1024 * 1024), StringComparison.Ordinal));

    /// <summary>Room for one large body, and nobody waits long.</summary>
    private static readonly (string, string?)[] s_small = [("Gateway:MaxBodiesMegabytes", "64"), ("Gateway:Upstream:QueueSeconds", "0.05")];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_without_room_is_refused_and_small_ones_pass(bool chunked)
    {
        await using HeldUpstream upstream = await HeldUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream.Server, s_small);
        Task<HttpResponseMessage> first = SendAsync(gateway, s_large, chunked);
        await upstream.CalledAsync();
        using (HttpResponseMessage refused = await SendAsync(gateway, s_large, chunked))
        {
            Assert.Equal(529, (int)refused.StatusCode);
            Assert.Equal("1", Assert.Single(refused.Headers.GetValues("retry-after")));
            Assert.Contains("no memory left", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        upstream.Release(3);
        Task<HttpResponseMessage> small = gateway.PostAsync("/v1/messages", Hello);
        Assert.Equal(HttpStatusCode.OK, (await small.PatientlyAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first.PatientlyAsync()).StatusCode);
        using HttpResponseMessage again = await SendAsync(gateway, s_large, chunked);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Strangers_take_no_room()
    {
        await using HeldUpstream upstream = await HeldUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream.Server, s_small);
        Task<HttpResponseMessage> first = SendAsync(gateway, s_large, chunked: false);
        await upstream.CalledAsync();
        using HttpResponseMessage stranger = await SendAsync(gateway, s_large, chunked: false, "mgw_wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        upstream.Release();
        Assert.Equal(HttpStatusCode.OK, (await first.PatientlyAsync()).StatusCode);
    }

    /// <summary>The upstream's answer is kept until it is whole, and its request with it.</summary>
    [Fact]
    public async Task Answer_that_is_kept_needs_room_too()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion(new string('a', 30 * 1024 * 1024)));
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, s_small);
        using HttpResponseMessage both = await SendAsync(gateway, s_large, chunked: false);
        Assert.Equal(529, (int)both.StatusCode);
        using HttpResponseMessage alone = await SendAsync(gateway, Encoding.UTF8.GetBytes(Hello), chunked: false);
        Assert.Equal(HttpStatusCode.OK, alone.StatusCode);
    }

    [Fact]
    public async Task Share_grows_with_what_it_holds_and_is_free_again_when_it_is_disposed()
    {
        FakeClock time = new();
        using MemoryGate gate = new(new BoundsOptions { MaxBodyBytes = 64 * 1024 * 1024 }, time);
        using MemoryShare waits = gate.Begin(CancellationToken.None);
        Task<bool> fits;
        using (MemoryShare first = gate.Begin(CancellationToken.None))
        {
            for (int bytes = 1; bytes <= 32 * 1024 * 1024; bytes *= 2)
            {
                Assert.True(await first.FitAsync(bytes));
            }

            fits = waits.FitAsync(32 * 1024 * 1024).AsTask();
            Assert.False(fits.IsCompleted);
        }

        Assert.True(await fits.PatientlyAsync());
        using MemoryShare tooMuch = gate.Begin(CancellationToken.None);
        Task<bool> never = tooMuch.FitAsync(32 * 1024 * 1024).AsTask();
        time.AdvanceSeconds(2);
        Assert.False(await never.PatientlyAsync());
    }

    private static async Task<HttpResponseMessage> SendAsync(GatewayServer gateway, byte[] body, bool chunked, string? key = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/messages") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("x-api-key", key ?? gateway.ApiKey);
        request.Headers.ExpectContinue = true;
        request.Headers.TransferEncodingChunked = chunked;
        return await gateway.Client.SendAsync(request);
    }
}
