namespace Gateway.Settings;

/// <summary>What somebody who mistyped a name probably meant.</summary>
public static class NearMiss
{
    private const int MostSlips = 2;

    /// <summary>Names of a family have as much in common.</summary>
    private const int SameBeginning = 3;

    /// <summary>The known name that differs by the fewest slips; null when none is near enough to be meant.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="known">How it could have been meant.</param>
    public static string? Of(string text, IEnumerable<string> known) => known
        .Select(name => (Name: name, Slips: Slips(text.ToUpperInvariant(), name.ToUpperInvariant())))
        .Where(candidate => candidate.Slips <= MostOf(candidate.Name))
        .OrderBy(candidate => candidate.Slips)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    /// <summary>Those that may be meant, the nearest first: by few slips, or by the same beginning.</summary>
    public static IEnumerable<string> Nearest(string text, IEnumerable<string> known) => known
        .Select(name => (Name: name, Slips: Slips(text.ToUpperInvariant(), name.ToUpperInvariant()), Same: name.ToUpperInvariant().AsSpan().CommonPrefixLength(text.ToUpperInvariant())))
        .Where(candidate => candidate.Slips <= MostOf(candidate.Name) || candidate.Same >= SameBeginning)
        .OrderBy(candidate => candidate.Slips <= MostOf(candidate.Name) ? candidate.Slips : MostSlips + 1)
        .ThenByDescending(candidate => candidate.Same)
        .Select(candidate => candidate.Name);

    /// <summary>" Did you mean X?", or nothing.</summary>
    public static string Hint(string text, IEnumerable<string> known) => Of(text, known) is { } meant ? $" Did you mean {meant}?" : "";

    /// <summary>In short names two slips make any other name.</summary>
    private static int MostOf(string name) => Math.Min(MostSlips, name.Length / 2);

    /// <summary>Letters that were left out, put in, mistaken, or swapped with their neighbour (Damerau and Levenshtein).</summary>
    private static int Slips(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > MostSlips)
        {
            return int.MaxValue;
        }

        int[,] slips = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
            {
                slips[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(slips[i - 1, j], slips[i, j - 1]) + 1, slips[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    slips[i, j] = Math.Min(slips[i, j], slips[i - 2, j - 2] + 1);
                }
            }
        }

        return slips[left.Length, right.Length];
    }
}
