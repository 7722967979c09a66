using System.Collections.Frozen;
using System.CommandLine;
using Gateway.Audit;
using Gateway.Authentication.Keys;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Audit;

/// <summary><c>audit</c>: who changed what, and when.</summary>
internal static class AuditCommand
{
    /// <summary>No id that is on record is longer: names may be.</summary>
    private const int LongestId = 40;

    public static Command Create(CommandRunner runner)
    {
        Option<string> since = new("--since")
        {
            Description = $"From when on: a date (UTC), or so long ago: {Durations.Forms}.",
            HelpName = "date|span",
            DefaultValueFactory = _ => "30d",
        };
        Option<string?> target = KeyText.Option("--target", "Only this key, issuer or team.");
        Command list = new("list", "List administrative acts, oldest first.") { since, target };
        ListOptions.AddTo(list);
        list.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) =>
            {
                if (Durations.ParsePast(arguments.GetRequiredValue(since), context.Now) is not { } from)
                {
                    return context.Fail($"--since takes a date such as 2030-01-31, or {Durations.Forms}.");
                }

                IReadOnlyList<AuditEntry> entries = await context.Service<IAuditStore>().ListAsync(from, token);
                string? wanted = arguments.GetValue(target);
                Write(
                    context,
                    [.. entries.Where(entry => wanted is null || entry.Target == wanted)],
                    context.Json ? FrozenDictionary<string, string?>.Empty : (await context.Service<KeyAdministration>().ListAsync(token)).ToDictionary(key => key.Id, key => key.Name),
                    $"Nothing was changed since {Texts.Second(from)}{(wanted is null ? "" : $" of '{Echo.Of(wanted)}'")}: --since looks further back.");
                return 0;
            },
            cancellation));
        return new Command("audit", "The trail of administrative acts.") { list };
    }

    /// <summary>Ids are never cut; names have blanks or are longer.</summary>
    private static int LongestOf(IEnumerable<string> names) => names.Where(name => name.Length <= LongestId && !name.Contains(' ', StringComparison.Ordinal)).Select(TextWidth.Of).DefaultIfEmpty(0).Max();

    private static void Write(CommandContext context, IReadOnlyList<AuditEntry> entries, IReadOnlyDictionary<string, string?> names, string empty)
    {
        if (context.Json)
        {
            context.WriteJson(entries, AuditJson.Default.IReadOnlyListAuditEntry);
            return;
        }

        string? NameOf(string id) => names.GetValueOrDefault(id);
        context.WriteList(
            entries,
            new Listing<AuditEntry>(
                [
                    new("when", entry => Texts.Second(entry.At), ColumnKind.Whole),
                    new("who", entry => entry.Actor, Least: LongestOf(entries.Select(entry => entry.Actor)), Rank: 2),
                    new("who is", entry => NameOf(entry.Actor), Rank: 6),
                    new("what", entry => entry.Action, ColumnKind.Whole),
                    new("target", entry => entry.Target, Least: LongestOf(entries.Select(entry => entry.Target))),
                    new("name", entry => NameOf(entry.Target), Rank: 4),
                    new("outcome", entry => entry.Outcome.ToString().ToLowerInvariant(), ColumnKind.Whole, Rank: 3),
                    new("details", entry => Texts.Pairs(entry.Details), ColumnKind.Prose, Rank: 5),
                ],
                [
                    new("at", entry => entry.At),
                    new("actor", entry => entry.Actor),
                    new("actor_name", entry => NameOf(entry.Actor)),
                    new("action", entry => entry.Action),
                    new("target", entry => entry.Target),
                    new("target_name", entry => NameOf(entry.Target)),
                    new("outcome", entry => entry.Outcome.ToString().ToLowerInvariant()),
                    new("details", entry => entry.Details.Select(detail => $"{detail.Key}={detail.Value}")),
                ]),
            empty);
    }
}
