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
        Option<string> by = new("--by") { Description = $"What to add up by: {UsageGrouping.Forms}.", HelpName = "name", DefaultValueFactory = _ => "key" };
        FacetOptions facets = new();
        Option<string?> team = new("--team") { Description = "Only this team." };
        Option<string?> key = new("--key") { Description = "Only the key of this id." };
        Option<string?> model = new("--model") { Description = "Only models, or provider/models, that match; * as a wildcard." };
        Command command = new("usage", "Requests, tokens and cost, by key, team, model, day, tag and more.") { from, to, by, team, key, model };
        facets.AddTo(command);
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

                if (!UsageGrouping.TryRead(arguments.GetRequiredValue(by), out UsageGroup group, out string? tag))
                {
                    return context.Fail($"--by takes one of: {UsageGrouping.Forms}.");
                }

                UsageQuery query = new(first, last, group, arguments.GetValue(team), arguments.GetValue(key), arguments.GetValue(model))
                {
                    ByTag = tag,
                    Filter = facets.Filter(arguments),
                };
                if (query.NeedsRows && last.DayNumber - first.DayNumber >= UsageReporter.MostDaysOfRows)
                {
                    return context.Fail($"Sessions, and two of client, requested model and tags at once, are added up from single requests, of {UsageReporter.MostDaysOfRows} days at most: give --from.");
                }

                UsageReporter reporter = context.Service<UsageReporter>();
                return (query.NeedsRows ? await reporter.ReportRowsAsync(query, token) : await reporter.ReportAsync(query, token)) is { } report
                    ? UsageOutput.Write(context, report)
                    : context.Fail($"There are more than {UsageReporter.MostRows} requests in these days. Ask for fewer days, or for one key or team.");
            },
            cancellation));
        command.Add(RequestsCommand.Create(runner));
        command.Add(RebuildCommand.Create(runner));
        command.Add(PurgeCommand.Create(runner));
        return command;
    }
}
