using Azure.Core;
using Azure.Identity;

namespace Gateway.Upstreams.Credentials;

/// <summary>
/// The identity of wherever the process runs, made when it is first asked: most gateways have keys for all providers, and
/// one without may come while the gateway runs.
/// </summary>
internal sealed class AmbientCredential : TokenCredential
{
    private readonly Lazy<DefaultAzureCredential> _real = new(() => new DefaultAzureCredential());

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        _real.Value.GetToken(requestContext, cancellationToken);

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        _real.Value.GetTokenAsync(requestContext, cancellationToken);
}
