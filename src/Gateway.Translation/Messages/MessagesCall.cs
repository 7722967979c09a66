using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>A call of an Anthropic answer that is not over yet.</summary>
internal sealed class MessagesCall(int block) : IDisposable
{
    private readonly PooledBuffer _whole = new(256);
    private bool _sawInput;

    /// <summary>Its number in the sink.</summary>
    public int Block => block;

    /// <summary>Some servers give the whole input at the start, and some give it as a text that holds JSON.</summary>
    public void Keep(ReadOnlySpan<byte> input)
    {
        if (JsonRaw.IsText(input))
        {
            JsonUnescape.Append(JsonRaw.Text(input), _whole);
        }
        else if (!input.IsEmpty)
        {
            JsonRaw.WriteCompact(input, _whole);
        }
    }

    public void Append(ReadOnlySpan<byte> escaped, IAnswerSink sink)
    {
        _sawInput = true;
        sink.Append(Block, JsonText.Escaped(escaped));
    }

    public void Close(IAnswerSink sink)
    {
        if (!_sawInput && _whole.Length > 0)
        {
            sink.Append(Block, JsonText.Plain(_whole.Span));
        }

        sink.Close(Block);
        Dispose();
    }

    public void Dispose() => _whole.Dispose();
}
