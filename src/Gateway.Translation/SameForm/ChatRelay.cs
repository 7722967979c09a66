using System.Text.Json;
using Gateway.Translation.Chat;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Sse;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Relays the answer of an OpenAI-compatible server to an OpenAI client. Chunks keep their bytes but for the model's
/// name; errors get OpenAI's one form; the usage chunk is kept from a client that did not ask for it.
/// </summary>
internal sealed class ChatRelay(AnswerContext context, PooledBuffer output) : AnswerReader(context), IClientVoice
{
    private readonly SseReader _sse = new();
    private byte[] _model = SameFormRequest.Quote(context.Model);
    private readonly CompletionOfChunks? _fold = context.Streaming ? null : new CompletionOfChunks();
    private readonly RelayedCalls _calls = new(context);
    private TokenUsage? _usage;
    private SpokenText _spoken;

    /// <summary>Tokens of what was said up to the last count.</summary>
    private long _counted;
    private bool _finished;

    /// <summary>There is an answer, be it empty, and not only words around one.</summary>
    private bool _begun;

    private bool _said;

    public bool Started { get; private set; }

    public override long Spoken => _spoken.Tokens;

    public override bool HasSaid => _said;

    public override int PendingBytes => _sse.PendingBytes;

    public override TokenUsage Usage => Sane(ChatUsage.UpTo(_usage, _finished || Completed, Spoken - _counted) ?? new TokenUsage { Input = Input(_begun || Started), Output = Spoken, Estimated = true });

    public override void Append(ReadOnlySpan<byte> upstream) => _sse.Append(upstream);

    public override void TakeEvents(bool atEnd)
    {
        while (!IsOver && MoveNext(atEnd))
        {
            Take();
        }
    }

    public override bool MoveNext(bool atEnd) => _sse.TryRead(atEnd);

    public override void Take()
    {
        ReadOnlySpan<byte> data = _sse.Data.Trim(" \t\r\n"u8);
        if (data.IsEmpty)
        {
            return;
        }

        if (data.SequenceEqual("[DONE]"u8))
        {
            End();
            return;
        }

        if (_fold is null)
        {
            TakeChunk();
        }
        else
        {
            TakeStrictly();
        }
    }

    public override void TakeWhole(ReadOnlySpan<byte> body) => Relay(Context.Redactor.ErrorMembers(body));

    public override void TakeEnd(bool clean)
    {
        if (_begun && (_finished || (clean && Context.Profile.MayOmitFinish)))
        {
            End();
        }
        else if (_begun && clean && _calls.AreWhole())
        {
            if (_fold is null)
            {
                _calls.WriteFinish(_model, output);
            }

            End();
        }
        else
        {
            Error = GatewayError.Api("upstream stream ended unexpectedly");
        }
    }

    public void Start()
    {
        if (Context.Streaming)
        {
            Started = true;
            Ping();
        }
    }

    public void Ping() => ChatFrames.WritePing(output);

    public void Fail(GatewayError error) => ChatFrames.WriteError(error, output);

    public override void Dispose()
    {
        _sse.Dispose();
        _calls.Dispose();
    }

    /// <summary>Some servers put an error into a choice, beside its delta.</summary>
    private void TakeChunk() => Take(Context.Redactor.ErrorMembers(_sse.Data));

    /// <summary>To leave out what cannot be read would make another answer of it.</summary>
    private void TakeStrictly()
    {
        try
        {
            TakeChunk();
        }
        catch (JsonException)
        {
            Error = GatewayError.Api("upstream sent a chunk that cannot be read");
        }
    }

