using System.Globalization;

namespace Gateway.Storage;

/// <summary>
/// The form of a table's rows. Another minor number: rows have gained fields, and a program that does not know them does
/// no harm. Another major one: a program that does not know the form would misread the rows, or spoil them.
/// </summary>
internal readonly record struct TableVersion(int Major, int Minor)
{
    /// <summary>Of rows that were written before versions were.</summary>
    public static TableVersion First { get; } = new(1, 0);

    /// <summary>Null for what is no version: what nobody can read is no reason to stop.</summary>
    public static TableVersion? Parse(string? text) =>
        text?.Split('.') is [var major, var minor]
        && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out int first)
        && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out int second)
            ? new TableVersion(first, second)
            : null;

    public bool IsNewerThan(TableVersion other) => Major > other.Major || (Major == other.Major && Minor > other.Minor);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
