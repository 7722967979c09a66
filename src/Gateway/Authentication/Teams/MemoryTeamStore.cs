using System.Collections.Concurrent;
using System.Globalization;

namespace Gateway.Authentication.Teams;

/// <summary>Limits of teams that live as long as the process.</summary>
internal sealed class MemoryTeamStore : ITeamStore
{
    private readonly ConcurrentDictionary<string, Team> _teams = new(StringComparer.Ordinal);
    private long _version;

    public Task<Team?> FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_teams.GetValueOrDefault(name));

    public Task<IReadOnlyList<Team>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Team>>([.. _teams.Values]);

    public Task<bool> SetAsync(Team team, CancellationToken cancellationToken)
    {
        Team stamped = team with { Version = Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture) };
        return Task.FromResult(_teams.TryGetValue(team.Name, out Team? stored)
            ? stored.Version == team.Version && _teams.TryUpdate(team.Name, stamped, stored)
            : team.Version is null && _teams.TryAdd(team.Name, stamped));
    }

    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_teams.TryRemove(name, out _));
}
