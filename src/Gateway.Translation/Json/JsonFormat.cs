using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Translation.Json;

/// <summary>How this project reads and writes JSON. Relaxed escaping keeps bytes short and prompt prefixes stable.</summary>
public static class JsonFormat
{
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Deep enough for real schemas, shallow enough that hostile nesting ends as a 400.</summary>
    public static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = 128 };

    public static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 256 };

    /// <summary>For parts of what was read with <see cref="ReaderOptions"/>: they cannot be too deep any more.</summary>
    public static readonly JsonDocumentOptions PartOptions = new() { MaxDepth = 257 };

    /// <summary>The element's own bytes, strings with their quotes and escapes.</summary>
    public static ReadOnlySpan<byte> Raw(JsonElement element) => JsonMarshal.GetRawUtf8Value(element);

    /// <summary>The escaped characters of a JSON string, without its quotes: they may be put into another JSON string as they are.</summary>
    public static ReadOnlySpan<byte> RawText(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1];

    /// <summary>Compares a name or text; the reader's own comparison throws on half a surrogate pair.</summary>
    public static bool ValueIs(this ref readonly Utf8JsonReader reader, ReadOnlySpan<byte> text) =>
        JsonUnescape.Matches(reader.ValueSpan, text);

    /// <summary>One value, to its end.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, ReaderOptions);
        try
        {
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Writes a value with the bytes it came in: number precision, key order and escapes survive.</summary>
    public static void WriteRaw(this Utf8JsonWriter json, JsonElement element) =>
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(element), skipInputValidation: true);

    /// <summary>Writes a JSON string from characters that are escaped already.</summary>
    public static void WriteEscapedText(this Utf8JsonWriter json, ReadOnlySpan<byte> escaped)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(escaped.Length + 2);
        rented[0] = (byte)'"';
        escaped.CopyTo(rented.AsSpan(1));
        rented[escaped.Length + 1] = (byte)'"';
        json.WriteRawValue(rented.AsSpan(0, escaped.Length + 2), skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(rented);
    }
}
