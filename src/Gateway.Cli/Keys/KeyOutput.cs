using System.CommandLine;
using System.Globalization;
using Gateway.Authentication.Keys;
using Gateway.Cli.Shared;
using Spectre.Console;

namespace Gateway.Cli.Keys;

/// <summary>Keys as JSON, or as tables for people.</summary>
internal static class KeyOutput
{
    /// <summary>Of commands that make a secret: what fits into a variable of any shell, without a reader of JSON.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Print the key and nothing else, as for KEY=$(...)." };

    public static int Write(CommandContext context, KeyChange change)
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
                return context.Fail($"There is no key '{id}'. 'keys list' shows the ids.");
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

    public static int Write(CommandContext context, IReadOnlyList<KeyDocument> keys)
    {
        if (context.Json)
        {
            context.WriteJson(keys, KeyJson.Default.IReadOnlyListKeyDocument);
            return 0;
        }

        Table table = new Table().RoundedBorder().AddColumns("id", "team", "name", "state", "models", "limits", "USD this month", "expires", "created");
        foreach (KeyDocument key in keys)
        {
            table.AddRow(
                key.Id, Markup.Escape(key.Team), Markup.Escape(key.Name ?? ""), key.State, Markup.Escape(Models(key)),
                LimitsText.Of(key.Limits), Usd(key.Spend?.ThisMonthUsd ?? 0), Time(key.ExpiresAt) ?? "never", Time(key.CreatedAt)!);
        }

        context.WriteTable(table);
        return 0;
    }

    private static void WriteOne(CommandContext context, KeyDocument key)
    {
        if (context.Json)
        {
            context.WriteJson(key, KeyJson.Default.KeyDocument);
            return;
        }

        Table table = new Table().RoundedBorder().HideHeaders().AddColumns("", "");
        Row(table, "id", key.Id);
        Row(table, "state", key.State);
        Row(table, "team", key.Team);
        Row(table, "name", key.Name);
        Row(table, "owner", key.Owner);
        Row(table, "models", Models(key));
        Row(table, "providers", key.Providers.Count == 0 ? "all" : string.Join(", ", key.Providers));
        Row(table, "scopes", string.Join(", ", key.Scopes));
        Row(table, "limits", LimitsText.Of(key.Limits));
        Row(table, "spent", key.Spend is { } spend ? $"{Usd(spend.TodayUsd)} USD today, {Usd(spend.ThisMonthUsd)} USD this month (UTC)" : null);
        Row(table, "tags", string.Join(", ", key.Tags.Select(tag => $"{tag.Key}={tag.Value}")));
        Row(table, "created", $"{Time(key.CreatedAt)} by {key.CreatedBy}");
        Row(table, "expires", Time(key.ExpiresAt) ?? "never");
        Row(table, "rotated", Time(key.RotatedAt));
        Row(table, "old secret works until", Time(key.PreviousValidUntil));
        Row(table, "revoked", key.RevokedAt is null ? null : $"{Time(key.RevokedAt)} by {key.RevokedBy}");
        context.WriteTable(table);
        if (key.Key is not null)
        {
            // On a line of its own, whole: nothing may wrap or frame what is to be copied.
            context.WriteLine("Keep this key now. Only its hash is stored, so it cannot be shown again:");
            context.WriteLine(key.Key);
        }
    }

    private static void Row(Table table, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            table.AddRow(name, Markup.Escape(value));
        }
    }

    private static string Usd(decimal amount) => amount.ToString("0.00####", CultureInfo.InvariantCulture);

    private static string Models(KeyDocument key) => key.Models.Count == 0 ? "all" : string.Join(", ", key.Models);

    private static string? Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
