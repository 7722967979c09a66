using System.IO.Compression;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Gateway.Storage;

namespace Gateway.Caching;

/// <summary>
/// A kept answer as a row: packed, cut into columns of the size that a Table takes, and with a hash, so that a row that was
/// damaged is no answer.
/// </summary>
internal static class CacheRow
{
    /// <summary>The most that one column holds.</summary>
    private const int PartBytes = 64 * 1024;

    /// <summary>A row ends at 1 MiB with all of its columns; Azurite counts them as they are sent, a third longer.</summary>
    private const int MaxParts = 11;

    private const string Part = "Part";
    private const string Length = "Length";
    private const string Hash = "Sha256";

    /// <summary>Few enough to be walked through, enough to spread load.</summary>
    public static string Partition(string key) => key[..2];

    /// <summary>Null when it is too large for a row.</summary>
    public static TableEntity? From(string key, CachedAnswer answer)
    {
        byte[] packed = new byte[BrotliEncoder.GetMaxCompressedLength(answer.Bytes.Length)];
        if (!BrotliEncoder.TryCompress(answer.Bytes.Span, packed, out int length, quality: 4, window: 22) || length > MaxParts * PartBytes)
        {
            return null;
        }

        TableEntity row = new(Partition(key), key)
        {
            [nameof(CachedAnswer.StoredAt)] = answer.StoredAt,
            [ExpiredRows.Column] = answer.ExpiresAt,
            [nameof(CachedAnswer.Upstream)] = answer.Upstream,
            [Length] = answer.Bytes.Length,
            [Hash] = SHA256.HashData(answer.Bytes.Span),
        };
        if (answer.Translation is { } translation)
        {
            row[nameof(CachedAnswer.Translation)] = translation;
        }

        for (int at = 0; at < length; at += PartBytes)
        {
            row[PartAt(at)] = packed[at..Math.Min(at + PartBytes, length)];
        }

        return row;
    }

    /// <summary>Null when the row is not what was written.</summary>
    public static CachedAnswer? ToAnswer(TableEntity row)
    {
        try
        {
            using MemoryStream packed = new();
            for (int at = 0; row.TryGetValue(PartAt(at), out object? part); at += PartBytes)
            {
                packed.Write((byte[])part);
            }

            byte[] bytes = new byte[Math.Clamp(row.GetInt32(Length) ?? 0, 0, AnswerRecording.MaxBytes)];
            bool whole = BrotliDecoder.TryDecompress(packed.GetBuffer().AsSpan(0, (int)packed.Length), bytes, out int length)
                && length == bytes.Length && length > 0
                && SHA256.HashData(bytes).AsSpan().SequenceEqual(row.GetBinary(Hash));
            return whole && row.GetDateTimeOffset(nameof(CachedAnswer.StoredAt)) is { } stored && row.GetDateTimeOffset(ExpiredRows.Column) is { } expires
                ? new CachedAnswer(bytes, row.GetString(nameof(CachedAnswer.Upstream)) ?? "", row.GetString(nameof(CachedAnswer.Translation)), stored, expires)
                : null;
        }
        catch (Exception exception) when (exception is InvalidCastException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string PartAt(int offset) => $"{Part}{offset / PartBytes}";
}
