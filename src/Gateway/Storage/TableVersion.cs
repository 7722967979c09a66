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

    /// <summary>Of <c>2</c>, <c>2.0.1</c> or a number that is too large, what tells a newer form from an older one. Null for what is no version: what nobody can read is no reason to stop.</summary>
    public static TableVersion? Parse(string? text) =>
        text?.Split('.') is [var major, .. var rest] && Number(major) is { } first ? new TableVersion(first, rest is [var minor, ..] ? Number(minor) ?? 0 : 0) : null;

    public bool IsNewerThan(TableVersion other) => Major > other.Major || (Major == other.Major && Minor > other.Minor);

    private static int? Number(string digits) =>
        digits.Length == 0 || !digits.All(char.IsAsciiDigit) ? null
        : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : int.MaxValue;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
