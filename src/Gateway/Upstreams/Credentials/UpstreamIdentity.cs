using System.Collections.Concurrent;
using Azure.Core;
using Gateway.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams.Credentials;

/// <summary>Tokens of the gateway's own identity, for upstreams that take one instead of a key: one token for each scope.</summary>
public sealed partial class UpstreamIdentity(TokenCredential credential, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Upstreams.UpstreamIdentity");
    private readonly ConcurrentDictionary<string, RenewedSecret<string>> _tokens = new(StringComparer.Ordinal);

    /// <summary>What other clouds give for such a token.</summary>
    internal CloudCredentials Clouds => field ??= new CloudCredentials(this, time, loggers);

    /// <exception cref="NoTokenException">There is none, and the log says why.</exception>
    internal async ValueTask<string> GetTokenAsync(string scope, CancellationToken cancellationToken) =>
        await _tokens.GetOrAdd(scope, CreateToken).GetAsync(cancellationToken) ?? throw new NoTokenException(NoTokenException.OfIdentity);

    private RenewedSecret<string> CreateToken(string scope) => new(
        async cancellationToken =>
        {
            AccessToken token = await credential.GetTokenAsync(new TokenRequestContext([scope]), cancellationToken);
            return new IssuedSecret<string>(token.Token, token.ExpiresOn, token.RefreshOn);
        },
        time,
        (why, stillGood) =>
        {
            if (stillGood)
            {
                NotRenewed(_logger, scope, LogText.FirstLine(why));
            }
            else
            {
                NoToken(_logger, scope, LogText.FirstLine(why));
            }
        });

    [LoggerMessage(20, LogLevel.Error, "The gateway's identity got no token for {Scope}: {Why}. On Azure, give the app a managed identity (AZURE_CLIENT_ID picks a user-assigned one) with the upstream's role; elsewhere, sign in with 'az login'. Or set the provider's ApiKey")]
    private static partial void NoToken(ILogger logger, string scope, string why);

    [LoggerMessage(21, LogLevel.Warning, "The token for {Scope} could not be renewed and is used on while it holds: {Why}")]
    private static partial void NotRenewed(ILogger logger, string scope, string why);
}

/// <summary>The gateway's identity got no token.</summary>
/// <param name="message">For operators and clients: no secrets, and a cure.</param>
internal sealed class NoTokenException(string message) : Exception(message)
{
    public const string OfIdentity = "The gateway's identity got no token for this upstream. On Azure, give the app a managed identity; elsewhere, sign in with 'az login'.";
}
