using System.Globalization;
using System.Reflection;
using System.Text;

namespace Gateway.Tests.Faults;

/// <summary>The matrix in <c>docs/reliability.md</c>, one table a group of faults. What differs by API or upstream goes into footnotes.</summary>
internal static class MatrixTable
{
    /// <summary>With this set the tests write what they see, and compare nothing.</summary>
    private const string Write = "GATEWAY_WRITE_FAULTS";

    private static readonly Lock s_lock = new();

    private static string Page { get; } = Path.GetFullPath(Path.Combine(
        typeof(MatrixTable).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "GoldenFolder").Value!, "../../../docs/reliability.md"));

    /// <param name="group">Which table.</param>
    /// <param name="rows">Faults, and what the client of each cell sees.</param>
    public static void Check(string group, IEnumerable<(string Fault, IReadOnlyDictionary<FaultCell, string> Words)> rows)
    {
        string table = Of(rows);
        lock (s_lock)
        {
            string page = File.ReadAllText(Page);
            string begin = $"<!-- faults: {group} -->\n";
            int from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
            int to = page.IndexOf("<!-- end -->", from, StringComparison.Ordinal);
            Assert.True(from >= begin.Length && to > 0, $"docs/reliability.md has no place for the table '{group}'.");
            if (Environment.GetEnvironmentVariable(Write) is { Length: > 0 })
            {
                File.WriteAllText(Page, page[..from] + table + page[to..]);
                return;
            }

            Assert.True(table == page[from..to], $"The table '{group}' of docs/reliability.md is not what is seen. Run with {Write}=1, and look at what changed:\n{table}");
        }
    }

    private static string Of(IEnumerable<(string Fault, IReadOnlyDictionary<FaultCell, string> Words)> rows)
    {
        List<string> notes = [];
        StringBuilder table = new("| fault | one target: stream | whole | two targets: stream | whole |\n|---|---|---|---|---|\n");
        foreach ((string fault, IReadOnlyDictionary<FaultCell, string> words) in rows)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {fault} | {Cell(false, true)} | {Cell(false, false)} | {Cell(true, true)} | {Cell(true, false)} |\n");

            string Cell(bool two, bool streamed)
            {
                KeyValuePair<FaultCell, string>[] ways = [.. words.Where(pair => pair.Key.Two == two && pair.Key.Streamed == streamed)];
                IGrouping<string, KeyValuePair<FaultCell, string>>[] seen = [.. ways.GroupBy(pair => pair.Value == fault ? "as sent" : pair.Value).OrderByDescending(same => same.Count())];
                if (seen.Length == 1)
                {
                    return ways[0].Value;
                }

                string note = string.Join("; ", seen.Skip(1).Select(same => $"{string.Join(", ", same.Select(pair => pair.Key.Way))}: {same.Key}"));
                int number = notes.IndexOf(note);
                if (number < 0)
                {
                    number = notes.Count;
                    notes.Add(note);
                }

                return $"{seen[0].Key} ({number + 1})";
            }
        }

        for (int i = 0; i < notes.Count; i++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "\n" : "")}{i + 1}. {notes[i]}\n");
        }

        return table.ToString();
    }
}
