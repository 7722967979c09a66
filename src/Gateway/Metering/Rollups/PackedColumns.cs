using Azure.Data.Tables;
using Gateway.Metering.Usage;

namespace Gateway.Metering.Rollups;

/// <summary>
/// Packed totals as columns of the row that marks a day as closed. They come and go with it in one step: whoever closes
/// the day anew, an older program too, leaves none that are old.
/// </summary>
internal static class PackedColumns
{
    /// <summary>The column with the names of the sets that are there. One whose form changes gets another name.</summary>
    public const string Sets = "Packed";

    private const int MostOfColumn = 64 * 1024;

    /// <summary>A row takes a megabyte.</summary>
    private const int MostOfRow = 900_000;

    /// <summary>The names of those that a slice is in, and that of <see cref="Sets"/>.</summary>
    public static IEnumerable<string> Of(PackedSlice slice) => [Sets, .. slice.Chunks.Select(chunk => Column(slice.Set, chunk))];

    public static bool Has(TableEntity mark) => mark.ContainsKey(Sets);

    public static bool Has(TableEntity mark, PackedSlice slice) => mark.GetString(Sets)?.Split(',').Contains(slice.Set.Name, StringComparer.Ordinal) is true;

    /// <summary>False when sets were left out that are too large: their questions read rows.</summary>
    public static bool AddTo(TableEntity mark, DateOnly day, IReadOnlyList<Rollup> totals)
    {
        int left = MostOfRow;
        List<string> names = [];
        foreach (PackedSet set in PackedSet.All)
        {
            (string Name, byte[] Bytes)[] columns =
                [.. set.Sum(totals).GroupBy(total => set.ChunkOf(total.Key)).Select(chunk => (Column(set, chunk.Key), PackedTotals.Write(day, chunk)))];
            int size = columns.Sum(column => column.Bytes.Length);
            if (size > left || columns.Any(column => column.Bytes.Length > MostOfColumn))
            {
                continue;
            }

            left -= size;
            names.Add(set.Name);
            foreach ((string name, byte[] bytes) in columns)
            {
                mark[name] = bytes;
            }
        }

        mark[Sets] = string.Join(',', names);
        return names.Count == PackedSet.All.Count;
    }

    /// <summary>Null when the set is not there.</summary>
    public static IReadOnlyList<byte[]>? Read(TableEntity mark, PackedSlice slice) =>
        Has(mark, slice)
            ? [.. slice.Chunks.Select(chunk => mark.GetBinary(Column(slice.Set, chunk))).OfType<byte[]>()]
            : null;

    private static string Column(PackedSet set, int chunk) => $"{set.Name}{chunk}";
}
