using Gateway.Translation.Errors;

namespace Gateway.Authentication.Keys;

/// <summary>Decides on one API key: form and checksum first, then the stored row.</summary>
internal sealed class KeyAuthenticator(KeyDirectory directory, TimeProvider time)
{
    /// <summary>How long a refusal is remembered without asking the storage again.</summary>
    public static readonly TimeSpan RefusalLifetime = TimeSpan.FromSeconds(10);

    private const int RefusalCapacity = 10_000;

    private readonly ExpiringCache<SecretHash, Func<string, GatewayError>> _refusals = new(RefusalCapacity, time);

    public async ValueTask<AuthenticationResult> AuthenticateAsync(string text, string header, CancellationToken cancellationToken)
    {
        switch (ApiKey.Read(text, out ApiKey? presented))
        {
            case ApiKeyForm.Foreign:
                return new AuthenticationResult.Refused(KeyRefusal.Foreign(header));
            case ApiKeyForm.Damaged:
                return new AuthenticationResult.Refused(KeyRefusal.Damaged(header));
        }

        if (_refusals.TryGet(presented!.Hash, out Func<string, GatewayError>? remembered))
        {
            return new AuthenticationResult.Refused(remembered(header));
        }

        long since = time.GetTimestamp();
        KeyLookup first = await directory.FindAsync(presented.Id, cancellationToken);
        KeyLookup lookup = first;
        bool settled = true;
        if (lookup is KeyLookup.Found { Key: var cached } && !cached.Accepts(presented.Hash, time.GetUtcNow()))
        {
            // The same answer means that the row was not read again: the secret may come from a rotation just now.
            lookup = await directory.FindAgainAsync(presented.Id, cancellationToken);
            settled = !ReferenceEquals(first, lookup);
        }

        if (lookup is KeyLookup.Unavailable)
        {
            return new AuthenticationResult.Refused(KeyRefusal.StorageUnavailable(header));
        }

        if (Reason(lookup, presented.Hash) is not { } reason)
        {
            return new AuthenticationResult.Authenticated(((KeyLookup.Found)lookup).Key.ToCaller(header));
        }

        if (settled)
        {
            _refusals.Set(presented.Hash, reason, since, RefusalLifetime);
        }

        return new AuthenticationResult.Refused(reason(header));
    }

    /// <summary>Why the key is refused, as a message that still lacks the header; null when it is good.</summary>
    private Func<string, GatewayError>? Reason(KeyLookup lookup, SecretHash presented)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (lookup is not KeyLookup.Found { Key: var key } || !key.Accepts(presented, now))
        {
            return KeyRefusal.Invalid;
        }

        return key.StateAt(now) switch
        {
            KeyState.Active => null,
            KeyState.Revoked => KeyRefusal.Revoked,
            _ => header => KeyRefusal.Expired(header, key.ExpiresAt!.Value),
        };
    }
}
