using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Relays an Anthropic answer to an Anthropic client. Events go through whole and byte for byte; only the model's name
/// is put back to what the client asked for. Usage is read on the way.
/// </summary>
internal sealed class MessagesRelay : AnswerReader, IClientVoice
{
    /// <summary>Of a longer error the client gets its text.</summary>
    private const int MaxError = 64 * 1024;

    private readonly RelayedEvents _events;
    private readonly MessagesUsage _usage;
    private byte[] _model;
    private readonly PooledBuffer _output;

    /// <summary>Another maker's server may leave out what SDKs look for.</summary>
    private readonly bool _repairs;
    private MessageOfEvents? _fold;
    private SpokenText _spoken;

    /// <summary>The upstream has begun a message; the client's stream may have been begun without it.</summary>
    private bool _begun;

    /// <summary>A block of the message has begun.</summary>
    private bool _said;

    public MessagesRelay(AnswerContext context, PooledBuffer output)
        : base(context)
    {
        (_output, _model, _usage) = (output, SameFormRequest.Quote(context.Model), new MessagesUsage(Said));
        (_events, _repairs) = (new RelayedEvents(context), !context.Profile.AnthropicFields);
    }

    public bool Started { get; private set; }

    public override long Spoken => _spoken.Tokens;

    public override bool HasSaid => _said;

    public override int PendingBytes => _events.PendingBytes;

    public override TokenUsage Usage => _usage.Billed(Told);

    private TokenUsage Told => Sane(_usage.ToUsage(Input(_begun || _fold is not null), Spoken));

    public override void Append(ReadOnlySpan<byte> upstream) => _events.Append(upstream);

    public override void TakeEvents(bool atEnd)
    {
        while (!IsOver && MoveNext(atEnd))
        {
            Take();
        }
    }

    public override bool MoveNext(bool atEnd) => _events.TryRead(atEnd);

    public override void Take() => Take(_events.Frame);

    public override void TakeWhole(ReadOnlySpan<byte> message)
    {
        JsonRaw.ThrowIfMore(message);
        ReadOnlySpan<byte> content = JsonFields.Find(message, "content"u8);
        ReadOnlySpan<byte> error = MessageJson.Error(message, content);
        if (!error.IsEmpty || content.IsEmpty)
        {
            Error = error.IsEmpty ? UpstreamErrors.FromBody(message, redactor: Context.Redactor) ?? GatewayError.Api("upstream returned no message") : AnthropicError.Read(error, Context.Redactor);
            return;
        }

        NoteHead(message);
        _usage.Read(_fold is null ? JsonFields.Find(message, "usage"u8) : [], final: true);
        _spoken = default;
        _spoken.AddBlocks(content);
        _said |= !JsonRaw.SaysNothing(content);
        NoteRefusal(message);
        ByteEdits edits = new();
        RelayedModel.Edit(message, 0, _model, edits);
        MessageCounts.AddWhole(message, Context, _repairs ? Told : default, edits);
        if (Context.Streaming)
        {
            using PooledBuffer edited = new(message.Length + _model.Length);
            edits.Apply(message, edited);
            MessageReplay.Write(edited.Span, _output);
        }
        else
        {
            edits.Apply(message, _output);
        }

        Started = Completed = true;
    }

    public override void TakeEnd(bool clean)
    {
        if (_events.TryEnd(clean))
        {
            TakeEvents(atEnd: true);
        }

        Error = IsOver ? Error : GatewayError.Api("upstream stream ended unexpectedly");
    }

    public void Start()
    {
        if (Context.Streaming)
        {
            // The only event that may come before the upstream's own message_start.
            Started = true;
            Ping();
        }
    }

    public void Ping() => MessagesFrames.WritePing(_output);

    public void Fail(GatewayError error) => MessagesFrames.WriteError(error, Context.RequestId, _output);

    public override void Dispose() => _events.Dispose();

