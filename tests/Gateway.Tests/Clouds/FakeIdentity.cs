using System.Collections.Concurrent;
using Azure.Core;

namespace Gateway.Tests.Clouds;

/// <summary>The gateway's own identity: one token after the other, for whom it is asked.</summary>
internal sealed class FakeIdentity(TimeProvider time) : TokenCredential
{
    public ConcurrentQueue<string> Scopes { get; } = [];

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Scopes.Enqueue(Assert.Single(requestContext.Scopes));
        return new AccessToken($"entra-token-{Scopes.Count}", time.GetUtcNow().AddHours(24));
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));
}
