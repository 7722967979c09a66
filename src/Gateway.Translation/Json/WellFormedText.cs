using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Gateway.Translation.Json;

/// <summary>
/// Joins characters that an upstream cut in two between chunks, be it in the middle of a surrogate pair or of UTF-8.
/// Strict clients refuse half a character, so it waits for its other half; one that never comes becomes U+FFFD.
/// Takes and gives the escaped characters of a JSON string.
/// </summary>
internal sealed class WellFormedText : IDisposable
{
    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    private readonly PooledBuffer _text = new(64);
    private byte[] _held = [];

    /// <summary>The piece with what waited before it, without what has to wait now. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Next(ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty || (_held.Length == 0 && IsWellFormed(escaped)))
        {
            return escaped;
        }

        byte[] piece = [.. _held, .. escaped];
        _held = [];
        _text.Clear();
        ReadOnlySpan<byte> rest = piece;
        while (!rest.IsEmpty && _held.Length == 0)
        {
            rest = rest[(rest[0] == '\\' ? TakeEscape(rest) : TakePlain(rest))..];
        }

        return _text.Span;
    }

    /// <summary>Nothing will be joined any more.</summary>
    public ReadOnlySpan<byte> Flush()
    {
        ReadOnlySpan<byte> half = _held.Length > 0 ? Replacement : [];
        _held = [];
        return half;
    }

    public void Dispose() => _text.Dispose();

    private static bool IsWellFormed(ReadOnlySpan<byte> escaped) =>
        Utf8.IsValid(escaped) && escaped.IndexOf("\\ud"u8) < 0 && escaped.IndexOf("\\uD"u8) < 0;

    private int TakePlain(ReadOnlySpan<byte> text)
    {
        OperationStatus status = Rune.DecodeFromUtf8(text, out _, out int length);
        if (status == OperationStatus.NeedMoreData)
        {
            _held = text.ToArray();
            return text.Length;
        }

        _text.Append(status == OperationStatus.Done ? text[..length] : Replacement);
        return length;
    }

    private int TakeEscape(ReadOnlySpan<byte> text)
    {
        int length = Math.Min(text.Length, text.Length > 1 && text[1] == 'u' ? 6 : 2);
        if (!IsUnit(text, 0xD800, 0xDFFF))
        {
            _text.Append(text[..length]);
        }
        else if (IsUnit(text, 0xD800, 0xDBFF) && text.Length == 6)
        {
            _held = text.ToArray();
        }
        else if (IsUnit(text, 0xD800, 0xDBFF) && IsUnit(text[6..], 0xDC00, 0xDFFF))
        {
            _text.Append(text[..12]);
            return 12;
        }
        else
        {
            _text.Append(Replacement);
        }

        return length;
    }

    private static bool IsUnit(ReadOnlySpan<byte> text, int first, int last) =>
        text.Length >= 6 && text.StartsWith("\\u"u8)
        && Utf8Parser.TryParse(text[2..6], out int unit, out int consumed, 'x') && consumed == 4 && unit >= first && unit <= last;
}
