using System.CommandLine;
using Gateway.Authentication.Teams;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Teams;

/// <summary><c>teams</c>: what all keys of a team together may use.</summary>
internal static class TeamsCommand
{
    public static Command Create(CommandRunner runner) => new("teams", "Limits and budgets of teams: they count for all keys and tokens of a team together.")
    {
        Set(runner),
        List(runner),
        Show(runner),
        Remove(runner),
    };

    private static Command Set(CommandRunner runner)
    {
        GrantOptions grant = new();
        CalendarOptions calendar = new();
        Argument<string> name = Name();
        Command command = new("set", "Set limits. What is not given stays; every instance of the gateway follows within 60 seconds.") { name };
        grant.AddLimitsTo(command);
        calendar.AddTo(command);
        command.SetAction((arguments, cancellation) => runner.WriteAsync(
            arguments,
            async (context, token) =>
            {
                context.NoteBudget(grant.Limits(arguments));
                string wanted = arguments.GetRequiredValue(name);
                string? like = await GrantNotes.LikeAsync(context, wanted, token);
                TeamChange change = await context.Service<TeamAdministration>().SetAsync(
                    wanted, team => calendar.Apply(arguments, team with { Limits = grant.Apply(arguments, team.Limits) }), context.Actor, token);
                if (change is TeamChange.Done)
                {
                    GrantNotes.Team(context, wanted, like, meant => $"'gw teams remove {wanted}' and set the limits of {meant}");
                }

                return TeamOutput.Write(context, change);
            },
            cancellation));
        return command;
    }

    private static Command List(CommandRunner runner)
    {
        Command command = new("list", "List the teams that have limits.");
        ListOptions.AddTo(command);
        command.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) => TeamOutput.Write(context, await context.Service<TeamAdministration>().ListAsync(token)),
            cancellation));
        return command;
    }

    private static Command Show(CommandRunner runner)
    {
        Argument<string> name = Name();
        Command command = new("show", "Show the limits of one team.") { name };
        command.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) =>
            {
                string wanted = arguments.GetRequiredValue(name);
                return TeamOutput.Write(context, await context.Service<TeamAdministration>().FindAsync(wanted, token) is { } team
                    ? new TeamChange.Done(team)
                    : new TeamChange.NotFound(wanted));
            },
            cancellation));
        return command;
    }

    private static Command Remove(CommandRunner runner)
    {
        Argument<string> name = Name();
        Command command = new("remove", "Take all limits of a team away. Every instance of the gateway follows within 60 seconds.") { name };
        command.SetAction((arguments, cancellation) => runner.WriteAsync(
            arguments,
            async (context, token) => TeamOutput.Write(context, await context.Service<TeamAdministration>().RemoveAsync(arguments.GetRequiredValue(name), context.Actor, token)),
            cancellation));
        return command;
    }

    private static Argument<string> Name() => new("team") { Description = "The team, as keys and issuers' rules name it." };
}
