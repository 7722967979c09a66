using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Sse;

/// <summary>
/// Splits a server-sent event stream into events over bytes: any cut between reads, CR, LF or CRLF, comments, a byte
/// order mark, several data lines, data without a closing blank line at the end.
/// Usage: <see cref="Append"/> what came, then take events until <see cref="TryRead"/> says false.
/// </summary>
internal sealed class SseReader : IDisposable
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly PooledBuffer _input = new();
    private readonly PooledBuffer _data = new();
    private readonly PooledBuffer _event = new();
    private int _position;

    /// <summary>So many bytes from there on hold no end of a line: a long one is looked through once, however it is cut.</summary>
    private int _searched;
    private bool _begun;
    private bool _skipLineFeed;
    private bool _hasData;
    private bool _hasOneLine;
    private bool _dispatched;

    /// <summary>The data of the event that <see cref="TryRead"/> found; valid until the next call.</summary>
    public ReadOnlySpan<byte> Data => _data.Span;

    /// <summary>The event's name, empty when the stream gave none; valid until the next call.</summary>
    public ReadOnlySpan<byte> EventName => _event.Span;

    /// <summary>Bytes of an event that is not complete yet.</summary>
    public int PendingBytes => _input.Length - _position + (_dispatched ? 0 : _data.Length + _event.Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_position > 0)
        {
            _input.RemoveStart(_position);
            _position = 0;
        }

        _input.Append(bytes);
    }

    /// <summary>Finds the next event. <paramref name="atEnd"/> also takes what no blank line has closed.</summary>
    public bool TryRead(bool atEnd = false)
    {
        if (_dispatched)
        {
            Reset();
        }

        if (!_begun && !SkipByteOrderMark(atEnd))
        {
            return false;
        }

        while (TryReadLine(atEnd, out int start, out int length))
        {
            if (TakeLine(_input.Span.Slice(start, length), start))
            {
                return _dispatched = true;
            }
        }

        return atEnd && _hasData && (_dispatched = true);
    }

    public void Dispose()
    {
        _input.Dispose();
        _data.Dispose();
        _event.Dispose();
    }

    private void Reset()
    {
        _data.Clear();
        _event.Clear();
        _hasData = _hasOneLine = false;
        _dispatched = false;
    }

    private bool SkipByteOrderMark(bool atEnd)
    {
        ReadOnlySpan<byte> input = _input.Span;
        if (input.StartsWith(ByteOrderMark))
        {
            _position = ByteOrderMark.Length;
        }
        else if (!atEnd && (input.IsEmpty || (input.Length < ByteOrderMark.Length && ByteOrderMark.StartsWith(input))))
        {
            return false;
        }

        return _begun = true;
    }

    private bool TryReadLine(bool atEnd, out int start, out int length)
    {
        ReadOnlySpan<byte> rest = _input.Span[_position..];
        if (_skipLineFeed && !rest.IsEmpty)
        {
            _skipLineFeed = false;
            if (rest[0] == '\n')
            {
                _position++;
                rest = rest[1..];
            }
        }

        start = _position;
        int end = rest[_searched..].IndexOfAny((byte)'\r', (byte)'\n');
        if (end >= 0)
        {
            length = _searched + end;
            _searched = 0;
            _skipLineFeed = rest[length] == '\r';
            _position += length + 1;
            return true;
        }

        length = _searched = rest.Length;
        if (atEnd)
        {
            _position += length;
            _searched = 0;
        }

        return atEnd && length > 0;
    }

    /// <summary>Takes one line; true when it completed an event.</summary>
    private bool TakeLine(ReadOnlySpan<byte> line, int start)
    {
        if (line.IsEmpty)
        {
            if (!_hasData)
            {
                _event.Clear();
            }

            return _hasData;
        }

        int colon = line.IndexOf((byte)':');
        ReadOnlySpan<byte> field = colon < 0 ? line : line[..colon];
        ReadOnlySpan<byte> value = colon < 0 ? [] : line[(colon + 1)..];
        if (!value.IsEmpty && value[0] == ' ')
        {
            value = value[1..];
        }

        if (field.SequenceEqual("data"u8))
        {
            // Some servers send one JSON object a line without blank lines between them. Of several lines that belong
            // together nothing is asked: each more would mean to read all of them again.
            if (_hasOneLine && IsCompleteJson(_data.Span))
            {
                _position = start;
                _skipLineFeed = false;
                return true;
            }

            if (_hasData)
            {
                _data.Append("\n"u8);
            }

            _data.Append(value);
            _hasOneLine = !_hasData;
            _hasData = true;
        }
        else if (field.SequenceEqual("event"u8))
        {
            _event.Clear();
            _event.Append(value);
        }

        return false;
    }

    private static bool IsCompleteJson(ReadOnlySpan<byte> data)
    {
        if (data.TrimEnd(" \t"u8) is not [.., (byte)'}' or (byte)']'])
        {
            return false;
        }

        try
        {
            Utf8JsonReader reader = new(data, JsonFormat.ReaderOptions);
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
