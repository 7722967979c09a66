using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace Gateway.Translation.Tokens;

/// <summary>Reads an image's width and height from the header of its file.</summary>
internal static class ImageSize
{
    /// <summary>JPEG says its size behind its metadata, which holds a thumbnail more often than not.</summary>
    private const int MostBytes = 96 * 1024;

    /// <summary>False when it is none of PNG, JPEG, GIF and WebP, or has no size in its first 96 KB.</summary>
    public static bool TryRead(ReadOnlySpan<byte> base64, out int width, out int height)
    {
        // All but JPEG say it in the first 30 bytes.
        int most = base64.StartsWith("/9j/"u8) ? MostBytes : 48;
        base64 = base64[..Math.Min(base64.Length, most / 3 * 4)];
        byte[] rented = ArrayPool<byte>.Shared.Rent(most);
        Base64.DecodeFromUtf8(base64, rented, out _, out int length, isFinalBlock: false);
        (width, height) = Read(rented.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(rented);
        return width > 0 && height > 0;
    }

    private static (int Width, int Height) Read(ReadOnlySpan<byte> file)
    {
        if (file.Length >= 24 && file[1..].StartsWith("PNG\r\n"u8))
        {
            return (BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..]));
        }

        if (file.Length >= 10 && file.StartsWith("GIF8"u8))
        {
            return (BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(file[8..]));
        }

        if (file.Length >= 30 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBPVP8"u8))
        {
            return ReadWebP(file);
        }

        return file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) ? ReadJpeg(file) : default;
    }

    private static (int Width, int Height) ReadWebP(ReadOnlySpan<byte> file)
    {
        switch (file[15])
        {
            case (byte)'X':
                return (1 + Read24(file[24..]), 1 + Read24(file[27..]));
            case (byte)'L':
                uint bits = BinaryPrimitives.ReadUInt32LittleEndian(file[21..]);
                return (1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
            default:
                return (BinaryPrimitives.ReadUInt16LittleEndian(file[26..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(file[28..]) & 0x3FFF);
        }
    }

    private static int Read24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    /// <summary>Walks the segments up to the one that begins a frame (SOF).</summary>
    private static (int Width, int Height) ReadJpeg(ReadOnlySpan<byte> file)
    {
        int at = 2;
        while (at + 9 <= file.Length && file[at] == 0xFF)
        {
            byte marker = file[at + 1];
            if (marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC)
            {
                return (BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            }

            // Fill bytes may stand before a marker.
            at += marker == 0xFF ? 1 : 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }

        return default;
    }
}
