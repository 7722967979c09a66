using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Gateway.Authentication;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Tests.Authentication.Keys;
using Gateway.Tests.Authentication.Oidc;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Authentication;

public sealed class LogTests
{
    [Fact]
    public async Task What_goes_wrong_is_logged_without_any_part_of_a_credential()
    {
        await using LocalIssuer issuer = await LocalIssuer.StartAsync();
        TokenSigner signer = issuer.AddSigner();
        issuer.InsteadOfKeys = http =>
        {
            http.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        Recorder log = new();
        CountingKeyStore keys = new() { IsAway = true };
        using ServiceProvider services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log))
            .AddSingleton<IKeyStore>(keys)
            .AddSingleton(issuer.CreateClient())
            .AddGatewayStorage(new ConfigurationBuilder().Build())
            .AddGatewayAuthentication(new ConfigurationBuilder().Build())
            .BuildServiceProvider();
        await services.GetRequiredService<IssuerAdministration>().AddAsync(
            new TrustedIssuer { Id = "rule", Issuer = issuer.Address, Audiences = ["gateway"], AnySubject = true, Team = "search" }, "tester", default);
        (ApiKey key, string text) = ApiKey.Generate();
        string token = signer.Sign(new JsonObject { ["iss"] = issuer.Address, ["aud"] = "gateway", ["sub"] = "a-person@example.com", ["exp"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds() });

        Authenticator authenticator = services.GetRequiredService<Authenticator>();
        await authenticator.AuthenticateAsync(new HeaderDictionary { ["x-api-key"] = text }, default);
        await authenticator.AuthenticateAsync(new HeaderDictionary { ["Authorization"] = $"Bearer {token}" }, default);

        Assert.Contains(log.Lines, line => line.Contains(key.Id, StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains(issuer.Address, StringComparison.Ordinal));
        Assert.All(log.Lines, line =>
        {
            Assert.DoesNotContain(text.Split('_')[2][..8], line, StringComparison.Ordinal);
            Assert.DoesNotContain("a-person", line, StringComparison.Ordinal);
            Assert.All(token.Split('.'), part => Assert.DoesNotContain(part[..12], line, StringComparison.Ordinal));
        });
    }

    private sealed class Recorder : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
