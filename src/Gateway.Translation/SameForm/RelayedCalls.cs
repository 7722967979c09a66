using System.Text.Json;
using Gateway.Translation.Chat;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Follows the calls of a relayed stream. Should the upstream end it without a finish reason, as Cerebras does, the calls
/// tell whether it was over; without the chunk that says so no client would run them.
/// </summary>
internal sealed class RelayedCalls(AnswerContext context) : IDisposable
{
    private readonly PooledBuffer _line = new(256);
    private ChatReader? _reader;
    private byte[] _head = [];

    /// <summary>Takes a chunk; what holds no calls costs one search.</summary>
    public void Note(ReadOnlySpan<byte> chunk)
    {
        if (chunk.IndexOf("\"tool_calls\""u8) < 0)
        {
            return;
        }

        if (_reader is null)
        {
            _reader = new ChatReader(context, new Nobody());
            ReadOnlySpan<byte> id = JsonFields.Find(chunk, "id"u8);
            ReadOnlySpan<byte> created = JsonFields.Find(chunk, "created"u8);
            _head = [.. "{\"id\":"u8, .. id.IsEmpty ? "\"\""u8 : id, .. ",\"object\":\"chat.completion.chunk\",\"created\":"u8, .. created.IsEmpty ? "0"u8 : created];
        }

        _line.Clear();
        _line.Append("data: "u8);
        JsonRaw.WriteLine(chunk, _line);
        _line.Append("\n\n"u8);
        _reader.Append(_line.Span);
        try
        {
            _reader.TakeEvents(atEnd: false);
        }
        catch (JsonException)
        {
            // The client gets the chunk as it came; its call is not whole, then.
        }
    }

    /// <summary>The stream is over without a finish reason. False when it may have been cut.</summary>
    public bool AreWhole()
    {
        _reader?.TakeEnd(clean: true);
        return _reader is { Completed: true };
    }

    /// <summary>Writes the chunk that was missing.</summary>
    public void WriteFinish(ReadOnlySpan<byte> model, PooledBuffer output)
    {
        output.Append("data: "u8);
        output.Append(_head);
        output.Append(",\"model\":"u8);
        output.Append(model);
        output.Append(",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n"u8);
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _line.Dispose();
    }

    /// <summary>The client has the upstream's own bytes.</summary>
    private sealed class Nobody : IAnswerSink
    {
        public bool Started => true;

        public void Start()
        {
        }

        public void Ping()
        {
        }

        public void Fail(GatewayError error)
        {
        }

        public void Begin(in AnswerStart start)
        {
        }

        public void Open(int block, BlockKind kind)
        {
        }

        public void OpenCall(int block, in CallHead call)
        {
        }

        public void Append(int block, JsonText piece)
        {
        }

        public void Keep(int block, in ReasoningState state)
        {
        }

        public void Cite(int block, in WebSource source)
        {
        }

        public void Close(int block)
        {
        }

        public void End(in AnswerEnd end)
        {
        }

        public void Dispose()
        {
        }
    }
}
