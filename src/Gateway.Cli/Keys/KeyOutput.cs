using System.CommandLine;
using Gateway.Authentication.Keys;
using Gateway.Cli.Shared;
using Gateway.Settings;

namespace Gateway.Cli.Keys;

/// <summary>Keys as JSON or CSV, or as tables for people.</summary>
internal static class KeyOutput
{
    private static readonly Listing<KeyDocument> s_listing = new(
        [
            new("id", key => key.Id, ColumnKind.Whole),
            new("team", key => key.Team),
            new("name", key => key.Name, Rank: 1),
            new("owner", key => key.Owner, Rank: 3),
            new("state", key => key.State, ColumnKind.Whole, Rank: 2),
            new("usd/month", key => Texts.Usd(key.Spend?.ThisMonthUsd ?? 0), ColumnKind.Number, Rank: 4),
            new("expires", key => Texts.Minute(key.ExpiresAt) ?? "never", ColumnKind.Whole, Rank: 6),
            new("models", key => Texts.List(key.Models, "all"), Rank: 7),
            new("limits", key => LimitsText.Of(key.Limits), ColumnKind.Prose, Rank: 5),
            new("providers", key => Texts.List(key.Providers), Rank: 8),
            new("scopes", key => Texts.List(key.Scopes), Rank: 8),
            new("tags", key => Texts.Pairs(key.Tags), Rank: 9),
            new("created", key => Texts.Minute(key.CreatedAt), ColumnKind.Whole, Rank: 10),
            new("by", key => key.CreatedBy, Rank: 11),
        ],
        [
            new("id", key => key.Id),
            new("state", key => key.State),
            new("team", key => key.Team),
            new("name", key => key.Name),
            new("owner", key => key.Owner),
            new("models", key => key.Models),
            new("providers", key => key.Providers),
            new("scopes", key => key.Scopes),
            new("tags", key => key.Tags.Select(tag => $"{tag.Key}={tag.Value}")),
            new("today_usd", key => key.Spend?.TodayUsd),
            new("this_month_usd", key => key.Spend?.ThisMonthUsd),
            .. LimitFields.Of<KeyDocument>(key => key.Limits),
            new("created_at", key => key.CreatedAt),
            new("created_by", key => key.CreatedBy),
            new("expires_at", key => key.ExpiresAt),
            new("rotated_at", key => key.RotatedAt),
            new("previous_valid_until", key => key.PreviousValidUntil),
            new("revoked_at", key => key.RevokedAt),
            new("revoked_by", key => key.RevokedBy),
        ]);

    /// <summary>Of commands that make a secret: what fits into a variable of any shell, without a reader of JSON.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Print the key and nothing else, as for KEY=$(...)." };

    public static async Task<int> WriteAsync(CommandContext context, KeyChange change, CancellationToken cancellationToken)
    {
        switch (change)
        {
            case KeyChange.Issued(_, var text) when context.Arguments.GetValue(Quiet):
                context.WriteLine(text);
                return 0;
            case KeyChange.Issued(var key, var text):
                WriteOne(context, KeyDocument.From(key, context.Now, text));
                return 0;
            case KeyChange.Done(var key):
                WriteOne(context, KeyDocument.From(key, context.Now));
                return 0;
            case KeyChange.NotFound(var id):
                return context.Fail(Unknown(id, await context.Service<KeyAdministration>().ListAsync(cancellationToken)));
            case KeyChange.Conflict(var reason):
                return context.Fail(reason);
            case KeyChange.Refused(var reasons):
                return context.Fail(string.Join(" ", reasons));
            default:
                throw new ArgumentOutOfRangeException(nameof(change));
        }
    }

    public static int Write(CommandContext context, KeyDocument key)
    {
        WriteOne(context, key);
        return 0;
    }

    /// <param name="context">Where to.</param>
    /// <param name="keys">What was found.</param>
    /// <param name="team">What was looked for; null for all.</param>
    public static int Write(CommandContext context, IReadOnlyList<KeyDocument> keys, string? team)
    {
        if (context.Json)
        {
            context.WriteJson(keys, KeyJson.Default.IReadOnlyListKeyDocument);
        }
        else
        {
            context.WriteList(keys, s_listing, team is null
                ? "There are no keys yet: 'gw keys create --team <team>' makes one."
                : $"The team '{Echo.Of(team)}' has no keys: 'gw keys create --team {Echo.Of(team)}' makes one, and 'gw keys list' shows those of all teams.");
        }

        return 0;
    }

    /// <summary>Names a key of that name, or of nearly that id.</summary>
    private static string Unknown(string id, IReadOnlyList<VirtualKey> keys)
    {
        if (keys.Where(key => key.Name == id).Select(key => key.Id).ToList() is { Count: > 0 } named)
        {
            return $"'{Echo.Of(id)}' is the name of a key, and its id is asked for: {string.Join(" or ", named)}.";
        }

        return KeyAdministration.IsWholeKey(id)
            ? "That is no whole key of this gateway: 'gw keys list' shows the ids."
            : $"There is no key '{Echo.Of(id)}'{(NearMiss.Of(id, keys.Select(key => key.Id)) is { } near ? $": did you mean {near}?" : ": 'gw keys list' shows the ids.")}";
    }

    private static void WriteOne(CommandContext context, KeyDocument key)
    {
        if (context.Json)
        {
            context.WriteJson(key, KeyJson.Default.KeyDocument);
            return;
        }

        context.WriteRecord(
            ("id", key.Id),
            ("state", key.State),
            ("team", key.Team),
            ("name", key.Name),
            ("owner", key.Owner),
            ("models", Texts.List(key.Models, "all")),
            ("providers", Texts.List(key.Providers, "all")),
            ("scopes", Texts.List(key.Scopes)),
            ("limits", LimitsText.Of(key.Limits)),
            ("spent", key.Spend is { } spend ? $"{Texts.Usd(spend.TodayUsd)} USD today, {Texts.Usd(spend.ThisMonthUsd)} USD this month (UTC), as of {Texts.Second(spend.AsOf)}" : null),
            ("tags", Texts.Pairs(key.Tags)),
            ("created", $"{Texts.Minute(key.CreatedAt)} by {key.CreatedBy}"),
            ("expires", Texts.Minute(key.ExpiresAt) ?? "never"),
            ("rotated", Texts.Minute(key.RotatedAt)),
            ("old secret works until", Texts.Minute(key.PreviousValidUntil)),
            ("revoked", key.RevokedAt is null ? null : $"{Texts.Minute(key.RevokedAt)} by {key.RevokedBy}"));
        if (key.Key is not null)
        {
            // On a line of its own, whole: nothing may wrap or frame what is to be copied.
            context.WriteLine("Keep this key now. Only its hash is stored, so it cannot be shown again:");
            context.WriteLine(key.Key);
        }
    }
}
