using System.CommandLine;
using Gateway.Authentication.Keys;
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
        Option<string> by = new("--by") { Description = $"What to add up by: {UsageGrouping.Forms}.", HelpName = "names", DefaultValueFactory = _ => "key" };
        by.Validators.Add(given =>
        {
            if (given.Tokens is [{ Value: var names }] && !UsageGrouping.TryRead(names, out _, out string? problem))
            {
                given.AddError($"--by {problem}");
            }
        });
        FacetOptions facets = new();
        Option<string?> team = new("--team") { Description = "Only this team." };
        Option<string?> key = KeyText.Option("--key", "Only the key of this id.");
        Option<string?> model = new("--model") { Description = "Only models, or provider/models, that match; * as a wildcard." };
        Option<string?> person = new("--person") { Description = "Only the person of this name, as tokens say it." };
        MineOptions mine = new();
        Command command = new("usage", "Requests, tokens and cost, by key, team, model, day, person, tag and more; with --mine your own, asked of the gateway.") { from, to, by, team, key, model, person };
        facets.AddTo(command);
        ListOptions.AddTo(command);
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

                _ = UsageGrouping.TryRead(arguments.GetRequiredValue(by), out UsageGrouping grouping, out _);
                UsageQuery query = new(first, last, grouping, arguments.GetValue(team), arguments.GetValue(key), arguments.GetValue(model))
                {
                    Person = arguments.GetValue(person),
                    Filter = facets.Filter(arguments),
                };
                if (query.NeedsRows && last.DayNumber - first.DayNumber >= UsageReporter.MostDaysOfRows)
                {
                    return context.Fail($"{char.ToUpperInvariant(UsageReporter.OfRows[0])}{UsageReporter.OfRows[1..]} are added up from single requests, of {UsageReporter.MostDaysOfRows} days at most: give --from.");
                }

                UsageReporter reporter = context.Service<UsageReporter>();
                return (query.NeedsRows ? await reporter.ReportRowsAsync(query, token) : await reporter.ReportAsync(query, token)) is { } report
                    ? UsageOutput.Write(context, report, context.Json ? [] : await context.Service<KeyAdministration>().ListAsync(token), FacetOptions.Words(arguments, [team, key, model, person, .. facets.All]))
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
            if (context.Arguments.GetResult(by) is { Implicit: false })
            {
                if (!UsageGrouping.TryRead(context.Arguments.GetRequiredValue(by), out UsageGrouping grouping, out _) || s_mine.Where(one => ((UsageGrouping)one).IsBy([.. grouping.Dimensions.Select(part => part.Kind)])).ToList() is not [var mineBy])
                {
                    return Task.FromResult(context.Fail("--mine adds up by model, day or model_and_day."));
                }

                group = mineBy;
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
