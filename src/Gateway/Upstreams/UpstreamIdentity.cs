using System.Collections.Concurrent;
using Azure.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams;

/// <summary>Tokens of the gateway's own identity, for upstreams that take one instead of a key: one token for each scope.</summary>
public sealed class UpstreamIdentity(TokenCredential credential, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Upstreams.UpstreamIdentity");
    private readonly ConcurrentDictionary<string, IdentityToken> _tokens = new(StringComparer.Ordinal);

    /// <exception cref="NoTokenException">There is none, and the log says why.</exception>
    internal async ValueTask<string> GetTokenAsync(string scope, CancellationToken cancellationToken) =>
        await _tokens.GetOrAdd(scope, key => new IdentityToken(credential, key, time, _logger)).GetAsync(cancellationToken) ?? throw new NoTokenException();
}

/// <summary>The gateway's identity got no token.</summary>
internal sealed class NoTokenException() : Exception("No token for the upstream.");
