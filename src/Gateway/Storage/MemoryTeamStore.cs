using System.Collections.Concurrent;
using Gateway.Authentication.Teams;

namespace Gateway.Storage;

/// <summary>Limits of teams that live as long as the process.</summary>
internal sealed class MemoryTeamStore : ITeamStore
{
    private readonly ConcurrentDictionary<string, Team> _teams = new(StringComparer.Ordinal);

    public Task<Team?> FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_teams.GetValueOrDefault(name));

    public Task<IReadOnlyList<Team>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Team>>([.. _teams.Values]);

    public Task<bool> SetAsync(Team team, CancellationToken cancellationToken)
    {
        _teams[team.Name] = team;
        return Task.FromResult(true);
    }

    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_teams.TryRemove(name, out _));
}
