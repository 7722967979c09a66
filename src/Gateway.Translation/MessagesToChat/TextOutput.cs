using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// The answer's text on its way to the client. Usually it passes as it is; where the profile says so a leading
/// <c>&lt;think&gt;</c> tag is taken out, and where the upstream does not know the stop sequences they are looked for here.
/// </summary>
internal sealed class TextOutput(BlockQueue queue, ReasoningOutput reasoning, ChatExchange exchange) : IDisposable
{
    private enum Think
    {
        Off,
        BeforeTag,
        Inside,
        AfterTag,
    }

    private readonly byte[][] _stops = [.. exchange.StopSequences.Select(Encoding.UTF8.GetBytes)];
    private readonly PooledBuffer _think = new(256);
    private readonly PooledBuffer _held = new(256);
    private readonly PooledBuffer _scratch = new(256);
    private Think _state = exchange.Target.Profile.InlineThink ? Think.BeforeTag : Think.Off;

    /// <summary>The stop sequence that was found; nothing after it may reach the client.</summary>
    public string? MatchedStop { get; private set; }

    public void Add(ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty || MatchedStop is not null)
        {
            return;
        }

        if (_state == Think.Off && !exchange.EnforceStops)
        {
            queue.AddText(escaped);
            return;
        }

        _scratch.Clear();
        JsonUnescape.Append(escaped, _scratch);
        byte[] text = _scratch.Span.ToArray();
        if (_state == Think.Off)
        {
            AddText(text);
        }
        else
        {
            _think.Append(text);
            SplitThink(atEnd: false);
        }
    }

    /// <summary>Text is over for now (a call begins, or the answer ends): what was held back goes out.</summary>
    public void Flush()
    {
        if (_think.Length > 0)
        {
            SplitThink(atEnd: true);
        }

        if (_held.Length > 0 && MatchedStop is null)
        {
            Emit(_held.Span);
        }

        _held.Clear();
    }

    public void Dispose()
    {
        _think.Dispose();
        _held.Dispose();
        _scratch.Dispose();
    }

    private void SplitThink(bool atEnd)
    {
        if (_state == Think.BeforeTag)
        {
            ReadOnlySpan<byte> head = _think.Span.TrimStart(" \r\n\t"u8);
            if (head.StartsWith("<think>"u8))
            {
                _think.RemoveStart(_think.Length - head.Length + "<think>"u8.Length);
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
            ReadOnlySpan<byte> rest = _think.Span.TrimStart(" \r\n\t"u8);
            _think.RemoveStart(_think.Length - rest.Length);
            _state = rest.IsEmpty ? Think.AfterTag : Think.Off;
        }

        if (_state == Think.Off && _think.Length > 0)
        {
            byte[] text = _think.Span.ToArray();
            _think.Clear();
            AddText(text);
        }
    }

    /// <summary>Passes thinking on; true when its end was found.</summary>
    private bool ReadThinking(bool atEnd)
    {
        ReadOnlySpan<byte> close = "</think>"u8;
        ReadOnlySpan<byte> text = _think.Span;
        int end = text.IndexOf(close);
        int safe = end >= 0 ? end : atEnd ? text.Length : text.Length - OverlapWith(text, close);
        _scratch.Clear();
        _scratch.AppendEscaped(text[..safe]);
        reasoning.Add(_scratch.Span);
        _think.RemoveStart(end >= 0 ? end + close.Length : safe);
        _state = end >= 0 ? Think.AfterTag : Think.Inside;
        return end >= 0;
    }

    private void AddText(ReadOnlySpan<byte> text)
    {
        if (!exchange.EnforceStops)
        {
            Emit(text);
            return;
        }

        _held.Append(text);
        ReadOnlySpan<byte> all = _held.Span;
        int first = -1;
        for (int i = 0; i < _stops.Length; i++)
        {
            int at = all.IndexOf(_stops[i]);
            if (at >= 0 && (first < 0 || at < first))
            {
                first = at;
                MatchedStop = exchange.StopSequences[i];
            }
        }

        if (MatchedStop is not null)
        {
            Emit(all[..first]);
            _held.Clear();
            return;
        }

        int keep = 0;
        foreach (byte[] stop in _stops)
        {
            keep = Math.Max(keep, OverlapWith(all, stop));
        }

        Emit(all[..^keep]);
        _held.RemoveStart(all.Length - keep);
    }

    private void Emit(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        using PooledBuffer escaped = new(text.Length + 16);
        escaped.AppendEscaped(text);
        queue.AddText(escaped.Span);
    }

    /// <summary>How much of the end of the text could be the beginning of the wanted string.</summary>
    private static int OverlapWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted)
    {
        for (int length = Math.Min(text.Length, wanted.Length - 1); length > 0; length--)
        {
            if (wanted.StartsWith(text[^length..]))
            {
                return length;
            }
        }

        return 0;
    }
}
