using System.CommandLine;
using Gateway.Cli.Shared;
using Gateway.Metering.Reports;
using Microsoft.Extensions.Configuration;

namespace Gateway.Cli.Usage;

/// <summary><c>usage</c>: who used what. One class per subcommand.</summary>
internal static class UsageCommand
{
    /// <summary>What the gateway adds up one's own usage by.</summary>
    private static readonly UsageGroup[] s_mine = [UsageGroup.Model, UsageGroup.Day, UsageGroup.ModelAndDay];

    public static Command Create(CommandRunner runner, IConfiguration configuration)
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
        Option<string?> person = new("--person") { Description = "Only the person of this name, as tokens say it." };
        MineOptions mine = new();
        Command command = new("usage", "Requests, tokens and cost, by key, team, model, day, person, tag and more; with --mine your own, asked of the gateway.") { from, to, by, team, key, model, person };
        facets.AddTo(command);
        mine.AddTo(command);
        command.SetAction((arguments, cancellation) => mine.IsAsked(arguments) ? runner.AskAsync(arguments, (context, token) => AskMineAsync(context, token), cancellation) : runner.ReadAsync(
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
                    Person = arguments.GetValue(person),
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
        return Add(command, runner);

        Task<int> AskMineAsync(CommandContext context, CancellationToken token)
        {
            if (((Option[])[team, key, model, person]).FirstOrDefault(option => context.Arguments.GetResult(option) is not null) is { } other)
            {
                return Task.FromResult(context.Fail($"{other.Name} is for operators: --mine shows what your own key used."));
            }

            UsageGroup group = UsageGroup.ModelAndDay;
            if (context.Arguments.GetResult(by) is { Implicit: false } && (!UsageGrouping.TryRead(context.Arguments.GetRequiredValue(by), out group, out _) || !s_mine.Contains(group)))
            {
                return Task.FromResult(context.Fail("--mine adds up by model, day or model_and_day."));
            }

            return Days.Parse(context.Arguments.GetRequiredValue(from), context.Now) is { } first && Days.Parse(context.Arguments.GetValue(to) ?? "0", context.Now) is { } last
                ? mine.AskAsync(context, configuration, first, last, group, token)
                : Task.FromResult(context.Fail($"--from and --to take {Days.Forms}."));
        }
    }

    private static Command Add(Command command, CommandRunner runner)
    {
        command.Add(RequestsCommand.Create(runner));
        command.Add(RebuildCommand.Create(runner));
        command.Add(PurgeCommand.Create(runner));
        return command;
    }
}
