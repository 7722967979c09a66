using System.Text.Json.Nodes;
using Gateway.Tests;
using Gateway.Tests.Authentication.Oidc;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Dashboard.Tests.Support;

/// <summary>A gateway where people sign in at an issuer: who reads there sees all teams, staff see their own, and nobody else comes in.</summary>
public sealed class IssuerGateway : IAsyncLifetime
{
    private SignInIssuer? _issuer;
    private GatewayServer? _gateway;

    /// <summary>The rule of people who may spend nothing, all together.</summary>
    public const string Guests = "guests";

    internal FakeClock Time { get; } = new(DateTimeOffset.UtcNow);

    internal SignInIssuer Issuer => _issuer!;

    internal string Url => _gateway!.Url;

    public async Task InitializeAsync()
    {
        if (Chromium.Path is null && !Chromium.IsRequired)
        {
            return;
        }

        _issuer = await SignInIssuer.StartAsync(Time);
        _gateway = await GatewayServer.StartAsync(
            services => services.AddSingleton<TimeProvider>(Time).AddSingleton(LocalIssuer.CreateClient(_issuer.Certificate, Patience.Limit)),
            ("Gateway:Dashboard:Issuer", _issuer.Origin),
            ("Gateway:Dashboard:ClientId", SignInIssuer.ClientId),
            ("Gateway:Dashboard:Scope", "openid email"));
        _issuer.Page = $"{_gateway.Url}/dashboard";
        await TrustAsync("reader", "usage:all");
        await TrustAsync("staff");
        await TrustAsync(Guests);
    }

    public async Task DisposeAsync()
    {
        await (_gateway?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_issuer?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private async Task TrustAsync(string role, params string[] scopes)
    {
        JsonObject rule = new()
        {
            ["id"] = role,
            ["issuer"] = Issuer.Origin,
            ["audiences"] = new JsonArray(SignInIssuer.Audience),
            ["claims"] = new JsonObject { ["role"] = new JsonArray(role) },
            ["per_subject"] = role != Guests,
            ["team"] = "search",
            ["people"] = role == Guests ? null : new JsonObject { ["label_claims"] = new JsonArray("email") },
            ["limits"] = role == Guests ? new JsonObject { ["budget_per_month"] = new JsonObject { ["usd"] = 0 } } : null,
            ["scopes"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create(scope))]),
        };
        using HttpResponseMessage answer = await _gateway!.PostAsync("/manage/issuers", rule.ToJsonString());
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
