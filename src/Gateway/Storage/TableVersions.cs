namespace Gateway.Storage;

/// <summary>
/// The forms of rows that this program reads and writes, one number a table. Whoever gives rows a new field that other
/// programs should know of raises the minor number; whoever gives a column another meaning raises the major one, and
/// says in CHANGELOG.md how to get from one to the other. <c>docs/operations.md</c> tells operators of it.
/// </summary>
internal static class TableVersions
{
    public static IReadOnlyDictionary<string, TableVersion> Known { get; } = new SortedDictionary<string, TableVersion>(StringComparer.Ordinal)
    {
        ["alerts"] = new(1, 0),
        ["audit"] = new(1, 0),
        ["cache"] = new(1, 0),
        ["issuers"] = new(1, 0),
        ["keys"] = new(1, 0),
        ["pauses"] = new(1, 0),
        ["rollups"] = new(1, 1),
        ["spend"] = new(1, 0),
        ["teams"] = new(1, 0),
        ["usage"] = new(1, 0),
    };

    /// <summary>What the stored versions mean to a program that knows <paramref name="known"/>.</summary>
    public static VersionFinding Judge(IReadOnlyDictionary<string, TableVersion> stored, IReadOnlyDictionary<string, TableVersion> known)
    {
        (string Table, TableVersion Stored, TableVersion Known)[] newer =
            [.. known.Where(table => stored.TryGetValue(table.Key, out TableVersion version) && version.IsNewerThan(table.Value)).Select(table => (table.Key, stored[table.Key], table.Value))];
        (string Table, TableVersion Stored, TableVersion Known)[] harmful = [.. newer.Where(table => table.Stored.Major > table.Known.Major)];
        return harmful.Length > 0
            ? new VersionFinding($"A newer gateway has written the tables in a form that this one would misread: {List(harmful)}. Install the newer version again, or restore the backup that was made before the upgrade.", null)
            : newer.Length > 0
            ? new VersionFinding(null, $"The tables were written by a newer gateway: {List(newer)}. What this one does not know of a row it keeps and does not act on. Install the newer version again when you can.")
            : new VersionFinding(null, null);
    }

    private static string List((string Table, TableVersion Stored, TableVersion Known)[] tables) =>
        string.Join(", ", tables.Select(table => $"{table.Table} {table.Stored} (this one knows {table.Known})"));
}

/// <summary>What to make of the tables that are there.</summary>
/// <param name="Refusal">Why they must not be touched; null when they may.</param>
/// <param name="Warning">What an operator should know; null for nothing.</param>
internal sealed record VersionFinding(string? Refusal, string? Warning);
