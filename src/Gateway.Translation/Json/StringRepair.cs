using System.Buffers;
using System.Text;

namespace Gateway.Translation.Json;

/// <summary>
/// Passes on the inside of one JSON string byte by byte and mends what models get wrong in it: line breaks as they are,
/// escapes that do not exist (<c>\d</c>), halves of surrogate pairs. An unfinished escape waits.
/// </summary>
internal sealed class StringRepair
{
    /// <summary>Quotes, backslashes and control characters.</summary>
    private static readonly SearchValues<byte> s_special = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    private readonly byte[] _escape = new byte[6];
    private readonly byte[] _high = new byte[6];
    private int _length;
    private bool _hasHigh;

    /// <summary>Takes a byte; true when it was the closing quote.</summary>
    public bool Step(byte b, PooledBuffer output)
    {
        if (_length == 0)
        {
            return StepPlain(b, output);
        }

        bool simple = _length == 1 && b is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t';
        if (_length == 1 && simple)
        {
            DropHigh(output);
            output.Append([(byte)'\\', b]);
            _length = 0;
            return false;
        }

        if (_length == 1 ? b == 'u' : char.IsAsciiHexDigit((char)b))
        {
            _escape[_length++] = b;
            EndUnit(output);
            return false;
        }

        // No escape at all: the backslash was meant as one.
        DropHigh(output);
        output.Append("\\"u8);
        output.Append(_escape.AsSpan(0, _length));
        _length = 0;
        return StepPlain(b, output);
    }

    /// <summary>How many bytes at the beginning would pass as they are: most of a string, and worth passing at once.</summary>
    public int CountPlain(ReadOnlySpan<byte> bytes)
    {
        if (_length > 0 || _hasHigh)
        {
            return 0;
        }

        int end = bytes.IndexOfAny(s_special);
        return end < 0 ? bytes.Length : end;
    }

    /// <summary>The string stops here: an escape that is not whole goes.</summary>
    public void Reset()
    {
        _length = 0;
        _hasHigh = false;
    }

    private bool StepPlain(byte b, PooledBuffer output)
    {
        if (b == '\\')
        {
            _escape[_length++] = b;
            return false;
        }

        DropHigh(output);
        if (b >= 0x20)
        {
            output.Append([b]);
            return b == '"';
        }

        output.AppendEscaped([b]);
        return false;
    }

    private void EndUnit(PooledBuffer output)
    {
        if (_length < 6)
        {
            return;
        }

        _length = 0;
        int unit = Convert.ToInt32(Encoding.ASCII.GetString(_escape, 2, 4), 16);
        if (unit is >= 0xDC00 and <= 0xDFFF)
        {
            output.Append(_hasHigh ? _high : []);
            output.Append(_hasHigh ? _escape : "\\ufffd"u8);
            _hasHigh = false;
            return;
        }

        DropHigh(output);
        _hasHigh = unit is >= 0xD800 and <= 0xDBFF;
        if (_hasHigh)
        {
            _escape.CopyTo(_high, 0);
        }
        else
        {
            output.Append(_escape);
        }
    }

    private void DropHigh(PooledBuffer output)
    {
        output.Append(_hasHigh ? "\\ufffd"u8 : []);
        _hasHigh = false;
    }
}
