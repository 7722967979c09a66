using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Puts the parts of an answer one after the other. Upstreams mix text and several tool calls as they like; Anthropic's
/// clients know only the last block that was begun. The first block streams through, later ones wait until it is
/// over: a tool call when its arguments are complete, everything else as soon as something follows.
/// </summary>
internal sealed class BlockQueue(IMessagesSink sink, ToolCallNaming naming, bool holdInput) : IDisposable
{
    private readonly List<QueuedBlock> _open = [];
    private int _emittedBytes;

    /// <summary>At least one tool call reached the client.</summary>
    public bool HasCalls { get; private set; }

    /// <summary>Output so far, in bytes of text, for upstreams that report no usage.</summary>
    public int EmittedBytes => _emittedBytes;

    public void AddText(ReadOnlySpan<byte> escaped)
    {
        _emittedBytes += escaped.Length;
        if (_open is [.., QueuedText last])
        {
            last.Add(escaped, isHead: _open.Count == 1);
            return;
        }

        Append(new QueuedText(sink));
        ((QueuedText)_open[^1]).Add(escaped, isHead: _open.Count == 1);
    }

    /// <summary>The thinking block that the next piece belongs to.</summary>
    public QueuedThinking Thinking(string origin, bool omitText)
    {
        if (_open is [.., QueuedThinking last])
        {
            return last;
        }

        QueuedThinking thinking = new(sink, origin, omitText);
        Append(thinking);
        return thinking;
    }

    /// <summary>Passes a piece of thinking on, or holds it back while something else is streaming.</summary>
    public void AddThinking(QueuedThinking block, ReadOnlySpan<byte> escaped)
    {
        _emittedBytes += escaped.Length;
        block.Add(escaped, isHead: ReferenceEquals(_open[0], block));
    }

    /// <summary>A call that is not in line yet.</summary>
    public QueuedCall CreateCall() => new(sink, naming, holdInput);

    public void StartCall(QueuedCall call) => Append(call);

    /// <summary>A call got more of itself.</summary>
    public void CallChanged(QueuedCall call, int bytes)
    {
        _emittedBytes += bytes;
        if (_open.Count > 0 && ReferenceEquals(_open[0], call))
        {
            call.Flush();
            Advance();
        }
    }

    public void AddBlock(ReadOnlySpan<byte> json) => Append(new QueuedWholeBlock(sink, json.ToArray()));

    /// <summary>Adds a citation to the text block at hand; without one there is nothing to cite.</summary>
    public void AddCitation(ReadOnlySpan<byte> json)
    {
        if (_open is [QueuedText { IsOpen: true }])
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
        foreach (QueuedBlock block in _open)
        {
            block.Dispose();
        }
    }

    private void Append(QueuedBlock block)
    {
        _open.Add(block);
        Advance();
        if (_open.Count == 1)
        {
            block.Flush();
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
        QueuedBlock head = _open[0];
        head.Close();
        HasCalls |= head is QueuedCall { IsOpen: true };
        head.Dispose();
        _open.RemoveAt(0);
        if (_open.Count > 0)
        {
            _open[0].Flush();
        }
    }
}

/// <summary>One block to be. What is added while another block streams waits in a buffer.</summary>
internal abstract class QueuedBlock : IDisposable
{
    protected PooledBuffer Waiting { get; } = new(256);

    /// <summary>The block has been begun on the client's side.</summary>
    public bool IsOpen { get; protected set; }

    public virtual bool CanClose => true;

    /// <summary>Writes what waited; the block is first now.</summary>
    public abstract void Flush();

    public abstract void Close();

    public virtual void Dispose() => Waiting.Dispose();
}

internal sealed class QueuedText(IMessagesSink sink) : QueuedBlock
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

internal sealed class QueuedWholeBlock(IMessagesSink sink, byte[] json) : QueuedBlock
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
