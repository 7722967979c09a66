using Gateway.Authentication.Access;
using Gateway.Storage;

namespace Gateway.Authentication.Teams;

/// <summary>
/// Finds teams by name: one point read, kept for at most <see cref="Lifetimes.Known"/>, and one read at a time
/// for one team.
/// </summary>
internal sealed class TeamDirectory(ITeamStore store, TimeProvider time)
{
    private const int Capacity = 10_000;

    private readonly ExpiringCache<string, Team> _cache = new(Capacity, time);
    private readonly SingleFlight<string, Team> _reads = new();

    /// <summary>One without limits for a team without a row.</summary>
    /// <exception cref="StorageUnavailableException">The limits are not known here, and the storage does not answer.</exception>
    public async ValueTask<Team> FindAsync(string name, CancellationToken cancellationToken) =>
        _cache.TryGet(name, out Team? team) ? team : await _reads.RunAsync(name, ReadAsync, cancellationToken);

    private async Task<Team> ReadAsync(string name)
    {
        // Not the caller's token: others may be waiting for the same row. The store has its own time limit.
        long since = time.GetTimestamp();
        Team team = await store.FindAsync(name, CancellationToken.None) ?? new Team(name, Limits.None);
        _cache.Set(name, team, since, Lifetimes.Known);
        return team;
    }
}
