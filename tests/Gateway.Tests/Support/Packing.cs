using System.IO.Compression;

namespace Gateway.Tests.Support;

/// <summary>Packs bodies as servers do.</summary>
internal static class Packing
{
    /// <summary>The codings of a <c>content-encoding</c>, in the order in which they are put on; unknown ones do nothing.</summary>
    public static byte[] Pack(byte[] body, string codings) =>
        codings.Split(',', StringSplitOptions.TrimEntries).Aggregate(body, PackOnce);

    public static Stream Into(Stream target, string coding) => coding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
        "deflate" => new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true),
        "raw-deflate" => new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true),
        "br" => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
        _ => throw new ArgumentOutOfRangeException(nameof(coding), coding, null),
    };

    private static byte[] PackOnce(byte[] body, string coding)
    {
        if (coding is "" or "identity" or "utf-8")
        {
            return body;
        }

        using MemoryStream packed = new();
        using (Stream packer = Into(packed, coding))
        {
            packer.Write(body);
        }

        return packed.ToArray();
    }
}
