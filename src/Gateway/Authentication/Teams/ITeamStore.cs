using Gateway.Storage;

namespace Gateway.Authentication.Teams;

/// <summary>Keeps the limits of teams. Throws <see cref="StorageUnavailableException"/> when it does not answer.</summary>
internal interface ITeamStore
{
    /// <summary>One point read.</summary>
    Task<Team?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>All of them, in no order.</summary>
    Task<IReadOnlyList<Team>> ListAsync(CancellationToken cancellationToken);

    /// <summary>False when what is stored is no longer the version that <paramref name="team"/> came from.</summary>
    Task<bool> SetAsync(Team team, CancellationToken cancellationToken);

    /// <summary>False when there is none.</summary>
    Task<bool> RemoveAsync(string name, CancellationToken cancellationToken);
}
