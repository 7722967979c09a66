using System.Globalization;
using System.Text;
using Gateway.Translation.Chat;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Responses;
using Gateway.Translation.Sse;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Relays the answer of a Responses server to a client of that API. Events keep their bytes, also those that nobody here
/// knows; only the model's name is the client's, and where the gateway had to say something in between, events are
/// numbered anew. Nothing goes out before the first word, so that who fails before it can still be replaced.
/// </summary>
internal sealed class ResponsesRelay(AnswerContext context, PooledBuffer output) : AnswerReader(context), IClientVoice
{
    private readonly SseReader _sse = new();
    private readonly ResponsesEventWriter _events = new(output);

    /// <summary>Events that wait for the first word.</summary>
    private readonly PooledBuffer _head = new();
    private readonly RelayedItems _items = new();
    private byte[] _model = SameFormRequest.Quote(context.Model);

    /// <summary>The response as it was said last.</summary>
    private byte[] _response = [];

    /// <summary>The client's stream was begun without the upstream: its response has the gateway's id, and began long ago.</summary>
    private byte[]? _ownId;
    private TokenUsage? _usage;
    private bool _begun;
    private bool _said;

    public bool Started { get; private set; }

    public override int PendingBytes => _sse.PendingBytes;

    public override TokenUsage Usage => Sane(_usage ?? new TokenUsage { Input = Input(_begun || Started), Output = Spoken, Estimated = true });

    public override long Spoken => _items.Tokens;

    public override bool HasSaid => _said;

    public override void Append(ReadOnlySpan<byte> upstream) => _sse.Append(upstream);

    public override bool MoveNext(bool atEnd) => _sse.TryRead(atEnd);

    public override void Take()
    {
        ReadOnlySpan<byte> data = Context.Redactor.ErrorMembers(_sse.Data.Trim(" \t\r\n"u8));
        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
        {
            return;
        }

        ResponsesEvent e = ResponsesEvent.Read(data, _sse.EventName);
        if (!e.Output.IsEmpty && e.Response.IsEmpty)
        {
            // The whole response, as the only event of a stream.
            TakeWhole(data);
        }
        else if (e.Type.SequenceEqual(ResponsesEvents.Completed) || e.Type.SequenceEqual(ResponsesEvents.Incomplete))
        {
            TakeLast(data, e);
        }
        else if (e.Type.SequenceEqual(ResponsesEvents.Failed))
        {
            NoteResponse(e.Response, last: true);
            Error = ResponseProblem.In(JsonFields.FindByName(e.Response, "error"u8), data, Context);
        }
        else if (e.Type.SequenceEqual(ResponsesEvents.Error) || (e.Type.IsEmpty && !e.Error.IsEmpty))
        {
            Error = ResponseProblem.In(e.Error, data, Context);
        }
        else if (e.Type.StartsWith("response."u8) || e.Type.SequenceEqual(ResponsesEvents.KeepAlive))
        {
            TakePiece(data, e);
        }
        else if (!e.Type.IsEmpty && !Context.Redactor.IsPrivate(Encoding.UTF8.GetString(e.Type)) && Context.Redactor.ErrorObject(data) is { } clean)
        {
            // No event of this API: whatever it says passes through the filter.
            TakePiece(clean, ResponsesEvent.Read(clean, _sse.EventName));
        }
    }

    public override void TakeWhole(ReadOnlySpan<byte> body)
    {
        body = Context.Redactor.ErrorMembers(body);
        JsonRaw.ThrowIfMore(body);
        NoteResponse(body, last: true);
        Error = ResponseProblem.InWhole(body, Context);
        if (Error is not null)
        {
            return;
        }

        ReadOnlySpan<byte> said = JsonFields.FindByName(body, "output"u8);
        _items.AddAll(said, Said);
        _said |= !JsonRaw.SaysNothing(said);
        NoteEnd(body);
        using PooledBuffer edited = new(body.Length + 64);
        ByteEdits edits = new();
        EditResponse(body, 0, edits);
        edits.Apply(body, edited);
        if (Context.Streaming)
        {
            bool begun = Started || _head.Length > 0;
            WriteHead();
            ResponseReplay.Write(edited.Span, begun, _events);
        }
        else
        {
            output.Append(edited.Span);
        }

        Started = Completed = true;
    }

    public override void TakeEnd(bool clean) => Error = ResponseProblem.OfEnd(_begun);

    public void Start()
    {
        if (!Context.Streaming)
        {
            return;
        }

        Started = true;
        if (_head.Length == 0)
        {
            TellBegin();
        }

        WriteHead();
    }

    public void Ping() => _events.Ping();

    /// <summary>Clients differ in which of the two they look at; none takes such an answer for whole.</summary>
    public void Fail(GatewayError error)
    {
        using PooledBuffer told = new(256);
        ResponsesError.Write(error, told);
        _events.TellError(told.Span);
        if (_response.Length > 0)
        {
            FailedResponse.Write(_response, told.Span, _events);
        }
        else
        {
            TellOwn(ResponsesEvents.Failed, "failed"u8, told.Span);
        }
    }

    public override void Dispose()
    {
        _sse.Dispose();
        _head.Dispose();
    }

