using Gateway.Authentication.Keys;
using Gateway.Cli.Shared;
using Gateway.Metering.Reports;

namespace Gateway.Cli.Usage;

/// <summary>What rows of a report are of, in columns.</summary>
/// <param name="keys">Those whose names are known.</param>
internal sealed class UsageNames(IReadOnlyList<VirtualKey> keys)
{
    private const string NoKey = "(none accepted)";

    private readonly Dictionary<string, VirtualKey> _keys = keys.ToDictionary(key => key.Id, StringComparer.Ordinal);

    public IEnumerable<Column<UsageReportRow>> Columns(UsageDimension one) => one.Kind switch
    {
        UsageGroup.Key =>
        [
            Key(),
            new("name", row => Of(row)?.Name, Rank: 1),
            new("owner", row => Of(row)?.Owner ?? row.Person, Rank: 3),
            new("team", row => row.Team, Rank: 3),
        ],
        UsageGroup.Person => [Name("person", row => row.Person ?? "(not named)"), Key(rank: 2), new("name", row => Of(row)?.Name, Rank: 3)],
        UsageGroup.Team => [Name("team", row => row.Team ?? "(no key accepted)")],
        UsageGroup.Owner => [Name("owner", row => row.Owner ?? "(nobody)")],
        UsageGroup.Model => [Name("model", row => row.Model ?? "(refused before a model was chosen)")],
        UsageGroup.Provider => [Name("provider", row => row.Provider ?? "(none)")],
        UsageGroup.RequestedModel => [Name("model asked for", row => row.RequestedModel ?? "(none known here)")],
        UsageGroup.Client => [Name("client", row => row.Client ?? "(not known)")],
        UsageGroup.Session => [Name("session", row => row.Session ?? "(without)")],
        UsageGroup.Tag => [Name($"tag {one.Tag}", row => TagOf(row, one) ?? "(without)")],
        _ => [new("day (UTC)", row => row.Day is { } day ? Days.Text(day) : null, ColumnKind.Whole)],
    };

    public IEnumerable<Field<UsageReportRow>> Fields(UsageDimension one) => one.Kind switch
    {
        UsageGroup.Key =>
        [
            new("key_id", row => row.KeyId),
            new("key_name", row => Of(row)?.Name),
            new("owner", row => Of(row)?.Owner),
            new("team", row => row.Team),
            new("person", row => row.Person),
        ],
        UsageGroup.Person => [new("person", row => row.Person), new("key_id", row => row.KeyId), new("key_name", row => Of(row)?.Name)],
        UsageGroup.Team => [new("team", row => row.Team)],
        UsageGroup.Owner => [new("owner", row => row.Owner ?? Of(row)?.Owner)],
        UsageGroup.Model => [new("model", row => row.Model)],
        UsageGroup.Provider => [new("provider", row => row.Provider)],
        UsageGroup.RequestedModel => [new("requested_model", row => row.RequestedModel)],
        UsageGroup.Client => [new("client", row => row.Client)],
        UsageGroup.Session => [new("session", row => row.Session)],
        UsageGroup.Tag => [new($"tag:{one.Tag}", row => TagOf(row, one))],
        _ => [new("day", row => row.Day)],
    };

    private static Column<UsageReportRow> Key(int rank = 0) => new("key", row => row.KeyId ?? NoKey, ColumnKind.Whole, rank);

    private static Column<UsageReportRow> Name(string name, Func<UsageReportRow, string?> text) => new(name, text, Least: 24);

    private static string? TagOf(UsageReportRow row, UsageDimension one) => row.Tag ?? row.Tags?.GetValueOrDefault(one.Tag!);

    private VirtualKey? Of(UsageReportRow row) => row.KeyId is { } id ? _keys.GetValueOrDefault(id) : null;
}
