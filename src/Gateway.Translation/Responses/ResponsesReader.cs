using Gateway.Translation.Chat;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Sse;

namespace Gateway.Translation.Responses;

/// <summary>
/// Understands the answer of a Responses server, a stream or a whole response. The end of a stream repeats the whole of
/// it, so both end the same way.
/// </summary>
internal sealed class ResponsesReader : AnswerReader
{
    private readonly IAnswerSink _sink;
    private readonly SseReader _sse = new();
    private readonly ChatBlocks _blocks;
    private readonly UpstreamItems _items;
    private TokenUsage? _usage;
    private bool _begun;

    public ResponsesReader(AnswerContext context, IAnswerSink sink)
        : base(context)
    {
        _sink = sink;
        _blocks = new ChatBlocks(sink);
        _items = new UpstreamItems(_blocks, Said, context);
    }

    public override int PendingBytes => _sse.PendingBytes;

    public override TokenUsage Usage => Sane(_usage ?? new TokenUsage { Input = Input(_begun || _sink.Started), Output = Spoken, Estimated = true });

    public override long Spoken => _items.Speech.Tokens;

    public override bool HasSaid => _blocks.HasSaid;

    public override void Append(ReadOnlySpan<byte> upstream) => _sse.Append(upstream);

    public override bool MoveNext(bool atEnd) => _sse.TryRead(atEnd);

    public override void Take()
    {
        ReadOnlySpan<byte> data = _sse.Data.Trim(" \t\r\n"u8);
        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
        {
            // OpenAI sends no such mark, others do; what ends a response is its last event.
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
            NoteNews();
            Finish(e.Response, e.Type.SequenceEqual(ResponsesEvents.Incomplete) ? "incomplete"u8 : "completed"u8, halves: true);
        }
        else if (e.Type.SequenceEqual(ResponsesEvents.Failed))
        {
            TakeUsage(e.Response);
            Error = ResponseProblem.In(JsonFields.FindByName(e.Response, "error"u8), data, Context);
        }
        else if (e.Type.SequenceEqual(ResponsesEvents.Error) || (e.Type.IsEmpty && !e.Error.IsEmpty))
        {
            Error = ResponseProblem.In(e.Error, data, Context);
        }
        else if (e.Type.SequenceEqual(ResponsesEvents.KeepAlive) || e.Type.StartsWith("response.web_search_call."u8))
        {
            if (_sink.Started)
            {
                _sink.Ping();
            }
        }
        else
        {
            TakePiece(e);
        }
    }

    public override void TakeWhole(ReadOnlySpan<byte> body)
    {
        TakeUsage(body);
        Error = ResponseProblem.InWhole(body, Context);
        if (Error is null)
        {
            Finish(body, JsonRaw.Text(JsonFields.FindByName(body, "status"u8)), halves: false);
        }
    }

    public override void TakeEnd(bool clean) => Error = ResponseProblem.OfEnd(_begun);

    public override void Dispose()
    {
        _sse.Dispose();
        _items.Dispose();
    }

    private void TakePiece(in ResponsesEvent e)
    {
        if (!e.Response.IsEmpty)
        {
            // response.created and its like.
            Begin(e.Response);
            return;
        }

        NoteNews(!e.Item.IsEmpty || !e.Annotation.IsEmpty || e.Delta.Length > 2);
        if (e.Type.SequenceEqual(ResponsesEvents.ItemAdded))
        {
            Begin([]);
            _items.Begin(e.OutputIndex, e.Item);
        }
        else if (e.Type.SequenceEqual(ResponsesEvents.ItemDone))
        {
            Begin([]);
            _items.End(e.OutputIndex, e.Item);
        }
        else if (e.Type.SequenceEqual(ResponsesEvents.TextDelta) || e.Type.SequenceEqual(ResponsesEvents.RefusalDelta))
        {
            Begin([]);
            _items.Say(e, UpstreamItemKind.Message, e.Delta, refusal: e.Type.SequenceEqual(ResponsesEvents.RefusalDelta));
        }
        else if (e.Type.SequenceEqual(ResponsesEvents.TextDone) || e.Type.SequenceEqual(ResponsesEvents.RefusalDone))
        {
            Begin([]);
            _items.Say(e, UpstreamItemKind.Message, e.Whole, refusal: e.Type.SequenceEqual(ResponsesEvents.RefusalDone), whole: true);
        }
        else if (e.Type.SequenceEqual(ResponsesEvents.AnnotationAdded))
        {
            Begin([]);
            _items.Cite(e, e.Annotation);
        }
        else
        {
            TakeThoughtOrInput(e);
        }

        if (_items.Speech.MatchedStop is not null)
        {
            End(FinishKind.Stop, []);
        }
    }

