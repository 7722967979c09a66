using System.Diagnostics;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Diagnostics;
using Gateway.Translation.Errors;
using Microsoft.AspNetCore.Http;

namespace Gateway.Authentication;

/// <summary>Says who a request comes from, by its headers alone.</summary>
public sealed class Authenticator
{
    private readonly KeyAuthenticator _keys;
    private readonly TokenAuthenticator _tokens;
    private readonly DevelopmentKey? _developmentKey;
    private readonly BootstrapAuthenticator? _bootstrap;

    internal Authenticator(KeyAuthenticator keys, TokenAuthenticator tokens, DevelopmentKey? developmentKey, BootstrapAuthenticator? bootstrap = null)
    {
        _keys = keys;
        _tokens = tokens;
        _developmentKey = developmentKey;
        _bootstrap = bootstrap;
    }

    public async ValueTask<AuthenticationResult> AuthenticateAsync(IHeaderDictionary headers, CancellationToken cancellationToken)
    {
        using Activity? span = GatewayTelemetry.Stage(GenAiNames.Authenticate);
        switch (Credential.From(headers))
        {
            case Credential.Unreadable(string header, string reason):
                return new AuthenticationResult.Refused(GatewayError.Authentication($"The {header} header {reason}."), RefusalReason.UnreadableHeader);

            case Credential.Presented(string header, string value):
                if (_developmentKey?.Matches(value) is true)
                {
                    return new AuthenticationResult.Authenticated(DevelopmentKey.ToCaller(header));
                }

                if (_bootstrap?.Matches(value) is true)
                {
                    return await _bootstrap.AuthenticateAsync(value, header, cancellationToken);
                }

                return header == CredentialHeaders.Authorization && CompactJwt.IsJwt(value)
                    ? await _tokens.AuthenticateAsync(value, cancellationToken)
                    : await _keys.AuthenticateAsync(value, header, cancellationToken);

            default:
                return new AuthenticationResult.Refused(GatewayError.Authentication(
                    $"No credential was sent. Send an API key of this gateway in the {CredentialHeaders.ApiKey} header or as '{CredentialHeaders.Authorization}: Bearer <key>'."), RefusalReason.NoCredential);
        }
    }
}
