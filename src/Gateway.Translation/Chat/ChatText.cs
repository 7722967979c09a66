using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Chat;

/// <summary>
/// The answer's text. Usually it passes as it is; where the profile says so the reasoning in it is taken out, and where the upstream does not know the stop sequences they are looked for here.
/// </summary>
internal sealed class ChatText(ChatBlocks blocks, ReasoningReader reasoning, AnswerContext context) : IDisposable
{
    private readonly ThinkTagFilter? _think = context.Profile.InlineThink == InlineThink.Never ? null : new ThinkTagFilter(reasoning, context.Profile.InlineThink);
    private readonly StopSequenceFilter? _stops = context.EnforceStops ? new StopSequenceFilter(context.StopSequences) : null;
    private readonly PooledBuffer _in = new(256);
    private readonly PooledBuffer _out = new(256);
    private readonly PooledBuffer _escaped = new(256);

    /// <summary>The stop sequence that was found; nothing after it may reach the client.</summary>
    public string? MatchedStop => _stops?.Matched;

    public void Add(ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty || MatchedStop is not null)
        {
            return;
        }

        if (_stops is null && _think is null or { IsOver: true })
        {
            blocks.Say(BlockKind.Text, escaped);
            return;
        }

        _in.Clear();
        JsonUnescape.Append(escaped, _in);
        if (_think is null or { IsOver: true })
        {
            AfterTag(_in.Span);
            return;
        }

        _out.Clear();
        _think.Add(_in.Span, _out);
        AfterTag(_out.Span.ToArray());
    }

    /// <summary>Text is over for now, a call begins: what was held back goes out.</summary>
    public void Flush()
    {
        if (_think is { IsOver: false })
        {
            _out.Clear();
            _think.Flush(_out);
            AfterTag(_out.Span.ToArray());
        }

        FlushStops();
    }

    /// <summary>The answer is over, perhaps because it became too long.</summary>
    public void End(bool cut)
    {
        if (_think is { IsOver: false })
        {
            _out.Clear();
            _think.End(_out, cut);
            AfterTag(_out.Span.ToArray());
        }

        FlushStops();
    }

    public void Dispose()
    {
        _think?.Dispose();
        _stops?.Dispose();
        _in.Dispose();
        _out.Dispose();
        _escaped.Dispose();
    }

    private void FlushStops()
    {
        if (_stops is { Matched: null })
        {
            _out.Clear();
            _stops.Flush(_out);
            Say(_out.Span);
        }
    }

    private void AfterTag(ReadOnlySpan<byte> text)
    {
        if (_stops is null || text.IsEmpty)
        {
            Say(text);
            return;
        }

        _out.Clear();
        _stops.Next(text, _out);
        Say(_out.Span);
    }

    private void Say(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        _escaped.Clear();
        _escaped.AppendEscaped(text);
        blocks.Say(BlockKind.Text, _escaped.Span);
    }
}
