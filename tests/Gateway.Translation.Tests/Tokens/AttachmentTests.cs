using System.Buffers.Binary;
using System.Text;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.Tests.Tokens;

/// <summary>Images count by their pixels and documents by their pages, never by the length of their base64.</summary>
public sealed class AttachmentTests
{
    /// <summary>What a request costs around its attachment.</summary>
    private const int Around = 7;

    /// <summary>OpenAI's own examples, and Anthropic's rule for the same sizes.</summary>
    [Theory]
    [InlineData(1024, 1024, 765, 1399)]
    [InlineData(2048, 4096, 1105, 1600)]
    [InlineData(512, 512, 255, 350)]
    [InlineData(200, 200, 255, 54)]
    [InlineData(1920, 1080, 1105, 1600)]
    [InlineData(1, 1, 255, 1)]
    public void Image_counts_by_its_pixels(int width, int height, int tiles, int area)
    {
        foreach (byte[] file in (byte[][])[Png(width, height), Gif(width, height), Jpeg(width, height), WebP("VP8X", width, height), WebP("VP8L", width, height), WebP("VP8 ", width, height)])
        {
            Assert.Equal(Around + tiles, CountImage(DataUri("image/png", file)));
            Assert.Equal(Around + Math.Min(1600, area), CountImage(DataUri("image/png", file), "anthropic/claude-sonnet-4-5"));
        }
    }

    [Theory]
    [InlineData("https://example.com/a.png")]
    [InlineData("data:image/png;base64,bm90IGFuIGltYWdl")]
    [InlineData("data:image/png;base64,")]
    [InlineData("data:image/jpeg;base64,/9j/")]
    [InlineData("data:image/png;base64,!!!!")]
    public void Image_of_unknown_size_counts_as_a_screenshot(string url)
    {
        Assert.Equal(Around + 1105, CountImage(url));
        Assert.Equal(Around + 85, CountImage(url, detail: "low"));
        Assert.Equal(Around + 1600, CountImage(url, "claude-sonnet-4-5"));
    }

    [Fact]
    public void Low_detail_counts_the_same_for_any_size() =>
        Assert.Equal(Around + 85, CountImage(DataUri("image/png", Png(4000, 3000)), detail: "low"));

    /// <summary>Slashes may be escaped in JSON, and JPEG's base64 begins with one.</summary>
    [Fact]
    public void Escaped_base64_is_read_too() =>
        Assert.Equal(Around + 765, CountImage(DataUri("image/jpeg", Jpeg(1024, 1024)).Replace("/", "\\/", StringComparison.Ordinal)));

    [Theory]
    [InlineData("/Type /Pages /Count 3\n/Type /Page\n<< /Type/Page/Parent 1 0 R >>\n/Type\r\n/Page>>", 3)]
    [InlineData("compressed objects", 1)]
    public void Document_counts_by_its_pages(string content, int pages) =>
        Assert.InRange(CountFile(Encoding.ASCII.GetBytes("%PDF-1.7\n" + content)), pages * 2000, (pages * 2000) + 20);

    [Fact]
    public void Document_without_visible_pages_counts_by_its_size() =>
        Assert.InRange(CountFile(new byte[200_000]), 4 * 2000, (4 * 2000) + 20);

    private static long CountImage(string url, string model = "gpt-5", string detail = "auto") =>
        Count($$$"""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{{url}}}","detail":"{{{detail}}}"}}]}]}""", model);

    private static long CountFile(byte[] file) =>
        Count($$$"""{"messages":[{"role":"user","content":[{"type":"file","file":{"filename":"report.pdf","file_data":"{{{DataUri("application/pdf", file)}}}"}}]}]}""", "gpt-5");

    private static long Count(string body, string model) => TokenEstimator.Count(Encoding.UTF8.GetBytes(body), model);

    private static string DataUri(string type, byte[] file) => $"data:{type};base64,{Convert.ToBase64String(file)}";

    private static byte[] Png(int width, int height)
    {
        byte[] file = [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, .. new byte[400_000]];
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        return file;
    }

    private static byte[] Gif(int width, int height)
    {
        byte[] file = [.. "GIF89a"u8, .. new byte[100]];
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(6), (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), (ushort)height);
        return file;
    }

    /// <summary>With 60 KB of metadata, a fill byte and a table before the frame, as cameras write it.</summary>
    private static byte[] Jpeg(int width, int height) =>
    [
        0xFF, 0xD8, 0xFF, 0xE1, 0xEA, 0x62, .. new byte[0xEA60], 0xFF, 0xFF, 0xC4, 0, 3, 0, 0xFF, 0xC2, 0, 17, 8,
        (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, .. new byte[1000],
    ];

    private static byte[] WebP(string kind, int width, int height)
    {
        byte[] file = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. Encoding.ASCII.GetBytes(kind), .. new byte[100]];
        if (kind == "VP8X")
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), width - 1);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(27), height - 1);
        }
        else if (kind == "VP8L")
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(21), (width - 1) | ((height - 1) << 14));
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(26), (ushort)width);
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(28), (ushort)height);
        }

        return file;
    }
}
