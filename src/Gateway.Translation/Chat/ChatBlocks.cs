using Gateway.Translation.Hub;

namespace Gateway.Translation.Chat;

/// <summary>
/// Numbers the blocks of one answer. Chat has no blocks: text, refusal and reasoning go on until something else begins,
/// only calls stay open beside each other.
/// </summary>
internal sealed class ChatBlocks(IAnswerSink sink)
{
    private int _current = -1;
    private BlockKind _kind;

    /// <summary>The number of the block that is opened next.</summary>
    public int Next { get; private set; }

    /// <summary>At least one call reached the client.</summary>
    public bool HasCalls { get; private set; }

    /// <summary>There is a word of the answer, a thought or a call.</summary>
    public bool HasSaid { get; private set; }

    public IAnswerSink Sink => sink;

    public void Say(BlockKind kind, ReadOnlySpan<byte> escaped)
    {
        HasSaid |= !escaped.IsEmpty;
        sink.Append(Of(kind), JsonText.Escaped(escaped));
    }

    /// <summary>The block of this kind that is being said, or a new one.</summary>
    public int Of(BlockKind kind)
    {
        if (_current < 0 || _kind != kind)
        {
            CloseCurrent();
            _current = Next++;
            _kind = kind;
            sink.Open(_current, kind);
        }

        return _current;
    }

    /// <summary>The text that is being said, to which a source belongs; -1 when it is something else.</summary>
    public int CurrentText => _current >= 0 && _kind is BlockKind.Text or BlockKind.Refusal ? _current : -1;

    public int OpenCall(in CallHead call)
    {
        CloseCurrent();
        HasCalls = true;
        int block = Next++;
        sink.OpenCall(block, call);
        return block;
    }

    public void CountCall(int bytes) => HasSaid |= bytes > 0;

    public void CloseCurrent()
    {
        if (_current >= 0)
        {
            sink.Close(_current);
            _current = -1;
        }
    }
}
