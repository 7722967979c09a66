using Gateway.Authentication.Access;
using Gateway.Translation.Errors;

namespace Gateway.Authentication.Keys;

/// <summary>
/// Decides on one API key: form and checksum first, then the stored row. A secret that is refused costs the same for
/// an id that exists and for one that does not: the same reads of the storage and the same comparisons.
/// </summary>
internal sealed class KeyAuthenticator(KeyDirectory directory, TimeProvider time)
{
    private const int RefusalCapacity = 10_000;

    private readonly ExpiringCache<SecretHash, Remembrance> _refusals = new(RefusalCapacity, time);

    private long _checks;

    /// <summary>How often a secret was held against a key or against none, for tests of the promise above.</summary>
    internal long Checks => Interlocked.Read(ref _checks);

    /// <summary>How much is kept about secrets that were refused, for tests of its bound.</summary>
    internal int Remembered => _refusals.Count + directory.Doubted;

    public async ValueTask<AuthenticationResult> AuthenticateAsync(string text, string header, CancellationToken cancellationToken)
    {
        switch (ApiKey.Read(text, out ApiKey? presented))
        {
            case ApiKeyForm.Foreign:
                return new AuthenticationResult.Refused(KeyRefusal.Foreign(header), RefusalReason.ForeignKey);
            case ApiKeyForm.Damaged:
                return new AuthenticationResult.Refused(KeyRefusal.Damaged(header), RefusalReason.DamagedKey);
        }

        if (_refusals.TryGet(presented!.Hash, out Remembrance? remembered))
        {
            return new AuthenticationResult.Refused(remembered.Words(header), remembered.Reason, remembered.Key);
        }

        long since = time.GetTimestamp();
        if (Check(directory.FindCached(presented.Id), presented.Hash) is { } cached)
        {
            return Decide(cached, presented.Hash, header, since);
        }

        if (directory.IsDoubted(presented.Id))
        {
            // Not remembered: the secret may have been stored a moment ago.
            return new AuthenticationResult.Refused(KeyRefusal.Invalid(header), RefusalReason.InvalidKey);
        }

        KeyLookup lookup = await directory.ReadAsync(presented.Id, cancellationToken);
        if (lookup is KeyLookup.Unavailable)
        {
            return new AuthenticationResult.Refused(KeyRefusal.StorageUnavailable(header), RefusalReason.Unchecked);
        }

        if (Check((lookup as KeyLookup.Found)?.Key, presented.Hash) is { } stored)
        {
            return Decide(stored, presented.Hash, header, since);
        }

        directory.Doubt(presented.Id, since);
        return Remember(new Remembrance(KeyRefusal.Invalid, RefusalReason.InvalidKey, null), presented.Hash, header, since);
    }

    /// <summary>The key if the secret is its own.</summary>
    private VirtualKey? Check(VirtualKey? key, SecretHash presented)
    {
        Interlocked.Increment(ref _checks);
        return VirtualKey.Accepts(key, presented, time.GetUtcNow()) ? key : null;
    }

    /// <summary>On a key whose secret was presented: its holder may learn what became of it.</summary>
    private AuthenticationResult Decide(VirtualKey key, SecretHash presented, string header, long since) => key.StateAt(time.GetUtcNow()) switch
    {
        KeyState.Active => new AuthenticationResult.Authenticated(key.ToCaller(header)),
        KeyState.Revoked => Remember(new Remembrance(KeyRefusal.Revoked, RefusalReason.RevokedKey, new RefusedKey(key.Id, key.Team)), presented, header, since),
        _ => Remember(new Remembrance(each => KeyRefusal.Expired(each, key.ExpiresAt!.Value), RefusalReason.ExpiredKey, new RefusedKey(key.Id, key.Team)), presented, header, since),
    };

    private AuthenticationResult.Refused Remember(Remembrance refusal, SecretHash presented, string header, long since)
    {
        _refusals.Set(presented, refusal, since, Lifetimes.Refused);
        return new AuthenticationResult.Refused(refusal.Words(header), refusal.Reason, refusal.Key);
    }

    /// <summary>A secret that was refused a moment ago, with words that take the header it came in.</summary>
    private sealed record Remembrance(Func<string, GatewayError> Words, RefusalReason Reason, RefusedKey? Key);
}
