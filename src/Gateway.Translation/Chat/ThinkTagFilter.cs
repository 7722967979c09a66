using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Chat;

/// <summary>
/// Takes reasoning out of the text of models that reason in it: up to a tag that closes it, with or without one that
/// opens it (chat templates often write that one, and then the answer does not have it).
/// </summary>
internal sealed class ThinkTagFilter(ReasoningReader reasoning, InlineThink mode) : IDisposable
{
    private enum State
    {
        /// <summary>Nothing yet but white space, or what could become a tag.</summary>
        AtHead,

        /// <summary>No tag at the head: the next tag tells whether this is thinking.</summary>
        Undecided,
        Inside,
        AfterTag,
        Over,
    }

    private enum Next
    {
        Text,
        SomethingElse,
        Nothing,
        Cut,
    }

    private readonly PooledBuffer _held = new(256);
    private readonly PooledBuffer _escaped = new(256);

    /// <summary>Thinking that no tag opened: when none closes it either it was the answer.</summary>
    private readonly PooledBuffer _unopened = new(256);
    private State _state = State.AtHead;
    private ThinkTag? _tag;
    private int _searched;
    private bool _told;
    private bool _callFollowed;

    private static ReadOnlySpan<byte> Blank => " \r\n\t"u8;

    /// <summary>What comes now is text, and nothing is held.</summary>
    public bool IsOver => _state == State.Over;

    /// <summary>Takes plain text, tells what is reasoning and appends what is not to <paramref name="output"/>.</summary>
    public void Add(ReadOnlySpan<byte> text, PooledBuffer output)
    {
        _held.Append(text);
        Split(output, Next.Text);
    }

    /// <summary>Something else follows: what was held back goes out.</summary>
    public void Flush(PooledBuffer output)
    {
        // A model may call while it thinks.
        _callFollowed = true;
        Split(output, Next.SomethingElse);
    }

    /// <summary>The answer is over, perhaps because it became too long.</summary>
    public void End(PooledBuffer output, bool cut)
    {
        Split(output, cut ? Next.Cut : Next.Nothing);
        if (_state == State.Inside && _tag is null && !cut && !_callFollowed)
        {
            output.Append(_unopened.Span);
        }
    }

    public void Dispose()
    {
        _held.Dispose();
        _escaped.Dispose();
        _unopened.Dispose();
    }

    private void Split(PooledBuffer output, Next next)
    {
        if (_state == State.AtHead)
        {
            ReadHead(next);
        }

        if (_state == State.Undecided)
        {
            Decide(next);
        }

        if (_state == State.Inside)
        {
            ReadThinking(next);
        }

        if (_state == State.AfterTag)
        {
            ReadOnlySpan<byte> rest = _held.Span.TrimStart(Blank);
            _held.RemoveStart(_held.Length - rest.Length);
            _state = rest.IsEmpty ? State.AfterTag : State.Over;
        }

        if (_state == State.Over)
        {
            output.Append(_held.Span);
            _held.Clear();
        }
    }

    private void ReadHead(Next next)
    {
        ReadOnlySpan<byte> head = _held.Span.TrimStart(Blank);
        if (ThinkTag.Opening(head, out bool undecided) is { } tag)
        {
            _held.RemoveStart(_held.Length - head.Length + tag.OpenLength);
            _tag = tag;
            _state = State.Inside;
        }
        else if (_held.Length > 0 && (next != Next.Text || !undecided))
        {
            // Who says its reasoning in a field of its own does not say it in the text.
            _state = head.IsEmpty || mode == InlineThink.Tagged || reasoning.Heard ? State.Over
                : mode == InlineThink.Headless ? State.Inside
                : State.Undecided;
        }
    }

    private void Decide(Next next)
    {
        int at = ThinkTag.FindAny(_held.Span[_searched..], out ThinkTag? tag, out bool closes, out int decided);
        _searched += decided;
        if (at >= 0 && closes)
        {
            Tell(_searched, isAll: true);
            _held.RemoveStart(tag!.CloseLength);
            _state = State.AfterTag;
        }
        else if (at >= 0 || next != Next.Text || reasoning.Heard)
        {
            _state = State.Over;
        }
    }

    /// <summary>Passes thinking on up to its end, or as far as it certainly goes.</summary>
    private void ReadThinking(Next next)
    {
        ThinkTag? tag = _tag;
        int at = tag is not null ? tag.FindClose(_held.Span, out int decided) : ThinkTag.FindClosing(_held.Span, out tag, out decided);
        Tell(at >= 0 || next == Next.Text ? decided : _held.Length, isAll: at >= 0);
        if (at >= 0)
        {
            _held.RemoveStart(tag!.CloseLength);
            _state = State.AfterTag;
        }
    }

    /// <summary>Tells what is held up to here. White space alone is no thought: it waits for one.</summary>
    private void Tell(int length, bool isAll)
    {
        ReadOnlySpan<byte> text = _held.Span[..length];
        bool isBlank = text.Trim(Blank).IsEmpty;
        if (isBlank && !_told && !isAll)
        {
            return;
        }

        if (_told || !isBlank)
        {
            _told = true;
            _escaped.Clear();
            _escaped.AppendEscaped(text);
            reasoning.Add(_escaped.Span);
            if (_tag is null && _state == State.Inside)
            {
                _unopened.Append(text);
            }
        }

        _held.RemoveStart(length);
    }
}
