using Gateway.Authentication.Teams;
using Gateway.Cli.Shared;
using Spectre.Console;

namespace Gateway.Cli.Teams;

/// <summary>Teams as JSON, or as a table for people.</summary>
internal static class TeamOutput
{
    public static int Write(CommandContext context, TeamChange change)
    {
        switch (change)
        {
            case TeamChange.Done(var team) when context.Json:
                context.WriteJson(team, TeamJson.Default.Team);
                return 0;
            case TeamChange.Done(var team):
                return WriteTable(context, [team]);
            case TeamChange.NotFound(var name):
                return context.Fail($"The team '{name}' has no limits. 'teams list' shows those that have some.");
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
        if (!context.Json)
        {
            return WriteTable(context, teams);
        }

        context.WriteJson(teams, TeamJson.Default.IReadOnlyListTeam);
        return 0;
    }

    private static string Calendar(Team team) =>
        team.WeekStarts is { } day ? $"{team.TimeZone ?? "UTC"}, weeks from {day}" : team.TimeZone ?? "UTC";

    private static int WriteTable(CommandContext context, IReadOnlyList<Team> teams)
    {
        Table table = new Table().RoundedBorder().AddColumns("team", "limits", "calendar", "updated", "by");
        foreach (Team team in teams)
        {
            table.AddRow(Markup.Escape(team.Name), LimitsText.Of(team.Limits), Markup.Escape(Calendar(team)), team.UpdatedAt.ToString("u"), Markup.Escape(team.UpdatedBy));
        }

        context.WriteTable(table);
        return 0;
    }
}
