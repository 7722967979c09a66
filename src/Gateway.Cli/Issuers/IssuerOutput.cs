using Gateway.Authentication.Oidc;
using Gateway.Cli.Shared;
using Spectre.Console;

namespace Gateway.Cli.Issuers;

/// <summary>Rules for issuers as JSON, or as tables for people.</summary>
internal static class IssuerOutput
{
    public static int Write(CommandContext context, IssuerChange change)
    {
        switch (change)
        {
            case IssuerChange.Done(var issuer) when context.Json:
                context.WriteJson(issuer, IssuerJson.Default.TrustedIssuer);
                return 0;
            case IssuerChange.Done(var issuer):
                return WriteTable(context, [issuer]);
            case IssuerChange.NotFound(var id):
                return context.Fail($"There is no issuer '{id}'. 'issuers list' shows the ids.");
            case IssuerChange.Conflict(var reason):
                return context.Fail(reason);
            case IssuerChange.Refused(var reasons):
                return context.Fail(string.Join(" ", reasons));
            default:
                throw new ArgumentOutOfRangeException(nameof(change));
        }
    }

    public static int Write(CommandContext context, IReadOnlyList<TrustedIssuer> issuers)
    {
        if (!context.Json)
        {
            return WriteTable(context, issuers);
        }

        context.WriteJson(issuers, IssuerJson.Default.IReadOnlyListTrustedIssuer);
        return 0;
    }

    private static string Teams(TrustedIssuer issuer) => issuer.People is { TeamClaim: { } claim } people
        ? string.Join(", ", [.. people.Teams.Select(entry => $"{claim} {entry.Pattern}: {entry.Team}"), $"others: {issuer.Team}"])
        : issuer.Team;

    private static string Limits(TrustedIssuer issuer) => issuer.People is { LimitsClaim: { } claim } people
        ? string.Join("; ", [.. people.Limits.Select(entry => $"{claim} {entry.Pattern}: {LimitsText.Of(entry.Limits)}"), $"others: {LimitsText.Of(issuer.Limits)}"])
        : LimitsText.Of(issuer.Limits);

    private static int WriteTable(CommandContext context, IReadOnlyList<TrustedIssuer> issuers)
    {
        Table table = new Table().RoundedBorder().AddColumns("id", "issuer", "audiences", "claims", "team", "models", "limits");
        foreach (TrustedIssuer issuer in issuers)
        {
            string claims = issuer.Claims.Count == 0 ? "any subject" : string.Join(", ", issuer.Claims.Select(claim => $"{claim.Key}={string.Join('|', claim.Value)}"));
            table.AddRow(
                issuer.Id,
                Markup.Escape(issuer.Issuer),
                Markup.Escape(string.Join(", ", issuer.Audiences)),
                Markup.Escape(claims),
                Markup.Escape(Teams(issuer)),
                Markup.Escape(issuer.Models.Count == 0 ? "all" : string.Join(", ", issuer.Models)),
                Markup.Escape(Limits(issuer)) + (issuer.PerSubject ? " (each subject)" : ""));
        }

        context.WriteTable(table);
        return 0;
    }
}
