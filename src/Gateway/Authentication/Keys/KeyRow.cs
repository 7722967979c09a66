using System.Text.Json;
using Azure.Data.Tables;
using Gateway.Authentication.Access;
using Gateway.Storage;

namespace Gateway.Authentication.Keys;

/// <summary>
/// A key as a row. Lists and limits are JSON in a column each. A row that cannot be read lets nobody in: it counts as
/// storage that does not answer, never as a key without restrictions.
/// </summary>
internal static class KeyRow
{
    public const string RowKey = "key";

    /// <summary>
    /// Stands for no expiry, as the empty text does for no name and no owner. Updates merge, so that columns of a newer
    /// version survive an older one; but a merge can set a column and not clear it.
    /// </summary>
    private static readonly DateTimeOffset s_never = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    private const string PreviousHash = nameof(VirtualKey.PreviousHash);

    public static TableEntity FromKey(VirtualKey key)
    {
        TableEntity row = new(key.Id, RowKey)
        {
            [nameof(VirtualKey.Hash)] = key.Hash.ToStored(),
            [nameof(VirtualKey.Team)] = key.Team,
            [nameof(VirtualKey.Scopes)] = RowJson.Text(key.Scopes, StorageJson.Default.IReadOnlyListString),
            [nameof(VirtualKey.Models)] = RowJson.Text(key.Models, StorageJson.Default.IReadOnlyListString),
            [nameof(VirtualKey.Providers)] = RowJson.Text(key.Providers, StorageJson.Default.IReadOnlyListString),
            [nameof(VirtualKey.Limits)] = RowJson.Text(key.Limits, LimitsJson.Default.Limits),
            [nameof(VirtualKey.Tags)] = RowJson.Text(key.Tags, StorageJson.Default.IReadOnlyDictionaryStringString),
            [nameof(VirtualKey.CreatedAt)] = key.CreatedAt,
            [nameof(VirtualKey.CreatedBy)] = key.CreatedBy,
            [nameof(VirtualKey.ExpiresAt)] = key.ExpiresAt ?? s_never,
            [nameof(VirtualKey.Name)] = key.Name ?? string.Empty,
            [nameof(VirtualKey.Owner)] = key.Owner ?? string.Empty,
        };
        Set(row, nameof(VirtualKey.HasManaged), key.HasManaged ? true : null);
        Set(row, PreviousHash, key.PreviousHash?.ToStored());
        Set(row, nameof(VirtualKey.PreviousValidUntil), key.PreviousValidUntil);
        Set(row, nameof(VirtualKey.RotatedAt), key.RotatedAt);
        Set(row, nameof(VirtualKey.RevokedAt), key.RevokedAt);
        Set(row, nameof(VirtualKey.RevokedBy), key.RevokedBy);
        return row;
    }

    public static VirtualKey ToKey(TableEntity row)
    {
        try
        {
            return new VirtualKey
            {
                Id = row.PartitionKey,
                Hash = SecretHash.FromStored(row.GetString(nameof(VirtualKey.Hash))) ?? throw new JsonException(),
                PreviousHash = SecretHash.FromStored(row.GetString(PreviousHash)),
                PreviousValidUntil = row.GetDateTimeOffset(nameof(VirtualKey.PreviousValidUntil)),
                Team = row.GetString(nameof(VirtualKey.Team)) ?? throw new JsonException(),
                Name = Text(row, nameof(VirtualKey.Name)),
                Owner = Text(row, nameof(VirtualKey.Owner)),
                Scopes = RowJson.Value(row, nameof(VirtualKey.Scopes), StorageJson.Default.IReadOnlyListString) ?? [],
                HasManaged = row.GetBoolean(nameof(VirtualKey.HasManaged)) is true,
                Models = RowJson.Value(row, nameof(VirtualKey.Models), StorageJson.Default.IReadOnlyListString) ?? [],
                Providers = RowJson.Value(row, nameof(VirtualKey.Providers), StorageJson.Default.IReadOnlyListString) ?? [],
                Limits = RowJson.Value(row, nameof(VirtualKey.Limits), LimitsJson.Default.Limits) ?? Limits.None,
                Tags = RowJson.Value(row, nameof(VirtualKey.Tags), StorageJson.Default.IReadOnlyDictionaryStringString) ?? new Dictionary<string, string>(),
                CreatedAt = row.GetDateTimeOffset(nameof(VirtualKey.CreatedAt)) ?? throw new JsonException(),
                CreatedBy = row.GetString(nameof(VirtualKey.CreatedBy)) ?? string.Empty,
                ExpiresAt = row.GetDateTimeOffset(nameof(VirtualKey.ExpiresAt)) is { } expiry && expiry < s_never ? expiry : null,
                RotatedAt = row.GetDateTimeOffset(nameof(VirtualKey.RotatedAt)),
                RevokedAt = row.GetDateTimeOffset(nameof(VirtualKey.RevokedAt)),
                RevokedBy = row.GetString(nameof(VirtualKey.RevokedBy)),
                Version = row.ETag.ToString(),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new StorageUnavailableException($"The row of key {row.PartitionKey} in table '{TableKeyStore.TableName}' cannot be read. Mend the row or delete it.");
        }
    }

    private static string? Text(TableEntity row, string column) => row.GetString(column) is { Length: > 0 } text ? text : null;

    /// <summary>The service takes no nulls: a column that has no value is left out.</summary>
    private static void Set(TableEntity row, string column, object? value)
    {
        if (value is not null)
        {
            row[column] = value;
        }
    }
}
