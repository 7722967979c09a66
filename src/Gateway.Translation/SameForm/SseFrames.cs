using Gateway.Translation.Json;
using Gateway.Translation.Sse;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Cuts an event stream after each blank line and keeps every byte, so that events can be relayed as they came and
/// nothing is ever put into the middle of one.
/// </summary>
internal sealed class SseFrames : IDisposable
{
    private readonly PooledBuffer _input = new();
    private int _start;
    private int _position;
    private int _scanned;
    private int _lines;
    private bool _hasReturn;

    /// <summary>The frame that <see cref="TryRead"/> found, blank line included; valid until the next call.</summary>
    public ReadOnlySpan<byte> Frame => _input.Span[_start.._position];

    /// <summary>Bytes of a frame that is not complete yet.</summary>
    public int PendingBytes => _input.Length - _position;

    /// <summary>False for what the end of the stream left without its blank line.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>How many lines it has before the blank one; 0 when they do not all end with a plain LF.</summary>
    public int PlainLines { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_position > 0)
        {
            _input.RemoveStart(_position);
            _scanned -= _position;
            _start = _position = 0;
        }

        _input.Append(bytes);
    }

    /// <summary>Finds the next frame. <paramref name="atEnd"/> also takes what no blank line has closed.</summary>
    public bool TryRead(bool atEnd = false)
    {
        ReadOnlySpan<byte> input = _input.Span;
        _start = _position;
        IsClosed = true;
        int at = Math.Max(_scanned, _position);
        while (at < input.Length)
        {
            int found = input[at..].IndexOfAny((byte)'\n', (byte)'\r');
            if (found < 0)
            {
                at = input.Length;
                break;
            }

            int lineEnd = at + found;
            int next = lineEnd + 1;
            if (input[lineEnd] == '\r')
            {
                _hasReturn = true;
                if (next == input.Length && !atEnd)
                {
                    // The other half of CRLF may be on its way.
                    _scanned = at;
                    return false;
                }

                next += next < input.Length && input[next] == '\n' ? 1 : 0;
            }

            bool blank = lineEnd == _position || IsLineStart(input, lineEnd);
            at = next;
            if (blank)
            {
                _position = _scanned = next;
                PlainLines = _hasReturn ? 0 : _lines;
                _lines = 0;
                _hasReturn = false;
                return true;
            }

            _lines++;
        }

        _scanned = at;
        if (atEnd && input.Length > _position)
        {
            _position = _scanned = input.Length;
            IsClosed = false;
            return true;
        }

        return false;
    }

    /// <summary>The value of the frame's only line of this name; empty when there is none or more than one.</summary>
    public static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> name, out int start)
    {
        ReadOnlySpan<byte> value = [];
        start = 0;
        int at = 0;
        bool found = false;
        while (at < frame.Length)
        {
            int length = frame[at..].IndexOfAny((byte)'\n', (byte)'\r');
            length = length < 0 ? frame.Length - at : length;
            ReadOnlySpan<byte> line = frame.Slice(at, length);
            if (line.StartsWith(name) && line.Length > name.Length && line[name.Length] == ':')
            {
                if (found)
                {
                    return [];
                }

                found = true;
                int skip = name.Length + 1;
                skip += line.Length > skip && line[skip] == ' ' ? 1 : 0;
                value = line[skip..];
                start = at + skip;
            }

            at += length + 1;
        }

        return value;
    }

    /// <summary>The frame without comments, ids and whatever else stands beside the event's name and its data.</summary>
    public static ReadOnlySpan<byte> WithoutRemarks(ReadOnlySpan<byte> frame)
    {
        List<byte>? kept = null;
        int at = 0;
        while (at < frame.Length)
        {
            int length = frame[at..].IndexOfAny((byte)'\n', (byte)'\r');
            int next = length < 0 ? frame.Length : at + length + 1;
            next += length >= 0 && frame[next - 1] == '\r' && next < frame.Length && frame[next] == '\n' ? 1 : 0;
            ReadOnlySpan<byte> line = frame[at..next];
            bool keep = line.StartsWith("data:"u8) || line.StartsWith("event:"u8) || line[0] is (byte)'\n' or (byte)'\r';
            if (!keep && kept is null)
            {
                kept = [.. frame[..at]];
            }
            else if (keep)
            {
                kept?.AddRange(line);
            }

            at = next;
        }

        return kept is null ? frame : kept.ToArray();
    }

    /// <summary>The data of a frame that has several lines of it; empty when it has none.</summary>
    public static ReadOnlySpan<byte> JoinedData(ReadOnlySpan<byte> frame)
    {
        using SseReader lines = new();
        lines.Append(frame);
        return lines.TryRead(atEnd: true) ? lines.Data.ToArray() : [];
    }

    public void Dispose() => _input.Dispose();

    private static bool IsLineStart(ReadOnlySpan<byte> input, int at) => at == 0 || input[at - 1] is (byte)'\n' or (byte)'\r';
}
