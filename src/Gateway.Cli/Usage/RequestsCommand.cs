using System.CommandLine;
using System.Globalization;
using Gateway.Cli.Shared;
using Gateway.Metering.Reports;
using Gateway.Metering.Usage;
using Spectre.Console;

namespace Gateway.Cli.Usage;

internal static class RequestsCommand
{
    public static Command Create(CommandRunner runner)
    {
        Option<string> day = new("--day") { Description = $"The day (UTC) on which they began: {Days.Forms}.", HelpName = "date|span", DefaultValueFactory = _ => "0" };
        Option<string?> from = new("--from") { Description = "Several days: the first of them. Instead of --day.", HelpName = "date|span" };
        Option<string?> to = new("--to") { Description = "With --from: the last day, which is included. Default: today.", HelpName = "date|span" };
        Option<string?> key = new("--key") { Description = "Only the key of this id." };
        Option<string?> status = new("--status") { Description = $"Only this status: {UsageFilter.StatusForms}." };
        Option<int> last = new("--last") { Description = "How many, counted from the latest.", HelpName = "n", DefaultValueFactory = _ => 100 };
        Option<string?> format = new("--format") { Description = "All of them as csv or jsonl (one receipt a line), the latest first.", HelpName = "csv|jsonl" };
        FacetOptions facets = new();
        Option<string?> team = new("--team") { Description = "Only this team." };
        Option<string?> person = new("--person") { Description = "Only the person of this name, as tokens say it." };
        Option<string?> model = new("--model") { Description = "Only models, or provider/models, that match; * as a wildcard." };
        Command command = new("requests", "List single requests of a day, the latest last. With --json, their receipts.") { day, from, to, key, team, person, model, status, last, format };
        facets.AddTo(command);
        command.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) =>
            {
                string? first = arguments.GetValue(from);
                if (Days.Parse(first ?? arguments.GetRequiredValue(day), context.Now) is not { } firstDay
                    || Days.Parse(first is null ? arguments.GetRequiredValue(day) : arguments.GetValue(to) ?? "0", context.Now) is not { } lastDay)
                {
                    return context.Fail(first is null ? $"--day takes {Days.Forms}." : $"--from and --to take {Days.Forms}.");
                }

                if (firstDay > lastDay)
                {
                    return context.Fail("--from lies after --to.");
                }

                if (!UsageFilter.TryReadStatus(arguments.GetValue(status), out int? min, out int? max))
                {
                    return context.Fail($"--status takes {UsageFilter.StatusForms}.");
                }

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
                    case null:
                        // The latest are read first; rows of before have no order until here.
                        Write(context, [.. (await found.Take(arguments.GetValue(last)).ToListAsync(token)).OrderBy(entry => entry.StartedAt)]);
                        return 0;
                    case "csv":
                        await RequestText.WriteCsvAsync(context.Output, found, token);
                        return 0;
                    case "jsonl":
                        await RequestText.WriteLinesAsync(context.Output, found, token);
                        return 0;
                    default:
                        return context.Fail("--format takes csv or jsonl.");
                }
            },
            cancellation));
        return command;
    }

    private static void Write(CommandContext context, IReadOnlyList<UsageEntry> entries)
    {
        if (context.Json)
        {
            context.WriteJson([.. entries.Select(Receipt.Of)], ReceiptJson.Default.IReadOnlyListReceipt);
            return;
        }

        Table table = new Table().RoundedBorder().AddColumns("began (UTC)", "request", "key", "client", "model asked for", "upstream", "status", "error", "input", "output", "cost USD", "s");
        foreach (UsageEntry entry in entries)
        {
            table.AddRow(
                entry.StartedAt.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
                entry.RequestId,
                Markup.Escape(entry.KeyId ?? ""),
                Markup.Escape(entry.Client ?? ""),
                Markup.Escape(entry.RequestedModel ?? ""),
                Markup.Escape(entry.Provider is null ? "" : $"{entry.Provider}/{entry.Model}"),
                entry.Status.ToString(CultureInfo.InvariantCulture),
                entry.Error ?? (entry.ClientLeft ? "client left" : ""),
                entry.Usage.TotalInput.ToString("#,0", CultureInfo.InvariantCulture),
                entry.Usage.Output.ToString("#,0", CultureInfo.InvariantCulture),
                entry.Cost?.ToString("0.00####", CultureInfo.InvariantCulture) ?? "?",
                (entry.Timings.TotalMs / 1000).ToString("0.0", CultureInfo.InvariantCulture));
        }

        context.WriteTable(table);
    }
}
