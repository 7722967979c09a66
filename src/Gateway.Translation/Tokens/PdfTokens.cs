using System.Buffers;
using System.Buffers.Text;

namespace Gateway.Translation.Tokens;

/// <summary>A PDF by its pages. Servers read each page as text and as an image: 1,500 to 3,000 tokens.</summary>
internal static class PdfTokens
{
    public const int PerPage = 2000;

    /// <summary>Stands in where the page objects are compressed: an ordinary page of text with little artwork.</summary>
    private const int BytesPerPage = 60 * 1024;

    public static long Count(ReadOnlySpan<byte> base64)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(Base64.GetMaxDecodedFromUtf8Length(base64.Length));
        Base64.DecodeFromUtf8(base64, rented, out _, out int length);
        ReadOnlySpan<byte> file = rented.AsSpan(0, length);
        long pages = PageObjects(file);
        ArrayPool<byte>.Shared.Return(rented);
        return PerPage * (pages > 0 ? pages : 1 + (length / BytesPerPage));
    }

    /// <summary>Objects that say <c>/Type /Page</c>; <c>/Pages</c> is the node above them.</summary>
    private static long PageObjects(ReadOnlySpan<byte> file)
    {
        long pages = 0;
        int at;
        while ((at = file.IndexOf("/Type"u8)) >= 0)
        {
            file = file[(at + 5)..];
            ReadOnlySpan<byte> name = file[..Math.Min(16, file.Length)].TrimStart(" \r\n\t"u8);
            pages += name.StartsWith("/Page"u8) && (name.Length == 5 || !char.IsAsciiLetter((char)name[5])) ? 1 : 0;
        }

        return pages;
    }
}
