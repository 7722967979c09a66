using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Takes a leading <c>&lt;think&gt;</c> tag out of the answer's text, where the profile says that the upstream shows its
/// reasoning this way. Everything else is text and passes on.
/// </summary>
internal sealed class ThinkTagFilter(StopSequenceFilter text, ReasoningReader reasoning, bool inlineThink) : IDisposable
{
    private enum Think
    {
        Off,
        BeforeTag,
        Inside,
        AfterTag,
    }

    private readonly PooledBuffer _read = new(256);
    private readonly PooledBuffer _escaped = new(256);
    private Think _state = inlineThink ? Think.BeforeTag : Think.Off;

    public void Add(ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        if (_state == Think.Off)
        {
            text.AddEscaped(escaped);
            return;
        }

        JsonUnescape.Append(escaped, _read);
        Split(atEnd: false);
    }

    /// <summary>Text is over for now (a call begins, or the answer ends): what was held back goes out.</summary>
    public void Flush()
    {
        if (_read.Length > 0)
        {
            Split(atEnd: true);
        }

        text.Flush();
    }

    public void Dispose()
    {
        _read.Dispose();
        _escaped.Dispose();
    }

    private void Split(bool atEnd)
    {
        if (_state == Think.BeforeTag)
        {
            ReadOnlySpan<byte> head = _read.Span.TrimStart(" \r\n\t"u8);
            if (head.StartsWith("<think>"u8))
            {
                _read.RemoveStart(_read.Length - head.Length + "<think>"u8.Length);
                _state = Think.Inside;
            }
            else if (!atEnd && "<think>"u8.StartsWith(head))
            {
                return;
            }
            else
            {
                _state = Think.Off;
            }
        }

        if (_state == Think.Inside && !ReadThinking(atEnd))
        {
            return;
        }

        if (_state == Think.AfterTag)
        {
            ReadOnlySpan<byte> rest = _read.Span.TrimStart(" \r\n\t"u8);
            _read.RemoveStart(_read.Length - rest.Length);
            _state = rest.IsEmpty ? Think.AfterTag : Think.Off;
        }

        if (_state == Think.Off && _read.Length > 0)
        {
            text.Add(_read.Span);
            _read.Clear();
        }
    }

    /// <summary>Passes thinking on; true when its end was found.</summary>
    private bool ReadThinking(bool atEnd)
    {
        ReadOnlySpan<byte> close = "</think>"u8;
        ReadOnlySpan<byte> read = _read.Span;
        int end = read.IndexOf(close);
        int safe = end >= 0 ? end : atEnd ? read.Length : read.Length - StopSequenceFilter.Overlap(read, close);
        _escaped.Clear();
        _escaped.AppendEscaped(read[..safe]);
        reasoning.Add(_escaped.Span);
        _read.RemoveStart(end >= 0 ? end + close.Length : safe);
        _state = end >= 0 ? Think.AfterTag : Think.Inside;
        return end >= 0;
    }
}
