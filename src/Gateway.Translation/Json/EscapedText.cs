using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Translation.Json;

/// <summary>
/// Text that is kept as the escaped characters of a JSON string, so that pieces of incoming strings can be joined and
/// written again without being decoded: either one incoming string, or a range of a scratch buffer.
/// </summary>
internal readonly struct EscapedText
{
    private readonly JsonElement _element;
    private readonly PooledBuffer? _buffer;
    private readonly int _start;
    private readonly int _length;

    public EscapedText(JsonElement element) => _element = element;

    /// <summary>The characters appended to <paramref name="buffer"/> since it was <paramref name="start"/> long.</summary>
    public EscapedText(PooledBuffer buffer, int start)
    {
        _buffer = buffer;
        _start = start;
        _length = buffer.Length - start;
    }

    public ReadOnlySpan<byte> Span =>
        _buffer is not null ? _buffer.Span.Slice(_start, _length)
        : _element.ValueKind == JsonValueKind.String ? JsonFormat.RawText(_element)
        : [];

    public bool IsEmpty => Span.IsEmpty;

    public void WriteTo(Utf8JsonWriter json)
    {
        if (_buffer is null && _element.ValueKind == JsonValueKind.String)
        {
            json.WriteRaw(_element);
        }
        else
        {
            json.WriteEscapedText(Span);
        }
    }
}

internal static class EscapedTextExtensions
{
    /// <summary>Appends the escaped form of plain text.</summary>
    public static void AppendEscaped(this PooledBuffer buffer, ReadOnlySpan<byte> utf8)
    {
        while (!utf8.IsEmpty)
        {
            Span<byte> target = buffer.GetSpan(Math.Min(utf8.Length * 2, 4096) + 16);
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(utf8, target, out int consumed, out int written);
            buffer.Advance(written);
            utf8 = utf8[consumed..];
        }
    }

    public static void AppendEscaped(this PooledBuffer buffer, string text) =>
        buffer.AppendEscaped(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Appends an incoming value as text: its JSON without the white space that its writer laid it out with.</summary>
    public static void AppendJson(this PooledBuffer buffer, JsonElement value)
    {
        using PooledBuffer compact = new();
        JsonRaw.WriteCompact(JsonFormat.Raw(value), compact);
        buffer.AppendEscaped(compact.Span);
    }

    /// <summary>Appends an incoming string as it is escaped already; any other kind of element appends nothing.</summary>
    public static void AppendText(this PooledBuffer buffer, JsonElement text)
    {
        if (text.ValueKind == JsonValueKind.String)
        {
            buffer.Append(JsonFormat.RawText(text));
        }
    }
}
