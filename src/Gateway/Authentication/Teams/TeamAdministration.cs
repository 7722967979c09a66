using System.Text.Json;
using Gateway.Audit;
using Gateway.Authentication.Access;
using Gateway.Storage;

namespace Gateway.Authentication.Teams;

/// <summary>What operators do with the limits of teams, each act on record.</summary>
public sealed class TeamAdministration
{
    private readonly ITeamStore _teams;
    private readonly AuditTrail _audit;
    private readonly TimeProvider _time;

    internal TeamAdministration(ITeamStore teams, AuditTrail audit, TimeProvider time) => (_teams, _audit, _time) = (teams, audit, time);

    public async Task<IReadOnlyList<Team>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await _teams.ListAsync(cancellationToken)).OrderBy(team => team.Name, StringComparer.Ordinal)];

    /// <summary>A name that no team can have is not asked of the storage: it would refuse the request.</summary>
    public async Task<Team?> FindAsync(string name, CancellationToken cancellationToken) =>
        new Team(name, Limits.None).Validate().Count == 0 ? await _teams.FindAsync(name, cancellationToken) : null;

    /// <summary>Sets limits and calendar of a team, of one without limits too.</summary>
    /// <param name="name">The team, as keys and rules name it.</param>
    /// <param name="change">From what it was to what it will be.</param>
    /// <param name="actor">Who goes on record.</param>
    /// <param name="cancellationToken">Ends it before the act.</param>
    public async Task<TeamChange> SetAsync(string name, Func<Team, Team> change, string actor, CancellationToken cancellationToken)
    {
        Team asked = change(new Team(name, Limits.None));
        if (asked.Validate() is { Count: > 0 } wrong)
        {
            return new TeamChange.Refused(wrong);
        }

        Team? before = await _teams.FindAsync(name, cancellationToken);
        Team team = change(before ?? new Team(name, Limits.None)) with { UpdatedAt = _time.GetUtcNow(), UpdatedBy = actor, Version = before?.Version, Others = before?.Others ?? OtherColumns.None };
        return await _audit.RecordAsync(actor, "team.set", name, Details(team), () => _teams.SetAsync(team, cancellationToken), cancellationToken)
            ? new TeamChange.Done(team)
            : new TeamChange.Conflict($"Somebody else changed team '{name}' at the same moment. Look at it and try again.");
    }

    public async Task<TeamChange> RemoveAsync(string name, string actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is not { } team)
        {
            return new TeamChange.NotFound(name);
        }

        return await _audit.RecordAsync(actor, "team.remove", name, Details(team), () => _teams.RemoveAsync(name, cancellationToken), cancellationToken)
            ? new TeamChange.Done(team)
            : new TeamChange.NotFound(name);
    }

    private static Dictionary<string, string> Details(Team team)
    {
        Dictionary<string, string> details = new() { ["limits"] = JsonSerializer.Serialize(team.Limits, LimitsJson.Default.Limits) };
        if (team.TimeZone is { } zone)
        {
            details["time_zone"] = zone;
        }

        if (team.WeekStarts is { } day)
        {
            details["week_starts"] = day.ToString();
        }

        return details;
    }
}
