using System.CommandLine;
using Gateway.Cli.Shared;
using Gateway.Metering.Reports;
using Gateway.Metering.Usage;
using Gateway.Settings;

namespace Gateway.Cli.Usage;

internal static class RequestsCommand
{
    private static readonly string[] s_classes = ["2xx", "3xx", "4xx", "5xx"];

    public static Command Create(CommandRunner runner)
    {
        Option<string> day = new("--day") { Description = $"The day (UTC) on which they began: {Days.Forms}.", HelpName = "date|span", DefaultValueFactory = _ => "0" };
        Option<string?> from = new("--from") { Description = "Several days: the first of them. Instead of --day.", HelpName = "date|span" };
        Option<string?> to = new("--to") { Description = "With --from: the last day, which is included. Default: today.", HelpName = "date|span" };
        Option<string?> key = KeyText.Option("--key", "Only the key of this id.");
        Option<string?> status = new("--status") { Description = $"Only this status: {UsageFilter.StatusForms}." };
        Option<int> last = new("--last") { Description = "How many, counted from the latest.", HelpName = "n", DefaultValueFactory = _ => 100 };
        Option<string?> format = new("--format") { Description = "All of them as csv or jsonl (one receipt a line), the latest first.", HelpName = "csv|jsonl" };
        format.Only("csv", "jsonl");
        status.Validators.Add(given =>
        {
            if (given.Tokens is [{ Value: var text }] && !UsageFilter.TryReadStatus(text, out _, out _))
            {
                given.AddError($"--status takes {UsageFilter.StatusForms}, not '{Echo.Of(text)}'{(NearMiss.Of(text, s_classes) is { } meant ? $": did you mean {meant}?" : ".")}");
            }
        });
        last.Validators.Add(given =>
        {
            if (given.Tokens is [{ Value: var text }] && (!int.TryParse(text, out int most) || most < 1))
            {
                given.AddError($"--last takes a whole number, 1 or more, not '{Echo.Of(text)}'.");
            }
        });
        FacetOptions facets = new();
        Option<string?> team = new("--team") { Description = "Only this team." };
        Option<string?> person = new("--person") { Description = "Only the person of this name, as tokens say it." };
        Option<string?> model = new("--model") { Description = "Only models, or provider/models, that match; * as a wildcard." };
        Command command = new("requests", "List single requests of a day, the latest last. With --json, their receipts.") { day, from, to, key, team, person, model, status, last, format };
        facets.AddTo(command);
        ListOptions.AddTo(command);
        command.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) =>
            {
                string? first = arguments.GetValue(from);
                if (first is null ? arguments.GetValue(to) is not null : arguments.GetResult(day) is { Implicit: false })
                {
                    return context.Fail("--day is one day, --from and --to are several: give --day, or --from with or without --to.");
                }

                if (Days.Parse(first ?? arguments.GetRequiredValue(day), context.Now) is not { } firstDay
                    || Days.Parse(first is null ? arguments.GetRequiredValue(day) : arguments.GetValue(to) ?? "0", context.Now) is not { } lastDay)
                {
                    return context.Fail(first is null ? $"--day takes {Days.Forms}." : $"--from and --to take {Days.Forms}.");
                }

                if (firstDay > lastDay)
                {
                    return context.Fail("--from lies after --to.");
                }

                _ = UsageFilter.TryReadStatus(arguments.GetValue(status), out int? min, out int? max);
                UsageFilter filter = facets.Filter(arguments) with
                {
                    KeyId = arguments.GetValue(key),
                    MinStatus = min,
                    MaxStatus = max,
                    Team = arguments.GetValue(team),
                    Person = arguments.GetValue(person),
                    Model = arguments.GetValue(model),
                };
                IAsyncEnumerable<UsageEntry> found = context.Service<RequestReader>().ListAsync(new RequestQuery(filter, firstDay, lastDay), token);
                switch (arguments.GetValue(format))
                {
                    case not null when context.Csv:
                        return context.Fail("--csv and --format are two forms of the same list: give one of them.");
                    case "csv":
                        await RequestText.WriteCsvAsync(context.Output, found, token);
                        return 0;
                    case "jsonl":
                        await RequestText.WriteLinesAsync(context.Output, found, token);
                        return 0;
                    default:
                        // The latest are read first; rows of before have no order until here.
                        List<UsageEntry> entries = [.. (await found.Take(arguments.GetValue(last)).ToListAsync(token)).OrderBy(entry => entry.StartedAt)];
                        string days = firstDay == lastDay ? $"on {Days.Text(firstDay)}" : $"from {Days.Text(firstDay)} to {Days.Text(lastDay)}";
                        string filters = FacetOptions.Words(arguments, [key, team, person, model, status, .. facets.All]);
                        await RequestOutput.WriteAsync(context, entries, $"No requests {days} (UTC){filters}: --from looks at more days.", token);
                        return 0;
                }
            },
            cancellation));
        return command;
    }
}
