using Gateway.Tests.Support;

namespace Gateway.Tests.Http;

public sealed class LocalHostSurfaceTests(LocalHostSurfaceTests.Fixture fixture) : SurfaceTests(fixture.Gateway), IClassFixture<LocalHostSurfaceTests.Fixture>
{
    public sealed class Fixture : IAsyncLifetime
    {
        internal GatewayServer Gateway { get; private set; } = null!;

        public async Task InitializeAsync() => Gateway = await GatewayServer.StartAsync(Settings);

        public async Task DisposeAsync() => await Gateway.DisposeAsync();
    }

    /// <summary>The Functions host never asks the worker there: its 404 is empty.</summary>
    [Theory]
    [InlineData("POST", "//v1/messages", "/v1/messages")]
    [InlineData("POST", "/v1//messages", "/v1/messages")]
    [InlineData("POST", "/v1/messages//", "/v1/messages")]
    [InlineData("GET", "//health", "/health")]
    [InlineData("GET", "//", "/")]
    public async Task Doubled_slash_is_named_and_no_allowed_method_is_refused(string method, string path, string meant)
    {
        // A client's URI type would take such a path for a host name.
        using HttpResponseMessage response = await fixture.Gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), fixture.Gateway.Url + path));
        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal(404, (int)response.StatusCode);
        Assert.False(response.Content.Headers.Contains("Allow"));
        Assert.Contains("doubled slash", body, StringComparison.Ordinal);
        Assert.Contains($"If you mean {meant},", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/manage/keys")]
    [InlineData("/manage/openapi.json")]
    public async Task Operators_can_ask_for_the_head_alone(string path)
    {
        using HttpResponseMessage response = await fixture.Gateway.SendAsync(HttpMethod.Head, path, null, default, ("x-api-key", GatewayServer.Key));
        Assert.Equal((200, 0), ((int)response.StatusCode, (await response.Content.ReadAsByteArrayAsync()).Length));
    }
}

public sealed class LocalHostResponsesSurfaceTests(LocalHostSurfaceTests.Fixture fixture) : ResponsesSurfaceTests(fixture.Gateway), IClassFixture<LocalHostSurfaceTests.Fixture>;
