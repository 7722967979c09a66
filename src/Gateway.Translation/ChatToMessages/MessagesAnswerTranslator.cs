using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;
using Gateway.Translation.Sse;

namespace Gateway.Translation.ChatToMessages;

/// <summary>
/// Turns an Anthropic answer into a Chat answer: chunks or one body, as the context say, from a stream or a whole
/// Message, as the upstream likes.
/// </summary>
public sealed class MessagesAnswerTranslator : IAnswerTranslator
{
    private readonly AnswerContext _context;
    private readonly SseReader _sse = new();
    private readonly IChatSink _sink;
    private readonly MessagesBlockReader _blocks;
    private readonly MessagesUsage _usage = new();
    private bool _begun;
    private bool _finished;
    private bool _over;

    public MessagesAnswerTranslator(AnswerContext context)
    {
        _context = context;
        _sink = context.Streaming ? new ChatChunkSink(context) : new ChatBodySink(context);
        _blocks = new MessagesBlockReader(context, _sink);
    }

    public bool Started { get; private set; }

    public bool Completed { get; private set; }

    public GatewayError? Error { get; private set; }

    public int PendingBytes => _sse.PendingBytes;

    public TokenUsage Usage => _usage.ToUsage(_context.EstimatedInput, _blocks.OutputCharacters);

    public void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> client)
    {
        if (_over)
        {
            return;
        }

        _sse.Append(upstream);
        while (!_over && _sse.TryRead())
        {
            TakeSafely(_sse.Data, client);
        }
    }

    public void End(bool clean, IBufferWriter<byte> client)
    {
        while (!_over && _sse.TryRead(atEnd: true))
        {
            TakeSafely(_sse.Data, client);
        }

        if (!_over)
        {
            Fail(GatewayError.Api("upstream stream ended unexpectedly"), client);
        }
    }

    public void ReadWhole(ReadOnlySpan<byte> upstream, IBufferWriter<byte> client)
    {
        try
        {
            TakeWhole(upstream, client);
        }
        catch (JsonException)
        {
            Fail(GatewayError.Api("upstream returned a malformed answer"), client);
        }
    }

    public void Start(IBufferWriter<byte> client)
    {
        if (_context.Streaming)
        {
            Begin([], client);
        }
    }

    public void Ping(IBufferWriter<byte> client)
    {
        if (Started && !Completed)
        {
            client.Write(": ping\n\n"u8);
        }
    }

    public void Fail(GatewayError error, IBufferWriter<byte> client)
    {
        if (_over)
        {
            return;
        }

        _over = true;
        Error = error;
        if (Started)
        {
            // No [DONE] after it: a client must not take the answer for complete.
            client.Write("data: "u8);
            ErrorBody.WriteOpenAi(error, client);
            client.Write("\n\n"u8);
            Completed = true;
        }
    }

    public void Dispose()
    {
        _sse.Dispose();
        _blocks.Dispose();
        _sink.Dispose();
    }

    private void TakeSafely(ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        try
        {
            Take(data, client);
        }
        catch (JsonException)
        {
            // One broken event is no reason to lose the rest; if it was the end, the missing message_stop says so.
        }
    }

    private void Take(ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        MessagesEvent next = MessagesEvent.Read(data);
        if (next.Type.SequenceEqual("content_block_delta"u8))
        {
            Begin([], client);
            _blocks.Delta(next, client);
        }
        else if (next.Type.SequenceEqual("content_block_start"u8))
        {
            Begin([], client);
            _blocks.Start(next.Block, client);
        }
        else if (next.Type.SequenceEqual("content_block_stop"u8))
        {
            _blocks.Stop(client);
        }
        else if (next.Type.SequenceEqual("message_start"u8))
        {
            _usage.Read(JsonFields.Find(next.Message, "usage"u8), final: false);
            Begin(JsonRaw.Text(JsonFields.Find(next.Message, "id"u8)), client);
        }
        else if (next.Type.SequenceEqual("message_delta"u8))
        {
            Begin([], client);
            _usage.Read(next.Usage, final: true);
            Finish(next.Delta, client);
        }
        else if (next.Type.SequenceEqual("message_stop"u8))
        {
            Begin([], client);
            Complete(client);
        }
        else if (next.Type.SequenceEqual("ping"u8))
        {
            Ping(client);
        }
        else if (next.Type.SequenceEqual("error"u8) || (next.Type.IsEmpty && !next.Error.IsEmpty))
        {
            Fail(AnthropicError.Read(next.Error, _context.Redactor), client);
        }
    }

    private void TakeWhole(ReadOnlySpan<byte> message, IBufferWriter<byte> client)
    {
        ReadOnlySpan<byte> error = JsonFields.Find(message, "error"u8);
        ReadOnlySpan<byte> content = JsonFields.Find(message, "content"u8);
        if (!error.IsEmpty || content.IsEmpty || content[0] != '[')
        {
            Fail(error.IsEmpty ? GatewayError.Api("upstream returned no message") : AnthropicError.Read(error, _context.Redactor), client);
            return;
        }

        _usage.Read(JsonFields.Find(message, "usage"u8), final: true);
        Begin(JsonRaw.Text(JsonFields.Find(message, "id"u8)), client);
        JsonItems blocks = new(content);
        while (blocks.MoveNext())
        {
            _blocks.Start(blocks.Value, client);
            _blocks.Stop(client);
        }

        Finish(message, client);
        Complete(client);
    }

    private void Begin(ReadOnlySpan<byte> upstreamId, IBufferWriter<byte> client)
    {
        if (_begun)
        {
            return;
        }

        _begun = true;
        ReadOnlySpan<byte> rest = upstreamId.StartsWith("msg_"u8) ? upstreamId[4..] : upstreamId;
        _sink.Begin(rest.IsEmpty ? Encoding.UTF8.GetBytes(_context.Id) : [.. "chatcmpl-"u8, .. rest], client);
        Started = _context.Streaming;
    }

    /// <param name="stopped">The object that holds stop_reason: the delta of message_delta, or a whole Message.</param>
    /// <param name="client">Takes the bytes.</param>
    private void Finish(ReadOnlySpan<byte> stopped, IBufferWriter<byte> client)
    {
        ReadOnlySpan<byte> reason = JsonFields.Find(stopped, "stop_reason"u8);
        if (_finished || reason.IsEmpty)
        {
            return;
        }

        _blocks.Stop(client);
        ReadOnlySpan<byte> explanation = JsonRaw.Text(JsonFields.Find(JsonFields.Find(stopped, "stop_details"u8), "explanation"u8));
        if (JsonRaw.Text(reason).SequenceEqual("refusal"u8) && !explanation.IsEmpty)
        {
            _sink.Refusal(explanation, client);
        }

        _sink.Finish(FinishReason.From(JsonRaw.Decode(reason), _blocks.CalledTools), client);
        _finished = true;
    }

    private void Complete(IBufferWriter<byte> client)
    {
        if (!_finished)
        {
            _blocks.Stop(client);
            _sink.Finish(FinishReason.From("", _blocks.CalledTools), client);
        }

        _sink.End(_usage, _blocks.OutputCharacters, client);
        _over = Started = Completed = true;
    }
}
