using System.Globalization;
using Gateway.Metering.Usage;

namespace Gateway.Metering.Reports;

/// <summary>The rows of a report while they are added up.</summary>
/// <param name="by">What they are added up by.</param>
/// <param name="owners">Of each key, where it is asked for.</param>
internal sealed class UsageGroups(UsageGrouping by, IReadOnlyDictionary<string, string?> owners)
{
    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);

    public RollupTotals Sum => SumOf(_groups.Values);

    /// <param name="key">Whose totals they are.</param>
    /// <param name="facet">What the requests have of a kind and name; null for nothing.</param>
    /// <param name="totals">To add.</param>
    public void Add(RollupKey key, Func<FacetKind, string?, string?> facet, RollupTotals totals)
    {
        string?[] parts = [.. by.Dimensions.Select(one => Part(one, key, facet))];

        // None is not the same as an empty one.
        string name = string.Join('\0', parts.Select(part => part is null ? "" : $"={part}"));
        _groups[name] = _groups.TryGetValue(name, out Group? group) ? group with { Totals = group.Totals.Plus(totals) } : new Group(parts, key, totals);
    }

    /// <summary>Adds what the others have more than these, of groups that lack what the others do not know either.</summary>
    public void AddRestOf(UsageGroups all, UsageGroups counted)
    {
        foreach ((string name, Group group) in all._groups)
        {
            if (group.Totals.Minus(counted._groups.GetValueOrDefault(name)?.Totals ?? RollupTotals.None) is { Requests: > 0 } rest)
            {
                _groups[name] = group with { Totals = rest };
            }
        }
    }

    /// <summary>Days in their order; everything else by cost, the dearest first, and so on within each.</summary>
    public IEnumerable<UsageReportRow> Rows(PeopleNames people) => InOrder([.. _groups.Values], 0).Select(group => RowOf(group, people));

    private IEnumerable<Group> InOrder(IReadOnlyList<Group> groups, int at) => at == by.Dimensions.Count
        ? groups
        : groups
            .GroupBy(group => group.Parts[at], StringComparer.Ordinal)
            .Select(part => (Text: part.Key, Groups: part.ToList(), Sum: SumOf(part)))
            .OrderBy(part => by.Dimensions[at].Kind == UsageGroup.Day ? part.Text : null, StringComparer.Ordinal)
            .ThenByDescending(part => part.Sum.CostUsd)
            .ThenByDescending(part => part.Sum.Requests)
            .ThenBy(part => part.Text, StringComparer.Ordinal)
            .SelectMany(part => InOrder(part.Groups, at + 1));

    private UsageReportRow RowOf(Group group, PeopleNames people)
    {
        UsageReportRow row = UsageReportRow.Of(group.Totals);
        foreach ((UsageDimension one, string? part) in by.Dimensions.Zip(group.Parts))
        {
            row = one.Kind switch
            {
                UsageGroup.Day => row with { Day = group.Key.Day },
                UsageGroup.Key => row with { KeyId = group.Key.KeyId, Team = group.Key.Team, Person = people.Of(group.Key.KeyId) },
                UsageGroup.Person => row with { KeyId = group.Key.KeyId, Person = people.Of(group.Key.KeyId) },
                UsageGroup.Team => row with { Team = part },
                UsageGroup.Model => row with { Model = part },
                UsageGroup.Provider => row with { Provider = part },
                UsageGroup.RequestedModel => row with { RequestedModel = part },
                UsageGroup.Client => row with { Client = part },
                UsageGroup.Session => row with { Session = part },
                UsageGroup.Owner => row with { Owner = part },
                UsageGroup.Tag when by.OnlyTag is not null => row with { Tag = part },
                UsageGroup.Tag when part is not null => row with { Tags = new Dictionary<string, string>(row.Tags ?? new Dictionary<string, string>()) { [one.Tag!] = part } },
                _ => row,
            };
        }

        return row;
    }

    /// <summary>Persons by who they are, not by name: one may be renamed, and two may have one name.</summary>
    private string? Part(UsageDimension one, RollupKey key, Func<FacetKind, string?, string?> facet) => one.Kind switch
    {
        UsageGroup.Day => key.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        UsageGroup.Key => key.KeyId is null && key.Team is null ? null : $"{key.KeyId}\n{key.Team}",
        UsageGroup.Person => key.KeyId,
        UsageGroup.Team => key.Team,
        UsageGroup.Model => key.Provider is null ? null : $"{key.Provider}/{key.Model}",
        UsageGroup.Provider => key.Provider,
        UsageGroup.Owner => key.KeyId is { } id ? owners.GetValueOrDefault(id) : null,
        _ => one.Facet is { } kind ? facet(kind, one.Tag) : throw new ArgumentOutOfRangeException(nameof(one)),
    };

    private static RollupTotals SumOf(IEnumerable<Group> groups) => groups.Aggregate(RollupTotals.None, (sum, group) => sum.Plus(group.Totals));

    /// <param name="Parts">What it is of each thing that is added up by.</param>
    /// <param name="Key">Any of its totals.</param>
    /// <param name="Totals">The sum.</param>
    private sealed record Group(IReadOnlyList<string?> Parts, RollupKey Key, RollupTotals Totals);
}
