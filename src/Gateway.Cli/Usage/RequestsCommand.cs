using System.CommandLine;
using System.Globalization;
using Gateway.Cli.Shared;
using Gateway.Metering.Usage;
using Spectre.Console;

namespace Gateway.Cli.Usage;

internal static class RequestsCommand
{
    public static Command Create(CommandRunner runner)
    {
        Option<string> day = new("--day") { Description = $"The day (UTC) on which they began: {Days.Forms}.", HelpName = "date|span", DefaultValueFactory = _ => "0" };
        Option<string?> key = new("--key") { Description = "Only the key of this id." };
        Option<string?> status = new("--status") { Description = "Only this HTTP status, such as 429, or a class of them, such as 4xx." };
        Option<int> last = new("--last") { Description = "How many, counted from the latest.", HelpName = "n", DefaultValueFactory = _ => 100 };
        Command command = new("requests", "List single requests of a day, the latest last. With --json, their receipts.") { day, key, status, last };
        command.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) =>
            {
                if (Days.Parse(arguments.GetRequiredValue(day), context.Now) is not { } date)
                {
                    return context.Fail($"--day takes {Days.Forms}.");
                }

                if (!TryReadStatus(arguments.GetValue(status), out int? min, out int? max))
                {
                    return context.Fail("--status takes an HTTP status such as 429, or a class of them such as 4xx.");
                }

                List<UsageEntry> entries = [];
                await foreach (UsageEntry entry in context.Service<IUsageStore>().ListAsync(date, new UsageFilter(arguments.GetValue(key), min, max), token))
                {
                    entries.Add(entry);
                }

                Write(context, [.. entries.OrderBy(entry => entry.StartedAt).TakeLast(arguments.GetValue(last))]);
                return 0;
            },
            cancellation));
        return command;
    }

    private static bool TryReadStatus(string? text, out int? min, out int? max)
    {
        (min, max) = (null, null);
        if (text is null)
        {
            return true;
        }

        bool isClass = text.EndsWith("xx", StringComparison.OrdinalIgnoreCase);
        if (!int.TryParse(isClass ? text[..^2] + "00" : text, NumberStyles.None, CultureInfo.InvariantCulture, out int status) || status is < 100 or > 599)
        {
            return false;
        }

        (min, max) = (status, isClass ? status + 99 : status);
        return true;
    }

    private static void Write(CommandContext context, IReadOnlyList<UsageEntry> entries)
    {
        if (context.Json)
        {
            context.WriteJson([.. entries.Select(Receipt.Of)], ReceiptJson.Default.IReadOnlyListReceipt);
            return;
        }

        Table table = new Table().RoundedBorder().AddColumns("began (UTC)", "request", "key", "model asked for", "upstream", "status", "error", "input", "output", "cost USD", "s");
        foreach (UsageEntry entry in entries)
        {
            table.AddRow(
                entry.StartedAt.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
                entry.RequestId,
                Markup.Escape(entry.KeyId ?? ""),
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
