using Gateway.Authentication.Oidc;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Issuers;

/// <summary>Rules for issuers as JSON or CSV, or as tables for people.</summary>
internal static class IssuerOutput
{
    private static readonly Listing<TrustedIssuer> s_listing = new(
        [
            new("id", issuer => issuer.Id, ColumnKind.Whole),
            new("name", issuer => issuer.Name, Rank: 4),
            new("issuer", issuer => issuer.Issuer, Rank: 1, Least: 24),
            new("team", Teams, Rank: 2),
            new("audiences", issuer => Texts.List(issuer.Audiences), Rank: 6),
            new("claims", Claims, ColumnKind.Prose, Rank: 3),
            new("models", issuer => Texts.List(issuer.Models, "all"), Rank: 7),
            new("providers", issuer => Texts.List(issuer.Providers), Rank: 8),
            new("scopes", issuer => Texts.List(issuer.Scopes), Rank: 8),
            new("limits", LimitsOf, ColumnKind.Prose, Rank: 5),
        ],
        [
            new("id", issuer => issuer.Id),
            new("name", issuer => issuer.Name),
            new("issuer", issuer => issuer.Issuer),
            new("audiences", issuer => issuer.Audiences),
            new("claims", issuer => issuer.Claims.SelectMany(claim => claim.Value.Select(pattern => $"{claim.Key}={pattern}"))),
            new("any_subject", issuer => issuer.AnySubject),
            new("per_subject", issuer => issuer.PerSubject),
            new("team", issuer => issuer.Team),
            new("models", issuer => issuer.Models),
            new("providers", issuer => issuer.Providers),
            new("scopes", issuer => issuer.Scopes),
            new("tags", issuer => issuer.Tags.Select(tag => $"{tag.Key}={tag.Value}")),
            .. LimitFields.Of<TrustedIssuer>(issuer => issuer.Limits),
            new("created_at", issuer => issuer.CreatedAt),
            new("created_by", issuer => issuer.CreatedBy),
        ]);

    public static int Write(CommandContext context, IssuerChange change)
    {
        switch (change)
        {
            case IssuerChange.Done(var issuer) when context.Json:
                context.WriteJson(issuer, IssuerJson.Default.TrustedIssuer);
                return 0;
            case IssuerChange.Done(var issuer):
                return WriteOne(context, issuer);
            case IssuerChange.NotFound(var id):
                return context.Fail($"There is no issuer '{Echo.Of(id)}': 'gw issuers list' shows the ids.");
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
        if (context.Json)
        {
            context.WriteJson(issuers, IssuerJson.Default.IReadOnlyListTrustedIssuer);
        }
        else
        {
            context.WriteList(issuers, s_listing, "No issuer is trusted yet, so only keys are let in: 'gw issuers add --help' shows how to add one.");
        }

        return 0;
    }

    private static string Teams(TrustedIssuer issuer) => issuer.People is { TeamClaim: { } claim } people
        ? string.Join(", ", [.. people.Teams.Select(entry => $"{claim} {entry.Pattern}: {entry.Team}"), $"others: {issuer.Team}"])
        : issuer.Team;

    private static string Limits(TrustedIssuer issuer) => issuer.People is { LimitsClaim: { } claim } people
        ? string.Join("; ", [.. people.Limits.Select(entry => $"{claim} {entry.Pattern}: {LimitsText.Of(entry.Limits)}"), $"others: {LimitsText.Of(issuer.Limits)}"])
        : LimitsText.Of(issuer.Limits);

    private static string Claims(TrustedIssuer issuer) =>
        issuer.Claims.Count == 0 ? "any subject" : string.Join(", ", issuer.Claims.Select(claim => $"{claim.Key}={string.Join('|', claim.Value)}"));

    private static string LimitsOf(TrustedIssuer issuer) => Limits(issuer) is { Length: > 0 } limits ? limits + (issuer.PerSubject ? " (each subject)" : "") : "";

    private static int WriteOne(CommandContext context, TrustedIssuer issuer)
    {
        context.WriteRecord(
            ("id", issuer.Id), ("name", issuer.Name), ("issuer", issuer.Issuer), ("audiences", Texts.List(issuer.Audiences)), ("claims", Claims(issuer)), ("team", Teams(issuer)),
            ("models", Texts.List(issuer.Models, "all")), ("providers", Texts.List(issuer.Providers, "all")), ("scopes", Texts.List(issuer.Scopes)), ("limits", LimitsOf(issuer)),
            ("counted", issuer.PerSubject ? "for each subject by itself" : null), ("people", issuer.People is { LabelClaims.Count: > 0 } people ? $"named by {Texts.List(people.LabelClaims)}" : null),
            ("tags", Texts.Pairs(issuer.Tags)), ("created", $"{Texts.Second(issuer.CreatedAt)} by {issuer.CreatedBy}"));
        return 0;
    }
}
