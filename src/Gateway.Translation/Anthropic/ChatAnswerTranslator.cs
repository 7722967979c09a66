using System.Buffers;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
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
    private readonly ReasoningOutput _reasoning;
    private readonly TextOutput _text;
    private readonly ToolCallDeltas _calls;
    private readonly WebSearchOutput _search;
    private readonly PooledBuffer _refusal = new(64);
    private bool _begun;
    private bool _badJsonLast;
    private FinishKind _finish;
    private string? _stopSequence;
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
        _reasoning = new ReasoningOutput(_segments, exchange);
        _text = new TextOutput(_segments, _reasoning, exchange);
        _calls = new ToolCallDeltas(_segments, _reasoning);
        _search = new WebSearchOutput(_segments, exchange, messageId);
    }

    public bool Started => _sink.Started;

    public bool Completed { get; private set; }

    public GatewayError? Error { get; private set; }

    public TokenUsage Usage => _usage ?? new TokenUsage
    {
        Input = _exchange.EstimatedInputTokens,
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

        if (_finish != FinishKind.None || (clean && _begun && !_badJsonLast && _exchange.Target.Profile.MayOmitFinish))
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
            ReadChunk(answer);
            FailOn(_finish, client);
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
        _calls.Dispose();
        _text.Dispose();
        _sink.Dispose();
        _refusal.Dispose();
    }

    private static bool HasChoice(ReadOnlySpan<byte> choices) => choices.Length > 2 && !choices[1..^1].Trim(" \r\n\t"u8).IsEmpty;

    private void ReadEvent(IBufferWriter<byte> client)
    {
        ReadOnlySpan<byte> data = _reader.Data.Trim(" \t\r\n"u8);
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
        else if (!_badJsonLast)
        {
            ReadChunk(chunk);
            FailOn(_finish, client);
        }
    }

    private void ReadChunk(ChatChunk chunk)
    {
        Begin();
        if (!chunk.Usage.IsEmpty)
        {
            // Running totals: the last one counts, they are never added.
            _usage = ChatUsage.Read(chunk.Usage);
        }

        if (!HasChoice(chunk.Choices))
        {
            return;
        }

        Utf8JsonReader reader = new(chunk.Choices, JsonFormat.ReaderOptions);
        reader.Read();
        while (!Completed && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            bool isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            if (isObject)
            {
                ReadChoice(ChatChoice.Parse(chunk.Choices[start..(int)reader.BytesConsumed]));
            }
        }
    }

    private void ReadChoice(ChatChoice choice)
    {
        if (!choice.Usage.IsEmpty)
        {
            _usage ??= ChatUsage.Read(choice.Usage);
        }

        if (!_reasoning.AddDetails(choice.ReasoningDetails))
        {
            _reasoning.Add(choice.Reasoning);
        }

        _search.AddResults(choice.Annotations);
        _text.Add(choice.Content);
        ReadParts(choice.ContentParts);
        if (choice.Content.IsEmpty && choice.ContentParts.IsEmpty)
        {
            _text.Add(choice.AudioTranscript);
        }

        ReadRefusal(choice.Refusal);
        _search.AddCitations(choice.Annotations);
        if (_text.MatchedStop is not null)
        {
            Finish();
            return;
        }

        if (choice.ToolCalls.Length > 2 || !choice.FunctionCall.IsEmpty)
        {
            _text.Flush();
            _calls.Add(choice.ToolCalls);
            _calls.AddLegacy(choice.FunctionCall);
        }

        ReadFinish(choice);
    }

    private void ReadParts(ReadOnlySpan<byte> parts)
    {
        if (parts.IsEmpty)
        {
            return;
        }

        Utf8JsonReader reader = new(parts, JsonFormat.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            ReadOnlySpan<byte> part = parts[start..(int)reader.BytesConsumed];
            if (ChatChunk.Find(part, "type"u8).SequenceEqual("\"thinking\""u8))
            {
                // Magistral: a list of texts inside a part.
                ReadThinkingPart(ChatChunk.Find(part, "thinking"u8));
                continue;
            }

            ReadRefusal(ChatChoice.Inner(ChatChunk.Find(part, "refusal"u8)));
            _text.Add(ChatChoice.Inner(ChatChunk.Find(part, "text"u8)));
        }
    }

    private void ReadThinkingPart(ReadOnlySpan<byte> thinking)
    {
        _reasoning.Add(ChatChoice.Inner(thinking));
        if (thinking.IsEmpty || thinking[0] != '[')
        {
            return;
        }

        Utf8JsonReader reader = new(thinking, JsonFormat.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            _reasoning.Add(ChatChoice.Inner(ChatChunk.Find(thinking[start..(int)reader.BytesConsumed], "text"u8)));
        }
    }

    private void ReadRefusal(ReadOnlySpan<byte> refusal)
    {
        _refusal.Append(refusal);
        _text.Add(refusal);
    }

    private void ReadFinish(ChatChoice choice)
    {
        FinishKind finish = StopReasons.Read(choice.FinishReason);
        if (finish != FinishKind.None && _finish != FinishKind.Tools)
        {
            _finish = finish;
        }

        if (!choice.MatchedStop.IsEmpty && JsonUnescape.ToText(choice.MatchedStop) is { } stop && _exchange.StopSequences.Contains(stop))
        {
            _stopSequence = stop;
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
        _text.Flush();
        _segments.End();
        string? stop = _text.MatchedStop ?? _stopSequence;
        string reason = StopReasons.ToAnthropic(_text.MatchedStop is null ? _finish : FinishKind.Stop, _segments.HasCalls, _refusal.Length > 0, stop);
        _sink.Finish(new MessageEnd(
            reason,
            reason == "stop_sequence" ? stop : null,
            _refusal.Length > 0 ? JsonUnescape.ToText(_refusal.Span) : null,
            Usage,
            _search.Count));
        Completed = true;
    }
}
