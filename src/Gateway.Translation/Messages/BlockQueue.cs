using Gateway.Translation.Hub;

namespace Gateway.Translation.Messages;

/// <summary>
/// Puts the blocks of an answer one after the other. Upstreams mix text and several tool calls as they like; Anthropic's
/// clients know only the last block that was begun. The first block streams through, later ones wait. It ends when it is
/// closed and something follows: until then a text may go on.
/// </summary>
internal sealed class BlockQueue : IDisposable
{
    private readonly Queue<QueuedBlock> _open = new();

    public QueuedBlock? Last { get; private set; }

    public void Add(QueuedBlock block)
    {
        _open.Enqueue(block);
        Last = block;
        Advance();
        if (_open.Count == 1)
        {
            block.Lead();
        }
    }

    /// <summary>Nothing more comes to the block; if it streams, those that wait go on.</summary>
    public void Close(QueuedBlock block)
    {
        block.IsClosed = true;
        Advance();
    }

    /// <summary>The answer is over: everything that waited goes out.</summary>
    public void End()
    {
        while (_open.Count > 0)
        {
            EndFirst();
        }
    }

    public void Dispose()
    {
        foreach (QueuedBlock block in _open)
        {
            block.Dispose();
        }
    }

    private void Advance()
    {
        while (_open.Count > 1 && _open.Peek().IsClosed)
        {
            EndFirst();
        }
    }

    private void EndFirst()
    {
        using (QueuedBlock first = _open.Dequeue())
        {
            first.End();
        }

        if (_open.Count > 0)
        {
            _open.Peek().Lead();
        }
    }
}

/// <summary>A block that came whole.</summary>
internal sealed class QueuedWhole : QueuedBlock
{
    private readonly IMessagesWriter _writer;
    private readonly byte[] _json;

    public QueuedWhole(IMessagesWriter writer, ReadOnlySpan<byte> json)
    {
        _writer = writer;
        _json = json.ToArray();
        IsClosed = true;
    }

    public override void Append(JsonText piece)
    {
    }

    public override void End()
    {
    }

    public override void Dispose()
    {
    }

    protected override void Flush() => _writer.WriteBlock(_json);
}

/// <summary>One block to be. What is added while another one streams waits in a buffer.</summary>
internal abstract class QueuedBlock : IDisposable
{
    /// <summary>It is first: what comes goes to the client.</summary>
    protected bool Leads { get; private set; }

    /// <summary>The block has been begun on the client's side.</summary>
    public bool IsOpen { get; protected set; }

    /// <summary>Nothing more comes.</summary>
    public bool IsClosed { get; set; }

    /// <summary>It is first from now on.</summary>
    public void Lead()
    {
        if (!Leads)
        {
            Leads = true;
            Flush();
        }
    }

    public abstract void Append(JsonText piece);

    public virtual void Keep(in ReasoningState state)
    {
    }

    /// <summary>Ends the block on the client's side, if it has been begun there.</summary>
    public abstract void End();

    public abstract void Dispose();

    /// <summary>Writes what waited.</summary>
    protected abstract void Flush();
}
