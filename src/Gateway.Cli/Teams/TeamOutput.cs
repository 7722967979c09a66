using Gateway.Authentication.Teams;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Teams;

/// <summary>Teams as JSON or CSV, or as a table for people.</summary>
internal static class TeamOutput
{
    private static readonly Listing<Team> s_listing = new(
        [
            new("team", team => team.Name, Least: 24),
            new("limits", team => LimitsText.Of(team.Limits), ColumnKind.Prose, Rank: 1),
            new("calendar", Calendar, Rank: 2),
            new("updated", team => Texts.Second(team.UpdatedAt), ColumnKind.Whole, Rank: 3),
            new("by", team => team.UpdatedBy, Rank: 4),
        ],
        [
            new("name", team => team.Name),
            .. LimitFields.Of<Team>(team => team.Limits),
            new("time_zone", team => team.TimeZone),
            new("week_starts", team => team.WeekStarts?.ToString().ToLowerInvariant()),
            new("updated_at", team => team.UpdatedAt),
            new("updated_by", team => team.UpdatedBy),
        ]);

    public static int Write(CommandContext context, TeamChange change)
    {
        switch (change)
        {
            case TeamChange.Done(var team) when context.Json:
                context.WriteJson(team, TeamJson.Default.Team);
                return 0;
            case TeamChange.Done(var team):
                return WriteOne(context, team);
            case TeamChange.NotFound(var name):
                return context.Fail($"The team '{Echo.Of(name)}' has no limits: 'gw teams list' shows those that have some.");
            case TeamChange.Conflict(var reason):
                return context.Fail(reason);
            case TeamChange.Refused(var reasons):
                return context.Fail(string.Join(" ", reasons));
            default:
                throw new ArgumentOutOfRangeException(nameof(change));
        }
    }

    public static int Write(CommandContext context, IReadOnlyList<Team> teams)
    {
        if (context.Json)
        {
            context.WriteJson(teams, TeamJson.Default.IReadOnlyListTeam);
        }
        else
        {
            context.WriteList(teams, s_listing, "No team has limits yet: 'gw teams set <team> --budget-month 100' sets one.");
        }

        return 0;
    }

    private static string Calendar(Team team) =>
        team.WeekStarts is { } day ? $"{team.TimeZone ?? "UTC"}, weeks from {day}" : team.TimeZone ?? "UTC";

    private static int WriteOne(CommandContext context, Team team)
    {
        context.WriteRecord(
            ("team", team.Name), ("limits", LimitsText.Of(team.Limits) is { Length: > 0 } limits ? limits : "none"), ("calendar", Calendar(team)), ("updated", $"{Texts.Second(team.UpdatedAt)} by {team.UpdatedBy}"));
        return 0;
    }
}
