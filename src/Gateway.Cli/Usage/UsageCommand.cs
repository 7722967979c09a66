using System.CommandLine;
using Gateway.Cli.Shared;
using Gateway.Metering.Reports;

namespace Gateway.Cli.Usage;

/// <summary><c>usage</c>: who used what. One class per subcommand.</summary>
internal static class UsageCommand
{
    public static Command Create(CommandRunner runner)
    {
        Option<string> from = new("--from")
        {
            Description = $"The first day (UTC): a date, or so long ago: {Durations.Forms}.",
            HelpName = "date|span",
            DefaultValueFactory = _ => "30d",
        };
        Option<string?> to = new("--to") { Description = "The last day, which is included. Default: today.", HelpName = "date|span" };
        Option<UsageGroup> by = new("--by") { Description = "What to add up by: key, team, model or day.", HelpName = "key|team|model|day" };
        Option<string?> team = new("--team") { Description = "Only this team." };
        Option<string?> key = new("--key") { Description = "Only the key of this id." };
        Option<string?> model = new("--model") { Description = "Only models, or provider/models, that match; * as a wildcard." };
        Command command = new("usage", "Requests, tokens and cost, by key, team, model or day.") { from, to, by, team, key, model };
        command.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) =>
            {
                if (Days.Parse(arguments.GetRequiredValue(from), context.Now) is not { } first
                    || Days.Parse(arguments.GetValue(to) ?? "0", context.Now) is not { } last)
                {
                    return context.Fail($"--from and --to take {Days.Forms}.");
                }

                if (first > last)
                {
                    return context.Fail("--from lies after --to.");
                }

                UsageQuery query = new(first, last, arguments.GetValue(by), arguments.GetValue(team), arguments.GetValue(key), arguments.GetValue(model));
                return UsageOutput.Write(context, await context.Service<UsageReporter>().ReportAsync(query, token));
            },
            cancellation));
        command.Add(RequestsCommand.Create(runner));
        command.Add(RebuildCommand.Create(runner));
        command.Add(PurgeCommand.Create(runner));
        return command;
    }
}
