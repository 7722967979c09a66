using System.CommandLine;
using System.Globalization;
using Gateway.Audit;
using Gateway.Cli.Shared;
using Spectre.Console;

namespace Gateway.Cli.Audit;

/// <summary><c>audit</c>: who changed what, and when.</summary>
internal static class AuditCommand
{
    public static Command Create(CommandRunner runner)
    {
        Option<string> since = new("--since")
        {
            Description = $"From when on: a date (UTC), or so long ago: {Durations.Forms}.",
            HelpName = "date|span",
            DefaultValueFactory = _ => "30d",
        };
        Option<string?> target = new("--target") { Description = "Only this key or issuer." };
        Command list = new("list", "List administrative acts, oldest first.") { since, target };
        list.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) =>
            {
                if (Durations.ParsePast(arguments.GetRequiredValue(since), context.Now) is not { } from)
                {
                    return context.Fail($"--since takes a date such as 2030-01-31, or {Durations.Forms}.");
                }

                IReadOnlyList<AuditEntry> entries = await context.Service<IAuditStore>().ListAsync(from, token);
                Write(context, [.. entries.Where(entry => arguments.GetValue(target) is not { } wanted || entry.Target == wanted)]);
                return 0;
            },
            cancellation));
        return new Command("audit", "The trail of administrative acts.") { list };
    }

    private static void Write(CommandContext context, IReadOnlyList<AuditEntry> entries)
    {
        if (context.Json)
        {
            context.WriteJson(entries, AuditJson.Default.IReadOnlyListAuditEntry);
            return;
        }

        Table table = new Table().RoundedBorder().AddColumns("when", "who", "what", "target", "outcome", "details");
        foreach (AuditEntry entry in entries)
        {
            table.AddRow(
                entry.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                Markup.Escape(entry.Actor),
                entry.Action,
                Markup.Escape(entry.Target),
                entry.Outcome.ToString().ToLowerInvariant(),
                Markup.Escape(string.Join(", ", entry.Details.Select(detail => $"{detail.Key}={detail.Value}"))));
        }

        context.WriteTable(table);
    }
}
