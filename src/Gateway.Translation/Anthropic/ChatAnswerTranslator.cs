using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Gateway.Translation.Errors;
using Gateway.Translation.Sse;

namespace Gateway.Translation.Anthropic;

/// <summary>
/// Chat Completions answer in, Anthropic message out. Streams and whole answers go the same way: a whole answer is one
/// large chunk, so nothing can be mended in one path and forgotten in the other.
/// </summary>
public sealed class ChatAnswerTranslator : IAnswerTranslator
{
    /// <summary>A rough measure of tokens for upstreams that report none.</summary>
    private const int BytesPerToken = 4;

    private readonly ChatExchange _exchange;
    private readonly IMessageSink _sink;
    private readonly SseReader _reader = new();
    private readonly ContentSegments _segments;
    private readonly AnswerContent _content;
    private bool _begun;
    private bool _badJsonLast;
    private TokenUsage? _usage;

    /// <param name="exchange">What the request's translation left behind.</param>
    /// <param name="messageId">The id that the client sees, different for each answer.</param>
    /// <param name="streaming">Whether the client gets events or one body.</param>
    public ChatAnswerTranslator(ChatExchange exchange, string messageId, bool streaming)
    {
        _exchange = exchange;
        string model = exchange.Target.RequestedModel;
        _sink = streaming ? new MessageEventSink(messageId, model) : new MessageBodySink(messageId, model);
        _segments = new ContentSegments(_sink, new ToolCallNaming(exchange.ToolNames, messageId), holdInput: !streaming);
        _content = new AnswerContent(_segments, exchange, messageId);
    }

    public bool Started => _sink.Started;

    public bool Completed { get; private set; }

    public GatewayError? Error { get; private set; }

    public TokenUsage Usage => _usage ?? _content.Usage ?? new TokenUsage
    {
        Input = _begun && _exchange.CountedInputTokens is { } counted ? counted.Value : _exchange.EstimatedInputTokens,
        Output = (_segments.EmittedBytes + BytesPerToken - 1) / BytesPerToken,
        Estimated = true,
    };

    public void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> client)
    {
        _sink.Output = client;
        _reader.Append(upstream);
        while (!Completed && Error is null && _reader.TryRead())
        {
            ReadEvent(client);
        }
    }

    public void End(bool clean, IBufferWriter<byte> client)
    {
        _sink.Output = client;
        while (!Completed && Error is null && _reader.TryRead(atEnd: true))
        {
            ReadEvent(client);
        }

        if (Completed || Error is not null)
        {
            return;
        }

        if (_content.Finish != FinishKind.None || (clean && _begun && !_badJsonLast && _exchange.Target.Profile.MayOmitFinish))
        {
            Finish();
        }
        else
        {
            Fail(GatewayError.Api(_begun ? "The upstream stream ended unexpectedly. Please try again." : "The upstream sent an empty stream. Please try again."), client);
        }
    }

    public void ReadWhole(ReadOnlySpan<byte> upstream, IBufferWriter<byte> client)
    {
        _sink.Output = client;
        upstream = ValidText(upstream);
        if (!ChatChunk.TryParse(upstream, out ChatChunk answer))
        {
            Fail(UpstreamErrors.FromBody(upstream) ?? GatewayError.Api("The upstream answered with something that is no chat completion."), client);
        }
        else if (!answer.Error.IsEmpty || answer.IsErrorObject)
        {
            Fail(UpstreamErrors.FromBody(upstream) ?? GatewayError.Api("The upstream reported an error."), client);
        }
        else if (!HasChoice(answer.Choices))
        {
            Fail(GatewayError.Api("The upstream returned no choices."), client);
        }
        else
        {
            ReadChunk(answer, whole: true);
            FailOn(_content.Finish, client);
            if (Error is null && !Completed)
            {
                Finish();
            }
        }
    }

    public void Start(IBufferWriter<byte> client)
    {
        _sink.Output = client;
        Begin();
    }

    public void Ping(IBufferWriter<byte> client) => MessageEventSink.Ping(client);

    public void Fail(GatewayError error, IBufferWriter<byte> client)
    {
        Error ??= error;
        if (Started && !Completed)
        {
            client.Write("event: error\ndata: "u8);
            ErrorBody.WriteAnthropic(error, null, client);
            client.Write("\n\n"u8);
            Completed = true;
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _segments.Dispose();
        _content.Dispose();
        _sink.Dispose();
    }

    private static bool HasChoice(ReadOnlySpan<byte> choices) => choices.Length > 2 && !choices[1..^1].Trim(" \r\n\t"u8).IsEmpty;

    /// <summary>The bytes, with U+FFFD in place of what is no UTF-8: clients must get text.</summary>
    private static ReadOnlySpan<byte> ValidText(ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes));

    private void ReadEvent(IBufferWriter<byte> client)
    {
        ReadOnlySpan<byte> data = ValidText(_reader.Data.Trim(" \t\r\n"u8));
        if (data.IsEmpty)
        {
            return;
        }

        if (data.SequenceEqual("[DONE]"u8))
        {
            if (_begun)
            {
                Finish();
            }

            return;
        }

        bool isError = _reader.EventName.SequenceEqual("error"u8);
        _badJsonLast = !ChatChunk.TryParse(data, out ChatChunk chunk);
        if (isError || !chunk.Error.IsEmpty || chunk.IsErrorObject)
        {
            Fail(UpstreamErrors.FromBody(data) ?? GatewayError.Api("The upstream reported an error."), client);
        }
        else if (_badJsonLast && data[0] == '[' && UpstreamErrors.FromBody(data) is { } wrapped)
        {
            // Gemini wraps its error in an array.
            Fail(wrapped, client);
        }
        else if (!_badJsonLast)
        {
            ReadChunk(chunk, whole: false);
            FailOn(_content.Finish, client);
        }
    }

    private void ReadChunk(ChatChunk chunk, bool whole)
    {
        Begin();
        if (!chunk.Usage.IsEmpty)
        {
            // Running totals: the last one counts, they are never added.
            _usage = ChatUsage.Read(chunk.Usage) ?? _usage;
        }

        if (!HasChoice(chunk.Choices))
        {
            return;
        }

        _content.Read(chunk.Choices, whole);
        if (_content.Stopped)
        {
            Finish();
        }
    }

    private void FailOn(FinishKind finish, IBufferWriter<byte> client)
    {
        if (finish == FinishKind.Failed)
        {
            Fail(GatewayError.Api("The upstream stopped with an error. Please try again."), client);
        }
        else if (finish == FinishKind.Overloaded)
        {
            Fail(GatewayError.Overloaded("The upstream ran out of resources. Please try again."), client);
        }
    }

    private void Begin()
    {
        if (!_begun)
        {
            _begun = true;
            _sink.Start(_exchange.EstimatedInputTokens);
        }
    }

    private void Finish()
    {
        _sink.Finish(_content.End(() => Usage));
        Completed = true;
    }
}
