using Gateway.Authentication.Access;
using Gateway.Translation.Errors;

namespace Gateway.Authentication.Oidc;

/// <summary>Decides on one OIDC token: form, issuer, signature, times, audience and claims, in this order.</summary>
internal sealed class TokenAuthenticator(IssuerDirectory issuers, SigningKeys signingKeys, TimeProvider time)
{
    /// <summary>How long a verified token is not verified again. Its times and the rules are looked at each time.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);

    private const int Capacity = 2_000;

    private readonly ExpiringCache<SecretHash, TokenClaims> _verified = new(Capacity, time);

    public async ValueTask<AuthenticationResult> AuthenticateAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > CompactJwt.LongestToken)
        {
            return Refused($"is longer than {CompactJwt.LongestToken} characters");
        }

        SecretHash hash = SecretHash.Of(text);
        CompactJwt? token = null;
        if (!_verified.TryGet(hash, out TokenClaims? claims))
        {
            (token, string? problem) = CompactJwt.Parse(text);
            if (token is null)
            {
                return Refused(problem!);
            }

            if ((claims = TokenClaims.Parse(token.Payload)) is null)
            {
                return Refused("lacks one of the claims 'iss', 'aud' and 'exp', or has one of a wrong type");
            }
        }

        IReadOnlyList<TrustedIssuer>? rules = await issuers.FindAsync(claims.Issuer, cancellationToken);
        if (rules is null)
        {
            return new AuthenticationResult.Refused(TokenRefusal.IssuersUnavailable, RefusalReason.Unchecked);
        }

        if (rules.Count == 0)
        {
            return Refused("comes from an issuer ('iss') that this gateway does not trust");
        }

        if (token is not null && await VerifyAsync(token, claims, cancellationToken) is { } error)
        {
            return new AuthenticationResult.Refused(error, error.Status == 401 ? RefusalReason.InvalidToken : RefusalReason.Unchecked);
        }

        DateTimeOffset now = time.GetUtcNow();
        if (claims.TimeProblem(now) is { } timeProblem)
        {
            return Refused(timeProblem);
        }

        if (token is not null)
        {
            TimeSpan left = claims.ExpiresAt + TokenClaims.Skew - now;
            _verified.Set(hash, claims, time.GetTimestamp(), left < s_lifetime ? left : s_lifetime);
        }

        (TrustedIssuer? rule, string? mismatch) = IssuerMatch.Find(rules, claims);
        return rule is null
            ? Refused(mismatch!)
            : new AuthenticationResult.Authenticated(IssuerMatch.ToCaller(rule, claims));
    }

    /// <summary>Null when the signature is the issuer's.</summary>
    private async ValueTask<GatewayError?> VerifyAsync(CompactJwt token, TokenClaims claims, CancellationToken cancellationToken) =>
        await signingKeys.FindAsync(claims.Issuer, token, cancellationToken) switch
        {
            SigningKeySearch.Unavailable => TokenRefusal.KeysUnavailable,
            SigningKeySearch.Found { Key: var key } when key.Verifies(token) => null,
            SigningKeySearch.Found => TokenRefusal.Because("has a signature that does not verify"),
            _ => TokenRefusal.Because("is signed with a key that its issuer does not publish"),
        };

    private static AuthenticationResult.Refused Refused(string problem) => new(TokenRefusal.Because(problem), RefusalReason.InvalidToken);
}
