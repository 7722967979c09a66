using System.Globalization;
using Gateway.Audit;

namespace Gateway.Authentication.Keys;

/// <summary>What operators do with keys, each act on record. Used by the command line and by <c>/manage</c>.</summary>
public sealed class KeyAdministration
{
    private static readonly TimeSpan s_longestOverlap = TimeSpan.FromDays(30);

    private readonly IKeyStore _keys;
    private readonly AuditTrail _audit;
    private readonly TimeProvider _time;

    internal KeyAdministration(IKeyStore keys, AuditTrail audit, TimeProvider time)
    {
        _keys = keys;
        _audit = audit;
        _time = time;
    }

    /// <summary>The id in what may be a whole key, also in a damaged one; any other text as it is.</summary>
    public static string IdIn(string text) => IsWholeKey(text) && text.Trim()[ApiKey.Prefix.Length..].Split('_')[0] is var id && ApiKey.IsId(id) ? id : text;

    /// <summary>It holds what is secret, or a part of it: it must not be repeated.</summary>
    public static bool IsWholeKey(string text) => text.TrimStart().StartsWith(ApiKey.Prefix, StringComparison.OrdinalIgnoreCase);

    public Task<IReadOnlyList<VirtualKey>> ListAsync(CancellationToken cancellationToken) => _keys.ListAsync(cancellationToken);

    public async Task<VirtualKey?> FindAsync(string id, CancellationToken cancellationToken) =>
        ApiKey.IsId(id) ? await _keys.FindAsync(id, cancellationToken) : null;

    /// <summary>With an <paramref name="id"/>, only one of several that are made at once comes to be; else one is drawn.</summary>
    public async Task<KeyChange> CreateAsync(NewKey request, string actor, CancellationToken cancellationToken, string? id = null)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (request.Validate(now) is { Count: > 0 } errors)
        {
            return new KeyChange.Refused(errors);
        }

        (ApiKey made, string text) = ApiKey.Generate(id);
        VirtualKey key = new()
        {
            Id = made.Id,
            Hash = made.Hash,
            Team = request.Team,
            Name = request.Name,
            Owner = request.Owner,
            Scopes = [.. request.Scopes.Distinct()],
            Models = request.Models,
            Providers = request.Providers,
            Limits = request.Limits,
            Tags = request.Tags,
            CreatedAt = now,
            CreatedBy = actor,
            ExpiresAt = request.ExpiresAt,
        };
        Dictionary<string, string> details = new() { ["team"] = key.Team };
        if (key.Name is not null)
        {
            details["name"] = key.Name;
        }

        if (key.Scopes.Count > 0)
        {
            details["scopes"] = string.Join(',', key.Scopes);
        }

        return await _audit.RecordAsync(actor, "key.create", key.Id, details, () => _keys.AddAsync(key, cancellationToken), cancellationToken)
            ? new KeyChange.Issued(key, text)
            : new KeyChange.Conflict(id is null ? "The id that was drawn is taken, which happens once in a very long time. Try again." : $"There is a key {id} already.");
    }

    /// <summary>
    /// Changes what the key may do. Its secrets, its team and its state are not for this: whatever
    /// <paramref name="change"/> does to them is dropped.
    /// </summary>
    public async Task<KeyChange> UpdateAsync(string id, Func<VirtualKey, VirtualKey> change, string actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } key)
        {
            return new KeyChange.NotFound(id);
        }

        if (key.RevokedAt is not null)
        {
            return new KeyChange.Conflict($"Key {id} is revoked. Create a new one instead.");
        }

        VirtualKey wanted = change(key);
        VirtualKey changed = key with
        {
            Name = wanted.Name,
            Owner = wanted.Owner,
            Models = wanted.Models,
            Providers = wanted.Providers,
            Scopes = [.. wanted.Scopes.Distinct()],
            HasManaged = key.HasManaged,
            Limits = wanted.Limits,
            Tags = wanted.Tags,
            ExpiresAt = wanted.ExpiresAt,
        };
        if (NewKey.From(changed, key).Validate(_time.GetUtcNow()) is { Count: > 0 } errors)
        {
            return new KeyChange.Refused(errors);
        }

        Dictionary<string, string> details = KeyDifference.Between(key, changed);
        return await ReplaceAsync("key.update", changed, details, actor, cancellationToken) ?? new KeyChange.Done(changed);
    }

    /// <summary>Revoking twice changes nothing and is no error.</summary>
    public async Task<KeyChange> RevokeAsync(string id, string actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } key)
        {
            return new KeyChange.NotFound(id);
        }

        if (key.RevokedAt is not null)
        {
            return new KeyChange.Done(key);
        }

        VirtualKey revoked = key with { RevokedAt = _time.GetUtcNow(), RevokedBy = actor };
        return await ReplaceAsync("key.revoke", revoked, new Dictionary<string, string> { ["team"] = key.Team }, actor, cancellationToken)
            ?? new KeyChange.Done(revoked);
    }

    /// <summary>
    /// Gives the same id a new secret. The one before works for <paramref name="overlap"/> more; one that was still
    /// overlapping from an earlier rotation stops at once.
    /// </summary>
    public async Task<KeyChange> RotateAsync(string id, TimeSpan overlap, string actor, CancellationToken cancellationToken)
    {
        if (overlap < TimeSpan.Zero || overlap > s_longestOverlap)
        {
            return new KeyChange.Refused([$"The overlap must be between 0 and {s_longestOverlap.Days} days."]);
        }

        if (await FindAsync(id, cancellationToken) is not { } key)
        {
            return new KeyChange.NotFound(id);
        }

        DateTimeOffset now = _time.GetUtcNow();
        if (key.StateAt(now) != KeyState.Active)
        {
            return new KeyChange.Conflict($"Key {id} is {key.StateAt(now).ToString().ToLowerInvariant()}. Create a new one instead.");
        }

        (ApiKey made, string text) = ApiKey.Generate(id);
        VirtualKey rotated = key with
        {
            Hash = made.Hash,
            PreviousHash = key.Hash,
            PreviousValidUntil = now + overlap,
            RotatedAt = now,
        };
        Dictionary<string, string> details = new()
        {
            ["team"] = key.Team,
            ["previous_valid_until"] = rotated.PreviousValidUntil.Value.ToString("O", CultureInfo.InvariantCulture),
        };
        return await ReplaceAsync("key.rotate", rotated, details, actor, cancellationToken) ?? new KeyChange.Issued(rotated, text);
    }

    /// <summary>Null when the row was replaced.</summary>
    private async Task<KeyChange?> ReplaceAsync(
        string action, VirtualKey key, Dictionary<string, string> details, string actor, CancellationToken cancellationToken) =>
        await _audit.RecordAsync(actor, action, key.Id, details, () => _keys.ReplaceAsync(key, cancellationToken), cancellationToken)
            ? null
            : new KeyChange.Conflict($"Somebody else changed key {key.Id} at the same moment. Look at it and try again.");
}
