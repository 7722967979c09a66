using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Sse;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.Messages;

/// <summary>Understands the answer of an Anthropic server, a stream or a whole Message.</summary>
internal sealed class MessagesReader : AnswerReader
{
    private readonly SseReader _sse = new();
    private readonly IAnswerSink _sink;
    private readonly MessagesBlockReader _blocks;
    private readonly MessagesUsage _usage;
    private SpokenText _spoken;
    private bool _begun;
    private bool _stopped;
    private FinishKind _finish;
    private string? _stopSequence;

    public MessagesReader(AnswerContext context, IAnswerSink sink)
        : base(context)
    {
        _sink = sink;
        _blocks = new MessagesBlockReader(sink, context.Id, context.Wish.SearchesWanted);
        _usage = new MessagesUsage(Said);
    }

    public override int PendingBytes => _sse.PendingBytes;

    public override TokenUsage Usage => _usage.Billed(Told);

    public override long Spoken => _spoken.Tokens;

    public override bool HasSaid => _blocks.HasSaid;

    private TokenUsage Told => Sane(_usage.ToUsage(Input(_begun), Spoken));

    public override void Append(ReadOnlySpan<byte> upstream) => _sse.Append(upstream);

    public override bool MoveNext(bool atEnd) => _sse.TryRead(atEnd);

    public override void Take()
    {
        MessagesEvent next = MessagesEvent.Read(_sse.Data);
        if (IsNews(next))
        {
            NoteNews();
        }

        if (next.Type.SequenceEqual("content_block_delta"u8))
        {
            Begin([]);
            _spoken.AddDelta(next.DeltaType, next.DeltaText);
            _blocks.Delta(next);
        }
        else if (next.Type.SequenceEqual("content_block_start"u8))
        {
            Begin([]);
            _spoken.AddBlock(next.Block);
            _blocks.Start(next.Block, next.Index);
        }
        else if (next.Type.SequenceEqual("content_block_stop"u8))
        {
            _blocks.Stop(next.Index);
        }
        else if (next.Type.SequenceEqual("message_start"u8))
        {
            Said.ReadMessage(next.Message);
            _usage.Read(JsonFields.Find(next.Message, "usage"u8), final: false);
            Begin(JsonRaw.Text(JsonFields.Find(next.Message, "id"u8)));
        }
        else if (next.Type.SequenceEqual("message_delta"u8))
        {
            Begin([]);
            _usage.Read(next.Usage, final: true);
            Said.NoteCode(JsonFields.Find(next.Delta, "container"u8));
            NoteStop(next.Delta);
        }
        else if (next.Type.SequenceEqual("message_stop"u8))
        {
            Begin([]);
            Finish();
        }
        else if (next.Type.SequenceEqual("message"u8) && !_begun)
        {
            // A whole message, as the only event of a stream.
            TakeWhole(_sse.Data);
        }
        else if (next.Type.SequenceEqual("ping"u8))
        {
            if (_sink.Started)
            {
                _sink.Ping();
            }
        }
        else if (next.Type.SequenceEqual("error"u8) || (next.Type.IsEmpty && !next.Error.IsEmpty))
        {
            Error = AnthropicError.Read(next.Error, Context.Redactor);
        }
    }

    /// <summary>Pings add nothing to a message, nor do deltas of no length and events that nobody knows.</summary>
    private static bool IsNews(in MessagesEvent next) => next.Type.SequenceEqual("content_block_delta"u8)
        ? !next.DeltaText.IsEmpty || next.DeltaType.SequenceEqual("citations_delta"u8)
        : next.Type.StartsWith("content_block_"u8) || next.Type.StartsWith("message_"u8);

    public override void TakeWhole(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> content = JsonFields.Find(body, "content"u8);
        ReadOnlySpan<byte> error = MessageJson.Error(body, content);
        if (!error.IsEmpty || content.IsEmpty || content[0] != '[')
        {
            Error = error.IsEmpty ? UpstreamErrors.FromBody(body, redactor: Context.Redactor) ?? GatewayError.Api("upstream returned no message") : AnthropicError.Read(error, Context.Redactor);
            return;
        }

        Said.ReadMessage(body);
        _usage.Read(JsonFields.Find(body, "usage"u8), final: true);
        _spoken.AddBlocks(content);
        Begin(JsonRaw.Text(JsonFields.Find(body, "id"u8)));
        JsonItems blocks = new(content);
        while (blocks.MoveNext())
        {
            _blocks.Start(blocks.Value, index: null);
        }

        _blocks.StopAll();
        NoteStop(body);
        Finish();
    }

    public override void TakeEnd(bool clean)
    {
        // Another maker's server may have said all but that this was all.
        bool isWhole = !Context.Profile.AnthropicFields && (_stopped || (clean && Context.Profile.MayOmitFinish && HasSaid));
        if (isWhole)
        {
            Finish();
        }
        else
        {
            Error = GatewayError.Api("upstream stream ended unexpectedly");
        }
    }

    public override void Dispose()
    {
        _sse.Dispose();
        _blocks.Dispose();
    }

    private void Begin(ReadOnlySpan<byte> upstreamId)
    {
        if (!_begun)
        {
            _begun = true;
            _sink.Begin(new AnswerStart(JsonText.Escaped(upstreamId)));
        }
    }

    /// <param name="stopped">The object that holds stop_reason: the delta of message_delta, or a whole Message.</param>
    private void NoteStop(ReadOnlySpan<byte> stopped)
    {
        ReadOnlySpan<byte> reason = JsonFields.Find(stopped, "stop_reason"u8);
        if (_stopped || reason.IsEmpty)
        {
            return;
        }

        _stopped = true;
        _finish = FinishReasons.Read(JsonRaw.Decode(reason));
        RefusedAtOnce = _finish == FinishKind.Refusal && !HasSaid;
        ReadOnlySpan<byte> sequence = JsonFields.Find(stopped, "stop_sequence"u8);
        _stopSequence = JsonRaw.IsText(sequence) ? JsonRaw.Decode(sequence) : null;
        _blocks.StopAll();
        ReadOnlySpan<byte> explanation = JsonRaw.Text(JsonFields.Find(JsonFields.Find(stopped, "stop_details"u8), "explanation"u8));
        if (_finish == FinishKind.Refusal && !explanation.IsEmpty)
        {
            _blocks.Refuse(explanation);
        }
    }

    private void Finish()
    {
        _blocks.StopAll();
        if (FinishReasons.Failure(_finish) is { } failure && !FinishReasons.IsUsable(_finish, _blocks.CalledTools, _blocks.HasText))
        {
            Error = failure;
            return;
        }

        _sink.End(new AnswerEnd(MessagesStop.Read(_finish, _blocks.CalledTools), Told)
        {
            Counted = _usage.Counted,
            StopSequence = _stopSequence,
        });
        Completed = true;
        FinishReasons.Report(_finish, Context.Report);
    }
}
