using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Cli.Shared;
using Gateway.Metering.Reports;
using Microsoft.Extensions.Configuration;

namespace Gateway.Cli.Usage;

/// <summary><c>usage</c>: who used what. One class per subcommand.</summary>
internal static class UsageCommand
{
    public static Command Create(CommandRunner runner, IConfiguration configuration)
    {
        Option<string> from = new("--from")
        {
            Description = $"The first day (UTC): a date, or so long ago: {Durations.Forms}.",
            HelpName = "date|span",
            DefaultValueFactory = _ => "30d",
        };
        Option<string?> to = new("--to") { Description = "The last day, which is included. Default: today.", HelpName = "date|span" };
        Option<UsageGroup> by = new("--by") { Description = "What to add up by.", HelpName = "key|team|model|day|person", CustomParser = ParseGroup };
        Option<string?> team = new("--team") { Description = "Only this team." };
        Option<string?> key = new("--key") { Description = "Only the key of this id." };
        Option<string?> model = new("--model") { Description = "Only models, or provider/models, that match; * as a wildcard." };
        Option<string?> person = new("--person") { Description = "Only the person of this name, as tokens say it." };
        MineOptions mine = new();
        Command command = new("usage", "Requests, tokens and cost, by key, team, model, day or person; with --mine your own, asked of the gateway.") { from, to, by, team, key, model, person };
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

                UsageQuery query = new(first, last, arguments.GetValue(by), arguments.GetValue(team), arguments.GetValue(key), arguments.GetValue(model)) { Person = arguments.GetValue(person) };
                return UsageOutput.Write(context, await context.Service<UsageReporter>().ReportAsync(query, token));
            },
            cancellation));
        return Add(command, runner);

        Task<int> AskMineAsync(CommandContext context, CancellationToken token)
        {
            if (((Option[])[team, key, model, person]).FirstOrDefault(option => context.Arguments.GetResult(option) is not null) is { } other)
            {
                return Task.FromResult(context.Fail($"{other.Name} is for operators: --mine shows what your own key used."));
            }

            return Days.Parse(context.Arguments.GetRequiredValue(from), context.Now) is { } first && Days.Parse(context.Arguments.GetValue(to) ?? "0", context.Now) is { } last
                ? mine.AskAsync(context, configuration, first, last, context.Arguments.GetResult(by) is null ? UsageGroup.ModelAndDay : context.Arguments.GetValue(by), token)
                : Task.FromResult(context.Fail($"--from and --to take {Days.Forms}."));
        }
    }

    private static UsageGroup ParseGroup(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal) : "";
        if (Enum.TryParse(text, ignoreCase: true, out UsageGroup group) && Enum.IsDefined(group) && !char.IsAsciiDigit(text[0]))
        {
            return group;
        }

        result.AddError("--by takes key, team, model, day, person or model_and_day.");
        return default;
    }

    private static Command Add(Command command, CommandRunner runner)
    {
        command.Add(RequestsCommand.Create(runner));
        command.Add(RebuildCommand.Create(runner));
        command.Add(PurgeCommand.Create(runner));
        return command;
    }
}
