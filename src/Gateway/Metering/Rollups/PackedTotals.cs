using System.IO.Compression;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Gateway.Translation.Hub;

namespace Gateway.Metering.Rollups;

/// <summary>Many totals of one day as a few bytes: some 40 each, where a row takes 1,000.</summary>
internal static class PackedTotals
{
    public static byte[] Write(DateOnly day, IEnumerable<Rollup> totals)
    {
        Rollup[] all = [.. totals];
        Dictionary<string, int> texts = new(StringComparer.Ordinal);
        foreach ((RollupKey key, _) in all)
        {
            foreach (string text in Texts(key).OfType<string>())
            {
                texts.TryAdd(text, texts.Count + 1);
            }
        }

        using MemoryStream bytes = new();
        using (BrotliStream packed = new(bytes, CompressionLevel.Optimal, leaveOpen: true))
        using (BinaryWriter writer = new(packed))
        {
            writer.Write7BitEncodedInt(texts.Count);
            foreach (string text in texts.Keys)
            {
                writer.Write(text);
            }

            writer.Write7BitEncodedInt(all.Length);
            foreach ((RollupKey key, RollupTotals sum) in all)
            {
                foreach (string? text in Texts(key))
                {
                    writer.Write7BitEncodedInt(text is null ? 0 : texts[text]);
                }

                Write(writer, day, sum);
            }
        }

        return bytes.ToArray();
    }

    /// <exception cref="StorageUnavailableException">They are no such bytes.</exception>
    public static IReadOnlyList<Rollup> Read(DateOnly day, FacetKind? kind, byte[] bytes)
    {
        try
        {
            using BrotliStream packed = new(new MemoryStream(bytes), CompressionMode.Decompress);
            using MemoryStream whole = new();
            packed.CopyTo(whole);
            whole.Position = 0;
            using BinaryReader reader = new(whole);
            string?[] texts = [null, .. Enumerable.Range(0, reader.Read7BitEncodedInt()).Select(_ => reader.ReadString())];
            Rollup[] totals = new Rollup[reader.Read7BitEncodedInt()];
            for (int i = 0; i < totals.Length; i++)
            {
                RollupKey key = new(day, Text(), Text(), Text(), Text()) { Person = Text() };
                (string? name, string? value) = (Text(), Text());
                totals[i] = new Rollup(kind is { } facet ? key with { Facet = new RollupFacet(facet, name, value!) } : key, Read(reader, day));
            }

            return totals;

            string? Text() => texts[reader.Read7BitEncodedInt()];
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or FormatException or ArgumentException or IndexOutOfRangeException or OverflowException or InvalidOperationException)
        {
            throw new StorageUnavailableException($"The packed totals of {UsageRow.Partition(day)} in table '{TableRollupStore.TableName}' cannot be read. 'usage rebuild --day {UsageRow.Partition(day)}' makes the day anew.");
        }
    }

    private static IEnumerable<string?> Texts(RollupKey key) => [key.KeyId, key.Team, key.Provider, key.Model, key.Person, key.Facet?.Name, key.Facet?.Value];

    private static void Write(BinaryWriter writer, DateOnly day, RollupTotals totals)
    {
        writer.Write7BitEncodedInt64(totals.Requests);
        writer.Write7BitEncodedInt64(totals.Refused);
        writer.Write7BitEncodedInt64(totals.Failed);
        writer.Write7BitEncodedInt64(totals.Tokens.Input);
        writer.Write7BitEncodedInt64(totals.Tokens.CacheRead);
        writer.Write7BitEncodedInt64(totals.Tokens.CacheWrite5m);
        writer.Write7BitEncodedInt64(totals.Tokens.CacheWrite1h);
        writer.Write7BitEncodedInt64(totals.Tokens.Output);
        writer.Write7BitEncodedInt64(totals.Tokens.Reasoning);
        writer.Write(totals.Tokens.Estimated);
        writer.Write(totals.CostUsd);
        writer.Write7BitEncodedInt64(totals.Unpriced);
        writer.Write7BitEncodedInt64(totals.Cached);
        writer.Write(totals.LastRequestAt is not null);
        writer.Write7BitEncodedInt64(totals.LastRequestAt is { } at ? at.UtcTicks - Start(day).Ticks : 0);
        totals.Latency.WriteTo(writer);
        totals.FirstToken.WriteTo(writer);
    }

    private static RollupTotals Read(BinaryReader reader, DateOnly day) => new()
    {
        // In this order, which is that of the writer.
        Requests = reader.Read7BitEncodedInt64(),
        Refused = reader.Read7BitEncodedInt64(),
        Failed = reader.Read7BitEncodedInt64(),
        Tokens = new TokenUsage
        {
            Input = reader.Read7BitEncodedInt64(),
            CacheRead = reader.Read7BitEncodedInt64(),
            CacheWrite5m = reader.Read7BitEncodedInt64(),
            CacheWrite1h = reader.Read7BitEncodedInt64(),
            Output = reader.Read7BitEncodedInt64(),
            Reasoning = reader.Read7BitEncodedInt64(),
            Estimated = reader.ReadBoolean(),
        },
        CostUsd = reader.ReadDecimal(),
        Unpriced = reader.Read7BitEncodedInt64(),
        Cached = reader.Read7BitEncodedInt64(),
        LastRequestAt = (reader.ReadBoolean(), reader.Read7BitEncodedInt64()) is (true, var ticks) ? new DateTimeOffset(Start(day).AddTicks(ticks), TimeSpan.Zero) : null,
        Latency = DurationBuckets.ReadFrom(reader),
        FirstToken = DurationBuckets.ReadFrom(reader),
    };

    private static DateTime Start(DateOnly day) => day.ToDateTime(TimeOnly.MinValue);
}
