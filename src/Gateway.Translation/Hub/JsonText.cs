using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>
/// Text on its way from a reader to a sink: bytes that know whether they are escaped for a JSON string. The sink asks for
/// the form it writes; the same form is a copy, the other one pass. Valid until the call that brought it returns.
/// </summary>
internal readonly ref struct JsonText
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _isEscaped;

    private JsonText(ReadOnlySpan<byte> bytes, bool isEscaped)
    {
        _bytes = bytes;
        _isEscaped = isEscaped;
    }

    public bool IsEmpty => _bytes.IsEmpty;

    /// <summary>The characters between the quotes of a JSON string.</summary>
    public static JsonText Escaped(ReadOnlySpan<byte> escaped) => new(escaped, isEscaped: true);

    public static JsonText Plain(ReadOnlySpan<byte> utf8) => new(utf8, isEscaped: false);

    public void AppendEscaped(PooledBuffer output)
    {
        if (_isEscaped)
        {
            output.Append(_bytes);
        }
        else
        {
            output.AppendEscaped(_bytes);
        }
    }

    public void AppendPlain(PooledBuffer output)
    {
        if (_isEscaped)
        {
            JsonUnescape.Append(_bytes, output);
        }
        else
        {
            output.Append(_bytes);
        }
    }

    /// <summary>How many characters (code points) it stands for.</summary>
    public int CountCharacters() => _isEscaped ? JsonRaw.CountCharacters(_bytes) : Encoding.UTF8.GetString(_bytes).EnumerateRunes().Count();

    public override string ToString() => _isEscaped ? JsonUnescape.ToText(_bytes) : Encoding.UTF8.GetString(_bytes);
}
