using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Settings;

namespace Gateway.Authentication;

/// <summary>The teams that keys, rules and limits name. A team is nowhere made, so a slip in its name makes another one.</summary>
public sealed class KnownTeams(KeyAdministration keys, TeamAdministration teams, IssuerAdministration issuers)
{
    /// <summary>Shorter names are a slip away from each other anyway.</summary>
    private const int Shortest = 4;

    /// <summary>In shorter ones another letter makes another word.</summary>
    private const int Long = 6;

    /// <summary>Of this many characters the last part may be, where it counts or places: <c>search-2</c>, <c>search-eu</c>.</summary>
    private const int LongestEnding = 2;

    private static readonly char[] s_separators = ['-', '_', '.', ' '];

    /// <summary>The team that was probably meant by a name that is new; null when it is known, or like none.</summary>
    public async Task<string?> LikeAsync(string team, CancellationToken cancellationToken)
    {
        HashSet<string> known = new(StringComparer.Ordinal);
        known.UnionWith((await keys.ListAsync(cancellationToken)).Select(key => key.Team));
        known.UnionWith((await teams.ListAsync(cancellationToken)).Select(limited => limited.Name));
        foreach (TrustedIssuer issuer in await issuers.ListAsync(cancellationToken))
        {
            known.Add(issuer.Team);
            known.UnionWith((issuer.People?.Teams ?? []).Select(entry => entry.Team).Where(name => !name.Contains(PeopleRule.ClaimValue, StringComparison.Ordinal)));
        }

        return Like(team, known);
    }

    internal static string? Like(string team, IReadOnlyCollection<string> known) => known.Any(name => name == team || AreNeighbours(team, name))
        ? null
        : known.FirstOrDefault(name => name.Equals(team, StringComparison.OrdinalIgnoreCase))
            ?? (team.Length < Shortest ? null : NearMiss.Of(team, known.Where(name => name.Length >= Shortest && (name.Length >= Long || HasSameLetters(team, name))).Order(StringComparer.Ordinal)));

    /// <summary>Names that differ on purpose: by numbers, or by a short last part.</summary>
    private static bool AreNeighbours(string left, string right) =>
        Letters(left).Equals(Letters(right), StringComparison.Ordinal)
        || (Stem(left) is { } stem && Stem(right) is { } other && stem.Equals(other, StringComparison.Ordinal));

    /// <summary>Two are swapped, or one is there or not.</summary>
    private static bool HasSameLetters(string left, string right)
    {
        List<char> rest = [.. left.ToUpperInvariant()];
        int more = right.ToUpperInvariant().Count(c => !rest.Remove(c));
        return rest.Count + more <= 1;
    }

    private static string Letters(string name) => string.Concat(name.Where(c => !char.IsDigit(c))).TrimEnd(s_separators);

    /// <summary>What stands before a short last part; null without one.</summary>
    private static string? Stem(string name) => name.LastIndexOfAny(s_separators) is var at && at > 0 && name.Length - at - 1 <= LongestEnding ? name[..at] : null;
}
