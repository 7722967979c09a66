using System.IO.Compression;
using System.Net.Http.Headers;

namespace Gateway.Upstreams;

/// <summary>
/// The content codings of one answer. The gateway asks for none, and undoes what comes all the same, as it comes. What
/// the first bytes say counts for more than the header: proxies unpack and leave it, or pack and say nothing.
/// </summary>
internal sealed class ContentCodings
{
    /// <summary>Nobody packs more often; each holds memory of its own.</summary>
    private const int Most = 3;

    private static ReadOnlySpan<byte> Zstandard => [0x28, 0xB5, 0x2F, 0xFD];

    /// <summary>In the order in which they are undone.</summary>
    private readonly Queue<string> _said;
    private int _undone;

    /// <summary>Otherwise the framework takes a packed body that was cut off for one that is over.</summary>
    static ContentCodings() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    public ContentCodings(HttpContentHeaders headers)
    {
        string said = headers.NonValidated.TryGetValues("content-encoding", out HeaderStringValues values) ? string.Join(',', values) : "";
        _said = new Queue<string>(said.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Reverse());
    }

    /// <summary>Undoes the outermost coding. Gives <paramref name="body"/> back when there is none, and null when nobody here can undo it.</summary>
    /// <param name="body">What comes after <paramref name="first"/>.</param>
    /// <param name="first">The first bytes, at least one.</param>
    public Stream? Undo(Stream body, ReadOnlySpan<byte> first)
    {
        bool gzip = first[0] == 0x1F && (first.Length == 1 || first[1] == 0x8B);
        string coding = "identity";
        while (coding is "identity" && _said.TryDequeue(out string? next))
        {
            coding = next;
        }

        if (gzip || coding is "deflate" or "br")
        {
            Stream packed = new BegunStream(first.ToArray(), body);
            return ++_undone > Most ? null
                : gzip ? new GZipStream(packed, CompressionMode.Decompress)
                : coding == "br" ? new BrotliStream(packed, CompressionMode.Decompress)
                : IsZlib(first) ? new ZLibStream(packed, CompressionMode.Decompress)
                : new DeflateStream(packed, CompressionMode.Decompress);
        }

        return (coding is "identity" || IsText(first[0])) && !first.StartsWith(Zstandard) ? body : null;
    }

    /// <summary>Deflate is meant to stand in zlib's frame, and often does not.</summary>
    private static bool IsZlib(ReadOnlySpan<byte> first) =>
        (first[0] & 0x0F) == 8 && (first.Length == 1 || ((first[0] << 8) | first[1]) % 31 == 0);

    /// <summary>JSON, events, a page, words, or a byte order mark: whoever said that it is packed was wrong.</summary>
    private static bool IsText(byte first) => char.IsAsciiLetterOrDigit((char)first) || " \t\r\n{[\":<-\uFEFF"u8.Contains(first);
}
