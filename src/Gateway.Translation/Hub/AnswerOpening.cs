using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>How the bytes of an answer are cut.</summary>
internal enum AnswerShape
{
    /// <summary>Nothing but white space, or too little to tell.</summary>
    Unknown,

    /// <summary>An event stream.</summary>
    Events,

    /// <summary>One JSON object a line, as some servers stream.</summary>
    Lines,

    /// <summary>One JSON value, up to the end.</summary>
    Whole,

    /// <summary>A page of a proxy.</summary>
    Page,
}

/// <summary>
/// Finds out from its first bytes in which shape an answer comes, whatever was asked for and whatever its headers say,
/// and keeps what cannot be read yet. A byte order mark and white space at the beginning are dropped.
/// </summary>
internal sealed class AnswerOpening : IDisposable
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly PooledBuffer _held = new();
    private bool _marked;
    private bool _begun;
    private bool _told;

    /// <summary>Where the line begins that is looked at.</summary>
    private int _line;

    /// <summary>Up to there, that line has no end.</summary>
    private int _searched;

    public AnswerShape Shape { get; private set; }

    /// <summary>What came and has not been given on.</summary>
    public ReadOnlySpan<byte> Held => _held.Span;

    /// <summary>What to tell the client of an answer that ended and is neither events nor JSON.</summary>
    public GatewayError Unreadable =>
        Shape == AnswerShape.Page ? GatewayError.Api("The upstream answered with a web page, as proxies do, and not with JSON or events.")
        : _held.Length == 0 ? GatewayError.Api("The upstream sent an empty answer. Please try again.")
        : GatewayError.Api("The upstream answered with something that is neither a JSON object nor an event stream.");

    /// <summary>True once, when JSON has begun: nobody can say more of it before its end.</summary>
    public bool TakeNews()
    {
        bool news = !_told && _begun && IsJson(_held.Span);
        _told |= news;
        return news;
    }

    /// <summary>Takes what came while the shape was not <see cref="AnswerShape.Events"/>.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _held.Append(bytes);
        if (!_begun)
        {
            SkipBlank();
        }

        if (_begun && Shape == AnswerShape.Unknown)
        {
            Look();
        }
    }

    /// <summary>Nothing more comes: a text that begins as JSON is all of it.</summary>
    public void End()
    {
        if (Shape == AnswerShape.Unknown && IsJson(_held.Span))
        {
            Shape = AnswerShape.Whole;
        }
    }

    /// <summary>Gives on what is known to be events; lines become events.</summary>
    public void MoveTo(AnswerReader reader, bool atEnd)
    {
        if (Shape == AnswerShape.Events)
        {
            reader.Append(_held.Span);
            _held.Release();
            return;
        }

        _line = 0;
        while (_line < _held.Length && (TryEndLine(out int end) || atEnd))
        {
            ReadOnlySpan<byte> line = _held.Span[_line..end];
            bool json = IsJson(line);
            reader.Append(json ? "data: "u8 : []);
            reader.Append(line);
            reader.Append(json ? "\n\n"u8 : "\n"u8);
            _line = Math.Min(end + 1, _held.Length);
        }

        _held.RemoveStart(_line);
        _searched = _held.Length;
    }

    public void Dispose() => _held.Dispose();

    /// <summary>Some servers send blank lines for minutes, before JSON too.</summary>
    private void SkipBlank()
    {
        ReadOnlySpan<byte> held = _held.Span;
        if (held.IsEmpty || (!_marked && held.Length < ByteOrderMark.Length && ByteOrderMark.StartsWith(held)))
        {
            return;
        }

        int mark = !_marked && held.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        int blank = held[mark..].IndexOfAnyExcept(" \t\r\n"u8);
        (_marked, _begun) = (true, blank >= 0);
        _held.RemoveStart(_begun ? mark + blank : held.Length);
    }

    private void Look()
    {
        if (_held.Span[0] == '<')
        {
            Shape = AnswerShape.Page;
        }
        else if (IsJson(_held.Span))
        {
            LookForSecondLine();
        }
        else
        {
            LookForField();
        }
    }

    private void LookForSecondLine()
    {
        if (_line == 0)
        {
            if (!TryEndLine(out int end))
            {
                return;
            }

            if (!IsComplete(_held.Span[..end]))
            {
                Shape = AnswerShape.Whole;
                return;
            }

            _line = end + 1;
        }

        if (_held.Span[_line..].ContainsAnyExcept(" \t\r\n"u8))
        {
            Shape = AnswerShape.Lines;
            _searched = 0;
        }
        else
        {
            _line = _held.Length;
        }
    }

    /// <summary>What stands before the first field, such as a line of a log, is no event.</summary>
    private void LookForField()
    {
        while (_line < _held.Length)
        {
            if (IsField(_held.Span[_line..]))
            {
                _held.RemoveStart(_line);
                Shape = AnswerShape.Events;
                return;
            }

            if (!TryEndLine(out int end))
            {
                return;
            }

            _line = end + 1;
        }
    }

    private bool TryEndLine(out int end)
    {
        int from = Math.Max(_line, _searched);
        int found = _held.Span[from..].IndexOfAny((byte)'\r', (byte)'\n');
        end = found < 0 ? _held.Length : from + found;
        _searched = end;
        return found >= 0;
    }

    private static bool IsJson(ReadOnlySpan<byte> text) => text is [(byte)'{' or (byte)'[', ..];

    private static bool IsField(ReadOnlySpan<byte> line) =>
        line is [(byte)':', ..] || line.StartsWith("data:"u8) || line.StartsWith("event:"u8) || line.StartsWith("id:"u8) || line.StartsWith("retry:"u8);

    private static bool IsComplete(ReadOnlySpan<byte> json)
    {
        try
        {
            JsonRaw.ThrowIfMore(json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