    private void TakeThoughtOrInput(in ResponsesEvent e)
    {
        bool summary = e.Type.StartsWith("response.reasoning_summary_text."u8);
        bool input = e.Type.StartsWith("response.custom_tool_call_input."u8);
        ReadOnlySpan<byte> last = e.Type[(e.Type.LastIndexOf((byte)'.') + 1)..];
        bool whole = last.SequenceEqual("done"u8);
        if (!whole && !last.SequenceEqual("delta"u8))
        {
            return;
        }

        if (summary || e.Type.StartsWith("response.reasoning_text."u8))
        {
            Begin([]);
            _items.Say(e, UpstreamItemKind.Reasoning, whole ? e.Whole : e.Delta, summary: summary, whole: whole);
        }
        else if (input || e.Type.StartsWith("response.function_call_arguments."u8))
        {
            Begin([]);
            _items.Input(e, input ? UpstreamItemKind.Custom : UpstreamItemKind.Function, whole ? e.Whole : e.Delta, whole);
        }
    }

    private void Begin(ReadOnlySpan<byte> response)
    {
        // What the response says of its tier at first is what was asked for.
        Said.ReadHead(JsonRaw.Text(JsonFields.FindByName(response, "model"u8)), []);
        if (!_begun)
        {
            _begun = true;
            _sink.Begin(new AnswerStart(JsonText.Escaped(JsonRaw.Text(JsonFields.FindByName(response, "id"u8)))));
        }
    }

    private void TakeUsage(ReadOnlySpan<byte> response) =>
        _usage = ChatUsage.Read(JsonFields.FindByName(response, "usage"u8), Said, UsageWords.Responses) ?? _usage;

    private void Finish(ReadOnlySpan<byte> response, ReadOnlySpan<byte> status, bool halves)
    {
        bool incomplete = status.SequenceEqual("incomplete"u8);
        ReadOnlySpan<byte> why = JsonRaw.Text(JsonFields.FindByName(JsonFields.FindByName(response, "incomplete_details"u8), "reason"u8));
        FinishKind finish = !incomplete ? FinishKind.Stop : FinishReasons.Read(why) switch
        {
            FinishKind.Length => FinishKind.Length,
            FinishKind.ContextWindow => FinishKind.ContextWindow,
            FinishKind.Refusal => FinishKind.Refusal,
            _ => FinishKind.Stop,
        };
        TakeUsage(response);
        Begin(response);
        _items.EndAll(JsonFields.FindByName(response, "output"u8), halves || !incomplete);
        End(finish, JsonRaw.Text(JsonFields.FindByName(response, "service_tier"u8)));
    }

    private void End(FinishKind finish, ReadOnlySpan<byte> tier)
    {
        if (_items.HasLost)
        {
            Error = GatewayError.Api("The arguments of the model's tool call are no JSON. Please try again.");
            return;
        }

        Said.ReadHead([], tier);
        _items.Close(cut: finish == FinishKind.Length);
        RefusedAtOnce = finish == FinishKind.Refusal && !HasSaid;
        string? stop = _items.Speech.MatchedStop;
        AnswerStop reason = ChatStop.Read(finish, _blocks.HasCalls, _items.Speech.Refused, stop is not null);
        _sink.End(new AnswerEnd(reason, Usage)
        {
            StopSequence = reason == AnswerStop.StopSequence ? stop : null,
            ServiceTier = ChatStop.ServiceTier(tier),
            Counted = _usage is not { } counted ? UsageDetails.None : UsageDetails.CacheRead | UsageDetails.Reasoning | (counted.CacheWrite > 0 ? UsageDetails.CacheWrite : 0),
        });
        Completed = true;
    }
}
