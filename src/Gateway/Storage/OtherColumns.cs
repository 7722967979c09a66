using System.Collections.Frozen;
using Azure.Data.Tables;

namespace Gateway.Storage;

/// <summary>
/// Columns that a newer program gave a row and this one does not know. Where a row is read, changed and written back
/// whole, they go along: an older instance must not take away what a newer one keeps.
/// </summary>
internal static class OtherColumns
{
    public static readonly IReadOnlyDictionary<string, object> None = FrozenDictionary<string, object>.Empty;

    /// <param name="row">As it was read.</param>
    /// <param name="known">The columns that the reader understands.</param>
    public static IReadOnlyDictionary<string, object> Of(TableEntity row, IReadOnlySet<string> known)
    {
        KeyValuePair<string, object>[] others = [.. row.Where(column => !IsServices(column.Key) && !known.Contains(column.Key))];
        return others.Length == 0 ? None : others.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public static void AddTo(TableEntity row, IReadOnlyDictionary<string, object> others)
    {
        foreach ((string column, object value) in others)
        {
            row.TryAdd(column, value);
        }
    }

    private static bool IsServices(string column) =>
        column is nameof(TableEntity.PartitionKey) or nameof(TableEntity.RowKey) or nameof(TableEntity.Timestamp) || column.StartsWith("odata.", StringComparison.Ordinal);
}