    private void Take(ReadOnlySpan<byte> frame)
    {
        if (Started && _events.IsClosed && MessagesFrame.IsPlainDelta(frame, _events.PlainLines))
        {
            // Most of a stream: nothing to read and nothing to change.
            _output.Append(frame);
            _said = true;
            _spoken.AddFrame(frame);
            NoteNews(MessagesFrame.IsNews("content_block_delta"u8, frame));
            return;
        }

        frame = SseFrames.WithoutRemarks(frame);
        ReadOnlySpan<byte> data = SseFrames.Line(frame, "data"u8, out int dataStart);
        ReadOnlySpan<byte> name = SseFrames.Line(frame, "event"u8, out _);
        ReadOnlySpan<byte> type = name.IsEmpty && !data.IsEmpty ? MessagesFrame.TypeOf(data) : name;
        ReadOnlySpan<byte> whole = data.IsEmpty ? SseFrames.JoinedData(frame) : data;
        if (type.SequenceEqual("error"u8) || MessagesFrame.IsError(whole))
        {
            TakeError(whole);
            return;
        }

        whole = whole.Trim(" \t\r\n"u8);
        if (whole is not [(byte)'{', ..])
        {
            // A comment or a line of a log: no client can use it, and nobody knows what it says.
            return;
        }

        if (type.SequenceEqual("message"u8) && !_begun)
        {
            // A whole message, as the only event of a stream.
            TakeWhole(whole);
            return;
        }

        NoteNews(MessagesFrame.IsNews(type, whole));
        if (!Context.Streaming)
        {
            _spoken.AddEvent(whole);
            Fold(type, whole);
            return;
        }

        if (!MessagesFrame.IsKnown(type))
        {
            Started |= MessagesFrame.WriteOther(_events.IsClosed ? frame : [], type, whole, Context.Redactor, _output);
            return;
        }

        Started = _begun = true;
        MessagesFrame.WriteMissingName(name, type, _output);
        if (type.SequenceEqual("message_start"u8))
        {
            TakeStart(frame, data, dataStart);
        }
        else if (_repairs && type.SequenceEqual("message_delta"u8))
        {
            NoteEnd(data);
            MessageCounts.AddEnd(frame, data, dataStart, Told, _output);
            return;
        }
        else
        {
            _output.Append(frame);
        }

        if (!_events.IsClosed)
        {
            _output.Append("\n\n"u8);
        }

        Note(type, data);
    }

    /// <summary>Nobody asked for a stream.</summary>
    private void Fold(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        try
        {
            _fold ??= new MessageOfEvents(_usage);
            if (_fold.Add(type, data))
            {
                using PooledBuffer message = new();
                _fold.Write(message);
                TakeWhole(message.Span);
            }
        }
        catch (JsonException)
        {
            // To leave out what cannot be read would make another answer of it.
            Error = GatewayError.Api("upstream sent an event that cannot be read");
        }
    }

    private void Note(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        bool content = type.StartsWith("content_block"u8);
        _said |= content;
        if (content)
        {
            _spoken.AddEvent(data);
        }
        else if (type.SequenceEqual("message_delta"u8))
        {
            NoteEnd(data);
        }
        else if (type.SequenceEqual("message_stop"u8))
        {
            Completed = true;
        }
    }

    private void NoteHead(ReadOnlySpan<byte> message)
    {
        Said.ReadMessage(message);
        _model = RelayedModel.Of(Said.Facts.Model, Context) ?? _model;
    }

    /// <param name="stopped">The object that holds stop_reason.</param>
    private void NoteRefusal(ReadOnlySpan<byte> stopped) =>
        RefusedAtOnce |= !_said && FinishReasons.Read(JsonRaw.Decode(JsonFields.Find(stopped, "stop_reason"u8))) == FinishKind.Refusal;

    /// <summary>Passes with all its members, but for what must not be said.</summary>
    private void TakeError(ReadOnlySpan<byte> data)
    {
        GatewayError error = MessagesFrame.ErrorOf(data, Context.Redactor);
        Completed |= Started && data.Length <= MaxError && MessagesFrame.TryWriteError(data, Context, _output);
        Error = error;
    }

    private void TakeStart(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> data, int dataStart)
    {
        ByteEdits edits = new();
        try
        {
            JsonFields fields = new(data);
            while (fields.MoveNext())
            {
                if (fields.Name.SequenceEqual("message"u8))
                {
                    NoteHead(fields.Value);
                    RelayedModel.Edit(fields.Value, dataStart + fields.Start, _model, edits);
                    _usage.Read(JsonFields.Find(fields.Value, "usage"u8), final: false);
                    MessageCounts.AddStart(fields.Value, dataStart + fields.Start, Context, edits);
                }
            }
        }
        catch (JsonException)
        {
            // What cannot be read cannot be edited; the client's SDK will say what it thinks of it.
        }

        edits.Apply(frame, _output);
    }

    private void NoteEnd(ReadOnlySpan<byte> data)
    {
        try
        {
            _usage.Read(JsonFields.Find(data, "usage"u8), final: true);
            ReadOnlySpan<byte> delta = JsonFields.Find(data, "delta"u8);
            Said.NoteCode(JsonFields.Find(delta, "container"u8));
            NoteRefusal(delta);
        }
        catch (JsonException)
        {
            // The event has gone to the client as it came; the counts stay as they were.
        }
    }
}
