using System.Buffers;
using Gateway.Translation.Chat;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Sse;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Chat Completions answer in, Anthropic message out. Streams and whole answers go the same way: a whole answer is one
/// large chunk, so nothing can be mended in one path and forgotten in the other.
/// </summary>
public sealed class ChatAnswerTranslator : IAnswerTranslator
{
    /// <summary>A rough measure of tokens for upstreams that report none.</summary>
    private const int BytesPerToken = 4;

    private readonly AnswerContext _context;
    private readonly IMessagesSink _sink;
    private readonly SseReader _reader = new();
    private readonly BlockQueue _queue;
    private readonly ChatChoiceReader _choice;
    private bool _begun;
    private bool _badJsonLast;
    private FinishKind _finish;
    private string? _stopSequence;
    private string? _serviceTier;
    private TokenUsage? _usage;

    /// <param name="context">What the request's translation left behind, with an id that is different for each answer.</param>
    public ChatAnswerTranslator(AnswerContext context)
    {
        _context = context;
        _sink = context.Streaming ? new MessagesEventSink(context.Id, context.Model) : new MessagesBodySink(context.Id, context.Model);
        _queue = new BlockQueue(_sink, new ToolCallNaming(context.ToolNames, context.Id), holdInput: !context.Streaming);
        _choice = new ChatChoiceReader(_queue, context);
    }

    public bool Started => _sink.Started;

    public bool Completed { get; private set; }

    public GatewayError? Error { get; private set; }

    public int PendingBytes => _reader.PendingBytes;

    public TokenUsage Usage => _usage ?? new TokenUsage
    {
        Input = _begun && _context.CountedInput is { } counted ? counted.Value : _context.EstimatedInput,
        Output = (_queue.EmittedBytes + BytesPerToken - 1) / BytesPerToken,
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

        if (_finish != FinishKind.None || (clean && _begun && !_badJsonLast && _context.Profile.MayOmitFinish))
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
            Fail(ErrorIn(upstream) ?? GatewayError.Api("The upstream answered with something that is no chat completion."), client);
            return;
        }

        // Counted, so billed upstream, whatever the rest of the answer is good for.
        _usage = ChatUsage.Read(answer.Usage);
        if (!answer.Error.IsEmpty || answer.IsErrorObject)
        {
            FailOrRescue(upstream, client);
        }
        else if (!HasChoice(answer.Choices))
        {
            Fail(GatewayError.Api("The upstream returned no choices."), client);
        }
        else
        {
            ReadChunk(answer, client);
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

    public void Ping(IBufferWriter<byte> client) => MessagesEventSink.Ping(client);

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
        _queue.Dispose();
        _choice.Dispose();
        _sink.Dispose();
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
            FailOrRescue(data, client);
        }
        else if (_badJsonLast && data[0] == '[' && ErrorIn(data) is { } wrapped)
        {
            // Gemini wraps its error in an array.
            Fail(wrapped, client);
        }
        else if (!_badJsonLast)
        {
            ReadChunk(chunk, client);
        }
    }

    /// <summary>An error object, unless the call that the upstream could not read can be read here.</summary>
    private void FailOrRescue(ReadOnlySpan<byte> error, IBufferWriter<byte> client)
    {
        if (FailedGeneration.ToCompletion(error) is { } completion && ChatChunk.TryParse(completion, out ChatChunk rescued))
        {
            ReadChunk(rescued, client);
            Finish();
        }
        else
        {
            Fail(ErrorIn(error) ?? GatewayError.Api("The upstream reported an error."), client);
        }
    }

    private GatewayError? ErrorIn(ReadOnlySpan<byte> body) =>
        UpstreamErrors.FromBody(body, _context.Profile.ClientCredential, _context.Size, _context.Redactor);

    private void ReadChunk(ChatChunk chunk, IBufferWriter<byte> client)
    {
        // Running totals: the last one counts, they are never added.
        _usage = ChatUsage.Read(chunk.Usage) ?? _usage;
        _serviceTier ??= StopReasons.ServiceTier(chunk.ServiceTier);
        ReadStop(chunk.MatchedStop);
        JsonItems choices = new(chunk.Choices);
        while (!Completed && Error is null && choices.MoveNext())
        {
            if (choices.Value[0] == '{')
            {
                ReadChoice(ChatChoice.Parse(choices.Value), choices.Value, chunk.Usage.IsEmpty, client);
            }
        }

        if (Error is null)
        {
            Begin();
        }
    }

    private void ReadChoice(ChatChoice choice, ReadOnlySpan<byte> json, bool takeUsage, IBufferWriter<byte> client)
    {
        FinishKind finish = StopReasons.Read(choice.FinishReason);
        if (StopReasons.Failure(finish) is { } failure)
        {
            // Before anything else: as long as nothing is sent it can be a real HTTP error.
            Fail((choice.HasError ? ErrorIn(json) : null) ?? failure, client);
            return;
        }

        Begin();
        if (takeUsage)
        {
            _usage = ChatUsage.Read(choice.Usage) ?? _usage;
        }

        _choice.Add(choice);
        if (_choice.MatchedStop is not null)
        {
            Finish();
            return;
        }

        // Of several choices the one with calls decides, else the first.
        if (finish == FinishKind.Tools || (finish != FinishKind.None && (choice.Index == 0 ? _finish != FinishKind.Tools : _finish == FinishKind.None)))
        {
            _finish = finish;
        }

        ReadStop(choice.MatchedStop);
    }

    private void ReadStop(ReadOnlySpan<byte> matched)
    {
        if (!matched.IsEmpty && JsonUnescape.ToText(matched) is { } stop && _context.StopSequences.Contains(stop))
        {
            _stopSequence = stop;
        }
    }

    private void Begin()
    {
        if (!_begun)
        {
            _begun = true;
            _sink.Start(_context.EstimatedInput);
        }
    }

    private void Finish()
    {
        _choice.End();
        string? stop = _choice.MatchedStop ?? _stopSequence;
        string reason = StopReasons.ToAnthropic(_choice.MatchedStop is null ? _finish : FinishKind.Stop, _queue.HasCalls, _choice.Refused, stop);
        _sink.Finish(new MessageEnd(reason, reason == "stop_sequence" ? stop : null, _choice.Refusal, Usage, _choice.WebSearches)
        {
            // A stream has no place for it: its usage began before anyone knew.
            ServiceTier = _context.Streaming ? null : _serviceTier,
        });
        Completed = true;
    }
}
