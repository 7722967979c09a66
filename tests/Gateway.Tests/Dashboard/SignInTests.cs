using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Authentication.Oidc;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Dashboard;

/// <summary>Signing in at an issuer: what the page is told, and whom its policy lets it speak to.</summary>
public sealed class SignInTests
{
    private const string Issuer = "https://login.example/tenant/v2.0";

    private readonly FakeTimeProvider _time = new();
    private readonly Discovery _issuer = new();

    [Fact]
    public async Task Page_is_told_of_the_issuer_and_may_speak_to_its_token_endpoint_alone()
    {
        await using GatewayServer gateway = await StartAsync();
        (string policy, string tag) = await PageAsync(gateway);
        JsonElement document = await DocumentAsync(gateway);

        Assert.Contains("; connect-src 'self' https://token.login.example:8443; font-src", policy, StringComparison.Ordinal);
        Assert.False(document.TryGetProperty("problem", out _));
        Assert.Equal(
            $$"""{"issuer":"{{Issuer}}","authorization_endpoint":"https://login.example/authorize?policy=p","token_endpoint":"https://token.login.example:8443/token","client_id":"the-page","scope":"openid api://x/y","token":"access"}""",
            JsonNode.Parse(document.GetProperty("oidc").GetRawText())!.ToJsonString());
        Assert.Equal([$"{Issuer}/.well-known/openid-configuration"], _issuer.Asked);

        // A browser that is told "not changed" keeps the old policy, so another policy is another page.
        await using GatewayServer other = await GatewayServer.StartAsync();
        Assert.NotEqual(tag, (await PageAsync(other)).Tag);

        // Files are under the policy, too, and speak to nobody.
        using HttpResponseMessage script = await gateway.SendAsync(HttpMethod.Get, "/dashboard/app.js", null, default);
        Assert.DoesNotContain("login.example", script.Headers.GetValues("content-security-policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Id_token_is_said_and_an_issuer_of_this_machine_may_speak_plain_http()
    {
        _issuer.Document = """{"issuer":"http://127.0.0.1:9/","authorization_endpoint":"http://127.0.0.1:9/a","token_endpoint":"http://127.0.0.1:9/t"}""";
        await using GatewayServer gateway = await StartAsync(("Gateway:Dashboard:Issuer", "http://127.0.0.1:9/"), ("Gateway:Dashboard:Token", "id"));
        Assert.Equal("id", (await DocumentAsync(gateway)).GetProperty("oidc").GetProperty("token").GetString());
        Assert.Contains("connect-src 'self' http://127.0.0.1:9;", (await PageAsync(gateway)).Policy, StringComparison.Ordinal);
        Assert.Equal(["http://127.0.0.1:9/.well-known/openid-configuration"], _issuer.Asked);
    }

    [Theory]
    [InlineData("""{"issuer":"https://other.example","authorization_endpoint":"https://login.example/a","token_endpoint":"https://login.example/t"}""", "names another issuer")]
    [InlineData("""{"issuer":"https://login.example/tenant/v2.0/","authorization_endpoint":"https://login.example/a","token_endpoint":"https://login.example/t"}""", "names another issuer")]
    [InlineData("""{"authorization_endpoint":"https://login.example/a","token_endpoint":"https://login.example/t"}""", "names another issuer")]
    [InlineData("""{"issuer":"ISSUER","token_endpoint":"https://login.example/t"}""", "no endpoints")]
    [InlineData("""{"issuer":"ISSUER","authorization_endpoint":"http://login.example/a","token_endpoint":"https://login.example/t"}""", "no endpoints")]
    [InlineData("""{"issuer":"ISSUER","authorization_endpoint":"https://login.example/a","token_endpoint":"http://login.example/t"}""", "no endpoints")]
    [InlineData("""{"issuer":"ISSUER","authorization_endpoint":"javascript:alert(1)","token_endpoint":"https://login.example/t"}""", "no endpoints")]
    [InlineData("""{"issuer":"ISSUER","authorization_endpoint":"https://login.example/a","token_endpoint":"https://x;script-src *;/t"}""", "no endpoints")]
    [InlineData("""{"issuer":"ISSUER","authorization_endpoint":"https://login.example/a","token_endpoint":"https://*/t"}""", "no endpoints")]
    [InlineData("""{"issuer":"ISSUER","authorization_endpoint":"https://login.example/a","token_endpoint":"https://[2001:db8::1]/t"}""", "no endpoints")]
    [InlineData("""{"issuer":"ISSUER","authorization_endpoint":"https://login.example/a","token_endpoint":"https://user:secret@login.example/t"}""", "no endpoints")]
    [InlineData("""{"issuer":"ISSUER","authorization_endpoint":"https://login.example/a","token_endpoint":"/t"}""", "no endpoints")]
    [InlineData("no JSON", "cannot be read")]
    [InlineData(null, "It answered 404")]
    public async Task Issuer_that_cannot_be_used_is_a_problem_that_is_said(string? document, string said)
    {
        _issuer.Document = document?.Replace("ISSUER", Issuer, StringComparison.Ordinal);
        await using GatewayServer gateway = await StartAsync();
        JsonElement told = await DocumentAsync(gateway);
        Assert.False(told.TryGetProperty("oidc", out _));
        string problem = told.GetProperty("problem").GetString()!;
        Assert.StartsWith($"Signing in at {Issuer} is not possible just now. ", problem, StringComparison.Ordinal);
        Assert.Contains(said, problem, StringComparison.Ordinal);
        Assert.EndsWith(" A key works all the same.", problem, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self';", (await PageAsync(gateway)).Policy, StringComparison.Ordinal);
    }

    /// <summary>Anybody may open the page: the issuer must not feel it, and nobody waits twice.</summary>
    [Fact]
    public async Task Issuer_is_asked_once_in_a_while_and_what_is_known_stays_when_it_is_away()
    {
        string good = _issuer.Document!;
        _issuer.Document = null;
        await using GatewayServer gateway = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DocumentAsync(gateway)));
        Assert.Single(_issuer.Asked);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.True((await DocumentAsync(gateway)).TryGetProperty("problem", out _));
        Assert.Single(_issuer.Asked);

        _issuer.Document = good;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await DocumentAsync(gateway)).TryGetProperty("oidc", out _));
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.True((await DocumentAsync(gateway)).TryGetProperty("oidc", out _));
        Assert.Equal(2, _issuer.Asked.Count);

        _issuer.Document = null;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await DocumentAsync(gateway)).TryGetProperty("oidc", out _));
        await Patience.UntilAsync(() => _issuer.Asked.Count == 3);
        Assert.Contains("https://token.login.example:8443", (await PageAsync(gateway)).Policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Issuer_that_says_nothing_keeps_nobody_from_the_page()
    {
        _issuer.Hangs = true;
        await using GatewayServer gateway = await StartAsync(TimeSpan.FromMilliseconds(20));
        Assert.Contains("connect-src 'self';", (await PageAsync(gateway)).Policy, StringComparison.Ordinal);
        Assert.Contains("It did not answer in time.", (await DocumentAsync(gateway)).GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Single(_issuer.Asked);
    }

    private Task<GatewayServer> StartAsync(params (string, string?)[] settings) => StartAsync(Patience.Limit, settings);

    private Task<GatewayServer> StartAsync(TimeSpan patience, params (string, string?)[] settings) => GatewayServer.StartAsync(
        services =>
        {
            services.AddSingleton<TimeProvider>(_time);
            services.AddSingleton(new IssuerClient(_issuer, patience));
        },
        [
            ("Gateway:Dashboard:Issuer", Issuer),
            ("Gateway:Dashboard:ClientId", "the-page"),
            ("Gateway:Dashboard:Scope", "openid api://x/y"),
            .. settings,
        ]);

    private static async Task<JsonElement> DocumentAsync(GatewayServer gateway) => JsonElement.Parse(await gateway.Client.GetStringAsync("/dashboard/sign-in.json"));

    private static async Task<(string Policy, string Tag)> PageAsync(GatewayServer gateway)
    {
        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Get, "/dashboard", null, default);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (response.Headers.GetValues("content-security-policy").Single(), response.Headers.ETag!.Tag);
    }

    /// <summary>An issuer without a network.</summary>
    private sealed class Discovery : HttpMessageHandler
    {
        private readonly Lock _lock = new();

        /// <summary>Null: 404.</summary>
        public string? Document { get; set; } =
            $$"""{"issuer":"{{Issuer}}","authorization_endpoint":"https://login.example/authorize?policy=p","token_endpoint":"https://token.login.example:8443/token","jwks_uri":"https://login.example/keys"}""";

        public bool Hangs { get; set; }

        public List<string> Asked { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                Asked.Add(request.RequestUri!.AbsoluteUri);
            }

            if (Hangs)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return Document is { } text ? new HttpResponseMessage { Content = new StringContent(text) } : new HttpResponseMessage(HttpStatusCode.NotFound);
        }
    }
}
