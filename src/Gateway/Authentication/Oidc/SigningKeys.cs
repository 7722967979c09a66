using System.Collections.Concurrent;
using Gateway.Authentication.Access;
using Microsoft.Extensions.Logging;

namespace Gateway.Authentication.Oidc;

/// <summary>
/// The keys of each registered issuer. They are fetched when first needed, renewed in the background, and fetched at
/// once for an unknown key id, as issuers roll their keys; but no issuer is asked more than once a minute for that.
/// </summary>
internal sealed partial class SigningKeys(IssuerClient client, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>After this a key that the issuer has withdrawn is gone, as long as the issuer answers.</summary>
    private static readonly TimeSpan s_fresh = TimeSpan.FromMinutes(15);

    /// <summary>How long the last keys serve when the issuer does not answer.</summary>
    private static readonly TimeSpan s_usable = TimeSpan.FromHours(24);

    private static readonly TimeSpan s_betweenRefreshes = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_betweenFirstAttempts = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Authentication.Oidc.SigningKeys");
    private readonly ConcurrentDictionary<string, State> _states = new(StringComparer.Ordinal);
    private readonly SingleFlight<string, State> _fetches = new();

    /// <param name="issuer">A registered one: the caller has looked it up.</param>
    /// <param name="token">Whose key is wanted.</param>
    /// <param name="cancellationToken">Ends the wait, not the fetch.</param>
    public async ValueTask<SigningKeySearch> FindAsync(string issuer, CompactJwt token, CancellationToken cancellationToken)
    {
        State? state = _states.GetValueOrDefault(issuer);
        if (Usable(state) is null)
        {
            if (state is null || time.GetElapsedTime(state.AskedAt) >= s_betweenFirstAttempts)
            {
                state = await _fetches.RunAsync(issuer, FetchAsync, cancellationToken);
            }

            return Search(state, token);
        }

        if (Search(state, token) is SigningKeySearch.Found found)
        {
            if (time.GetElapsedTime(state!.FetchedAt) >= s_fresh && MayRefresh(state))
            {
                _ = _fetches.RunAsync(issuer, FetchAsync, CancellationToken.None);
            }

            return found;
        }

        return MayRefresh(state!) ? Search(await _fetches.RunAsync(issuer, FetchAsync, cancellationToken), token) : SigningKeySearch.Unknown.Instance;
    }

    private bool MayRefresh(State state) => time.GetElapsedTime(state.AskedAt) >= s_betweenRefreshes;

    private IssuerKeys? Usable(State? state) =>
        state?.Keys is { } keys && time.GetElapsedTime(state.FetchedAt) < s_usable ? keys : null;

    private SigningKeySearch Search(State? state, CompactJwt token) => Usable(state) is not { } keys ? SigningKeySearch.Unavailable.Instance
        : keys.Find(token) is { } key ? new SigningKeySearch.Found(key)
        : SigningKeySearch.Unknown.Instance;

    private async Task<State> FetchAsync(string issuer)
    {
        (IssuerKeys? keys, string? problem) = await client.FetchKeysAsync(issuer);
        long now = time.GetTimestamp();
        if (keys is null)
        {
            LogFailed(_logger, issuer, problem ?? string.Empty);
        }

        // Set at the end: whoever asks meanwhile joins this fetch and is not told to wait for the next.
        return _states.AddOrUpdate(
            issuer,
            _ => new State(keys, now, now),
            (_, old) => keys is null ? old with { AskedAt = now } : new State(keys, now, now));
    }

    private sealed record State(IssuerKeys? Keys, long FetchedAt, long AskedAt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The signing keys of issuer {Issuer} could not be fetched: {Reason}")]
    private static partial void LogFailed(ILogger logger, string issuer, string reason);
}
