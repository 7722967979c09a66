using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>Takes a leading <c>&lt;think&gt;</c> tag out of the text of models that reason in it.</summary>
internal sealed class ThinkTagFilter(ReasoningReader reasoning) : IDisposable
{
    private enum State
    {
        BeforeTag,
        Inside,
        AfterTag,
        Over,
    }

    private static ReadOnlySpan<byte> OpenTag => "<think>"u8;

    private static ReadOnlySpan<byte> CloseTag => "</think>"u8;

    private readonly PooledBuffer _held = new(256);
    private readonly PooledBuffer _scratch = new(256);
    private State _state = State.BeforeTag;

    /// <summary>What comes now is text, and nothing is held.</summary>
    public bool IsOver => _state == State.Over;

    /// <summary>Takes plain text, tells what is reasoning and appends what is not to <paramref name="output"/>.</summary>
    public void Next(ReadOnlySpan<byte> text, PooledBuffer output)
    {
        _held.Append(text);
        Split(output, atEnd: false);
    }

    /// <summary>Text is over for now: what was held back goes out.</summary>
    public void Flush(PooledBuffer output)
    {
        if (_held.Length > 0)
        {
            Split(output, atEnd: true);
        }
    }

    public void Dispose()
    {
        _held.Dispose();
        _scratch.Dispose();
    }

    private void Split(PooledBuffer output, bool atEnd)
    {
        if (_state == State.BeforeTag)
        {
            ReadOnlySpan<byte> head = _held.Span.TrimStart(" \r\n\t"u8);
            if (head.StartsWith(OpenTag))
            {
                _held.RemoveStart(_held.Length - head.Length + OpenTag.Length);
                _state = State.Inside;
            }
            else if (!atEnd && OpenTag.StartsWith(head))
            {
                return;
            }
            else
            {
                _state = State.Over;
            }
        }

        if (_state == State.Inside && !ReadThinking(atEnd))
        {
            return;
        }

        if (_state == State.AfterTag)
        {
            ReadOnlySpan<byte> rest = _held.Span.TrimStart(" \r\n\t"u8);
            _held.RemoveStart(_held.Length - rest.Length);
            _state = rest.IsEmpty ? State.AfterTag : State.Over;
        }

        if (_state == State.Over)
        {
            output.Append(_held.Span);
            _held.Clear();
        }
    }

    /// <summary>Passes thinking on; true when its end was found.</summary>
    private bool ReadThinking(bool atEnd)
    {
        ReadOnlySpan<byte> text = _held.Span;
        int end = text.IndexOf(CloseTag);
        int safe = end >= 0 ? end : atEnd ? text.Length : text.Length - StopSequenceFilter.Overlap(text, CloseTag);
        _scratch.Clear();
        _scratch.AppendEscaped(text[..safe]);
        reasoning.Add(_scratch.Span);
        _held.RemoveStart(end >= 0 ? end + CloseTag.Length : safe);
        _state = end >= 0 ? State.AfterTag : State.Inside;
        return end >= 0;
    }
}