    private void Take(ReadOnlySpan<byte> chunk)
    {
        // Of a chunk that cannot be read to its end nothing counts.
        SpokenText spoken = _spoken;
        RelayedChunk found = RelayedChunk.Read(chunk, ref spoken);
        _spoken = spoken;
        if (!found.Error.IsEmpty || found.IsErrorObject || chunk.IndexOfAnyExcept(" \t\r\n"u8) is var first && first >= 0 && chunk[first] == '[')
        {
            Error = ChatError.Read(chunk, Context.Redactor) ?? GatewayError.Api("upstream sent a chunk that is a list");
            return;
        }

        if (found.IsNews || (found.IsFinished && !_finished) || (found.HasChoices && !_begun))
        {
            NoteNews();
        }

        NoteWords(chunk, found);
        TakeUsage(found.OtherUsage);
        TakeUsage(found.Usage);
        if (Context.SwallowUsage && !found.Usage.IsEmpty && !found.HasChoices)
        {
            return;
        }

        if (!found.HasChoices && (found.HasMore || found.Usage.IsEmpty))
        {
            // No content and no plain count: whatever else a server has to say passes through the filter.
            chunk = Context.Redactor.ErrorObject(chunk.Trim(" \t\r\n"u8)) ?? throw new JsonException();
            found = RelayedChunk.Read(chunk);
        }

        _begun |= found.HasChoices;
        _calls.Note(chunk);
        if (_fold is not null)
        {
            _fold.Add(chunk);
            return;
        }

        Started = true;
        if (found.HasMessage)
        {
            // A whole completion, as the only event of a stream.
            Replay(chunk, found.Model);
            return;
        }

        output.Append("data: "u8);
        int rest = found.Model.Start + found.Model.Length;
        if (found.Model.Length > 0)
        {
            JsonRaw.WriteLine(chunk[..found.Model.Start], output);
            output.Append(_model);
        }

        JsonRaw.WriteLine(chunk[rest..], output);
        output.Append("\n\n"u8);
    }

    private void NoteWords(ReadOnlySpan<byte> chunk, in RelayedChunk found)
    {
        if (!Said.HasModel)
        {
            Said.ReadHead(JsonRaw.Text(chunk.Slice(found.Model.Start, found.Model.Length)), []);
            _model = RelayedModel.Of(Said.Facts.Model, Context) ?? _model;
        }

        Said.ReadHead([], JsonRaw.Text(found.ServiceTier));
        _said |= found.IsNews;
        _finished |= found.IsFinished;
        RefusedAtOnce |= !_said && FinishReasons.Read(found.Finish) == FinishKind.Refusal;
    }

    private void TakeUsage(ReadOnlySpan<byte> usage)
    {
        if (!usage.IsEmpty && ChatUsage.Read(usage, Said) is { } counted && counted != _usage)
        {
            (_usage, _counted) = (counted, Spoken);
            NoteNews();
        }
    }

    private void Relay(ReadOnlySpan<byte> body)
    {
        // Counted, so billed upstream, whatever the rest of the answer is good for.
        TakeUsage(JsonFields.Find(body, "usage"u8));
        JsonRaw.ThrowIfMore(body);
        GatewayError? error = ChatError.Read(body, Context.Redactor);
        if (error is not null || JsonFields.Find(body, "choices"u8).IsEmpty)
        {
            Error = error ?? UpstreamErrors.FromBody(body, redactor: Context.Redactor) ?? GatewayError.Api("upstream returned no choices");
            return;
        }

        _spoken = default;
        RelayedChunk found = RelayedChunk.Read(body, ref _spoken);
        TakeUsage(found.Usage);
        NoteWords(body, found);
        if (Context.Streaming)
        {
            Replay(body, found.Model);
            Complete();
        }
        else if (found is { DeltaLength: > 0, HasMessage: false })
        {
            // A chunk that says all.
            _fold!.Add(body);
            RelayFolded();
        }
        else
        {
            Started = Completed = true;
            Rename(body, found.Model, output);
        }
    }

    private void Replay(ReadOnlySpan<byte> completion, (int Start, int Length) model)
    {
        using PooledBuffer renamed = new(completion.Length + _model.Length);
        Rename(completion, model, renamed);
        ChatReplay.Write(renamed.Span, withUsage: !Context.SwallowUsage, output);
    }

    private void Rename(ReadOnlySpan<byte> completion, (int Start, int Length) model, PooledBuffer to)
    {
        to.Append(completion[..model.Start]);
        to.Append(model.Length > 0 ? _model : []);
        to.Append(completion[(model.Start + model.Length)..]);
    }

    /// <summary>Nobody asked for a stream.</summary>
    private void RelayFolded()
    {
        using PooledBuffer completion = new();
        _fold!.Write(completion);
        Relay(completion.Span);
    }

    /// <summary>The stream has said that it is over, or has ended after it said enough.</summary>
    private void End()
    {
        if (!_begun)
        {
            Error = GatewayError.Api("upstream sent an empty stream");
        }
        else if (_fold is null)
        {
            Complete();
        }
        else
        {
            RelayFolded();
        }
    }

    private void Complete()
    {
        Started = true;
        ChatFrames.WriteDone(output);
        Completed = true;
    }
}