    private void TakePiece(ReadOnlySpan<byte> data, in ResponsesEvent e)
    {
        NoteNews(!e.Item.IsEmpty || !e.Annotation.IsEmpty || e.Delta.Length > 2);
        bool says = _items.Take(e, Said, keep: !Context.Streaming);
        bool silent = !Context.Streaming || (e.Type.SequenceEqual(ResponsesEvents.KeepAlive) && !Started);
        if (!silent && !Started && _head.Length == 0 && !e.Type.SequenceEqual(ResponsesEvents.Created))
        {
            // Clients throw at whatever comes before that event, which some servers leave out.
            TellBegin();
            _head.Append(output.Span);
            output.Clear();
        }

        if (!e.Response.IsEmpty)
        {
            NoteResponse(e.Response, last: false);
        }

        if (silent || (!e.Response.IsEmpty && _ownId is not null))
        {
            // The client waits for the whole, or has been told that its response begins.
            return;
        }

        _said |= says;
        if (_said && !Started)
        {
            Started = true;
            WriteHead();
        }

        Write(data, e, Started ? output : _head);
    }

    private void TakeLast(ReadOnlySpan<byte> data, in ResponsesEvent e)
    {
        NoteNews();
        if (!Context.Streaming || (!_items.Any && !JsonRaw.SaysNothing(JsonFields.FindByName(e.Response, "output"u8))))
        {
            // Clients of a stream read its items, and some read nothing else.
            TakeWhole(_items.Complete(e.Response));
            return;
        }

        NoteResponse(e.Response, last: true);
        _items.AddAll(JsonFields.FindByName(e.Response, "output"u8), Said);
        NoteEnd(e.Response);
        WriteHead();
        Write(data, e, output);
        Started = Completed = true;
    }

    private void TellBegin()
    {
        _ownId = SameFormRequest.Quote(Context.Id);
        TellOwn(ResponsesEvents.Created, "in_progress"u8, []);
        TellOwn(ResponsesEvents.InProgress, "in_progress"u8, []);
    }

    private void WriteHead()
    {
        output.Append(_head.Span);
        _head.Clear();
    }

    /// <summary>What every mention of the response may tell: which model it is, what has been counted.</summary>
    /// <param name="response">The object.</param>
    /// <param name="last">A count before it leaves out what is still to be said.</param>
    private void NoteResponse(ReadOnlySpan<byte> response, bool last)
    {
        _begun = true;
        _usage = (last ? ChatUsage.Read(JsonFields.FindByName(response, "usage"u8), Said, UsageWords.Responses) : null) ?? _usage;
        Said.ReadHead(JsonRaw.Text(JsonFields.FindByName(response, "model"u8)), []);
        _model = RelayedModel.Of(Said.Facts.Model, Context) ?? _model;
        if (Context.Streaming && response is [(byte)'{', ..])
        {
            using PooledBuffer edited = new(response.Length + 64);
            ByteEdits edits = new();
            EditResponse(response, 0, edits);
            edits.Apply(response, edited);
            _response = edited.Span.ToArray();
        }
    }

    private void NoteEnd(ReadOnlySpan<byte> response)
    {
        // What the response says of its tier before is what was asked for.
        Said.ReadHead([], JsonRaw.Text(JsonFields.FindByName(response, "service_tier"u8)));
        ReadOnlySpan<byte> why = JsonRaw.Text(JsonFields.FindByName(JsonFields.FindByName(response, "incomplete_details"u8), "reason"u8));
        RefusedAtOnce = !_said && FinishReasons.Read(why) == FinishKind.Refusal;
    }

    private void EditResponse(ReadOnlySpan<byte> response, int offset, ByteEdits edits)
    {
        RelayedModel.Edit(response, offset, _model, edits);
        if (_ownId is not null)
        {
            RelayedModel.Edit(response, offset, _ownId, edits, "id"u8);
        }
    }

    /// <summary>Most events have nothing to change.</summary>
    private void Write(ReadOnlySpan<byte> data, in ResponsesEvent e, PooledBuffer to)
    {
        to.Append("event: "u8);
        to.Append(e.Type);
        to.Append("\ndata: "u8);
        string number = _events.TakeNumber().ToString(CultureInfo.InvariantCulture);
        bool renumbers = !e.Sequence.IsEmpty && !Ascii.Equals(e.Sequence, number);
        if (e.Response.IsEmpty && !renumbers)
        {
            JsonRaw.WriteLine(data, to);
        }
        else
        {
            ByteEdits edits = new();
            EditResponse(e.Response, e.ResponseStart, edits);
            if (renumbers)
            {
                edits.Replace(e.SequenceStart, e.Sequence.Length, Encoding.ASCII.GetBytes(number));
            }

            using PooledBuffer edited = new(data.Length + 64);
            edits.Apply(data, edited);
            JsonRaw.WriteLine(edited.Span, to);
        }

        to.Append("\n\n"u8);
    }

    /// <summary>Tells of the response in the gateway's words, while the upstream has said nothing of it.</summary>
    private void TellOwn(ReadOnlySpan<byte> type, ReadOnlySpan<byte> status, ReadOnlySpan<byte> error)
    {
        _events.Begin(type).Append(",\"response\":"u8);
        new ResponseBody(Context, "", new ResponsesOutput(null, "")).Write(output, status, null, error);
        _events.End();
    }
}
