using Gateway.Translation.Json;

namespace Gateway.Translation.Anthropic;

/// <summary>
/// Puts the parts of an answer one after the other. Upstreams mix text and several tool calls as they like; Anthropic's
/// clients know only the last block that was begun. The first segment streams through, later ones wait until it is
/// over: a tool call when its arguments are complete, everything else as soon as something follows.
/// </summary>
internal sealed class ContentSegments(IMessageSink sink, ToolCallNaming naming, bool holdInput) : IDisposable
{
    private readonly List<Segment> _open = [];
    private int _emittedBytes;

    /// <summary>At least one tool call reached the client.</summary>
    public bool HasCalls { get; private set; }

    /// <summary>Output so far, in bytes of text, for upstreams that report no usage.</summary>
    public int EmittedBytes => _emittedBytes;

    public void AddText(ReadOnlySpan<byte> escaped)
    {
        _emittedBytes += escaped.Length;
        if (_open is [.., TextSegment last])
        {
            last.Add(escaped, isHead: _open.Count == 1);
            return;
        }

        Append(new TextSegment(sink));
        ((TextSegment)_open[^1]).Add(escaped, isHead: _open.Count == 1);
    }

    /// <summary>The thinking block that the next piece belongs to.</summary>
    public ThinkingSegment Thinking(string scope, bool omitText)
    {
        if (_open is [.., ThinkingSegment last])
        {
            return last;
        }

        ThinkingSegment thinking = new(sink, scope, omitText);
        Append(thinking);
        return thinking;
    }

    /// <summary>Passes a piece of thinking on, or holds it back while something else is streaming.</summary>
    public void AddThinking(ThinkingSegment segment, ReadOnlySpan<byte> escaped)
    {
        _emittedBytes += escaped.Length;
        segment.Add(escaped, isHead: ReferenceEquals(_open[0], segment));
    }

    /// <summary>A call that is not in line yet.</summary>
    public CallSegment CreateCall() => new(sink, naming, holdInput);

    public void StartCall(CallSegment call) => Append(call);

    /// <summary>A call got more of itself.</summary>
    public void CallChanged(CallSegment call, int bytes)
    {
        _emittedBytes += bytes;
        if (_open.Count > 0 && ReferenceEquals(_open[0], call))
        {
            call.Flush();
            Advance();
        }
    }

    public void AddBlock(ReadOnlySpan<byte> json) => Append(new BlockSegment(sink, json.ToArray()));

    /// <summary>Adds a citation to the text block at hand; without one there is nothing to cite.</summary>
    public void AddCitation(ReadOnlySpan<byte> json)
    {
        if (_open is [TextSegment { IsOpen: true }])
        {
            sink.WriteCitation(json);
        }
    }

    /// <summary>The answer is over: everything that waited goes out, unfinished calls are completed.</summary>
    public void End()
    {
        while (_open.Count > 0)
        {
            CloseHead();
        }
    }

    public void Dispose()
    {
        foreach (Segment segment in _open)
        {
            segment.Dispose();
        }
    }

    private void Append(Segment segment)
    {
        _open.Add(segment);
        Advance();
        if (_open.Count == 1)
        {
            segment.Flush();
        }
    }

    private void Advance()
    {
        while (_open.Count > 1 && _open[0].CanClose)
        {
            CloseHead();
        }
    }

    private void CloseHead()
    {
        Segment head = _open[0];
        head.Close();
        HasCalls |= head is CallSegment { IsOpen: true };
        head.Dispose();
        _open.RemoveAt(0);
        if (_open.Count > 0)
        {
            _open[0].Flush();
        }
    }
}

/// <summary>One block to be. What is added while another segment streams waits in a buffer.</summary>
internal abstract class Segment : IDisposable
{
    protected PooledBuffer Waiting { get; } = new(256);

    /// <summary>The block has been begun on the client's side.</summary>
    public bool IsOpen { get; protected set; }

    public virtual bool CanClose => true;

    /// <summary>Writes what waited; the segment is first now.</summary>
    public abstract void Flush();

    public abstract void Close();

    public virtual void Dispose() => Waiting.Dispose();
}

internal sealed class TextSegment(IMessageSink sink) : Segment
{
    public void Add(ReadOnlySpan<byte> escaped, bool isHead)
    {
        if (isHead && IsOpen)
        {
            sink.WriteText(escaped);
            return;
        }

        Waiting.Append(escaped);
        if (isHead)
        {
            Flush();
        }
    }

    /// <summary>Text of white space alone opens no block: Anthropic refuses such a block when it is sent back.</summary>
    public override void Flush()
    {
        if (Waiting.Length == 0 || (!IsOpen && IsBlank(Waiting.Span)))
        {
            return;
        }

        if (!IsOpen)
        {
            IsOpen = true;
            sink.StartText();
        }

        sink.WriteText(Waiting.Span);
        Waiting.Clear();
    }

    public override void Close()
    {
        if (IsOpen)
        {
            sink.StopBlock();
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> escaped)
    {
        if (escaped.IndexOf("\\u"u8) >= 0)
        {
            return string.IsNullOrWhiteSpace(JsonUnescape.ToText(escaped));
        }

        for (int i = 0; i < escaped.Length; i++)
        {
            bool escapedSpace = escaped[i] == (byte)'\\' && i + 1 < escaped.Length && escaped[i + 1] is (byte)'n' or (byte)'r' or (byte)'t';
            if (!escapedSpace && escaped[i] != ' ')
            {
                return false;
            }

            i += escapedSpace ? 1 : 0;
        }

        return true;
    }
}

internal sealed class BlockSegment(IMessageSink sink, byte[] json) : Segment
{
    public override void Flush()
    {
        if (!IsOpen)
        {
            IsOpen = true;
            sink.WriteBlock(json);
        }
    }

    public override void Close() => Flush();
}
