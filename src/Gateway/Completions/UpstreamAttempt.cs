using Gateway.Bounds;
using Gateway.Requests;
using Gateway.Telemetry;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Upstreams;

namespace Gateway.Completions;

/// <summary>
/// One attempt to have an upstream answer: waits for what it sends, hands that to the translator, and names what goes
/// wrong. Waiting does not touch the translator, so a sign of life may be written meanwhile.
/// </summary>
internal sealed class UpstreamAttempt(UpstreamExchange exchange, UpstreamCall call, bool stream, UpstreamLimits limits, MemoryShare kept, RequestRecord record, TimeProvider time) : IDisposable
{
    /// <summary>Answers that are smaller are kept without asking.</summary>
    private const int Small = 64 * 1024;

    private readonly AnswerTranslator _translator = call.CreateTranslator();
    private long _total;

    /// <summary>What there is for the client.</summary>
    public PooledBuffer Output => _translator.Output;

    /// <summary>Null while it goes on.</summary>
    public Outcome? Ended { get; private set; }

    /// <summary>The upstream has begun to answer: with more than a head and signs of life.</summary>
    public bool Answers { get; private set; }

    /// <summary>What has been used so far.</summary>
    public TokenUsage Usage => _translator.Usage;

    /// <summary>What the upstream said of its bill.</summary>
    public AnswerFacts Facts => _translator.Facts;

    /// <summary>There is a word of the answer, a thought or a call, and not only its frame.</summary>
    public bool HasSaid => _translator.HasSaid;

    /// <summary>The answer is that there will be none, without a word of it before.</summary>
    public bool RefusedAtOnce => _translator.RefusedAtOnce;

    /// <summary>Nothing is kept of a stream that goes to the client as a stream and in its form.</summary>
    private bool PassesOn => Answers && call.SameForm && stream && _translator.IsStream;

    /// <summary>Waits for the upstream: first for its head, then for bytes.</summary>
    public ValueTask<Received> ReceiveAsync() => exchange.Headers is null ? exchange.BeginAsync() : exchange.ReadAsync();

    /// <summary>Translates what came.</summary>
    public async ValueTask TakeAsync(Received received)
    {
        switch (received.Kind)
        {
            case Arrival.Head:
                await TakeHeadAsync();
                break;
            case Arrival.Bytes:
                TakeBytes(received.Bytes);
                await KeepAsync();
                break;
            case Arrival.End:
                EndAnswer(clean: true);
                break;
            case Arrival.Lost when _translator.IsStream:
                EndAnswer(clean: false);
                break;
            default:
                Fail(received.Failure! with { Unreachable = exchange.Headers is null });
                break;
        }
    }

    /// <summary>Begins the stream although there is nothing to say yet, or shows that it is alive.</summary>
    public void Signal()
    {
        if (_translator.Started)
        {
            _translator.Ping();
        }
        else
        {
            _translator.Start();
        }
    }

    /// <summary>Ends the stream with an error. False when there is none, or it has ended.</summary>
    public bool TryBreakOff(GatewayError error)
    {
        Output.Release();
        _translator.Fail(error);
        return stream && _translator.Started && Output.Length > 0;
    }

    public void Dispose() => _translator.Dispose();

    private async ValueTask TakeHeadAsync()
    {
        record.FirstByte(time.GetTimestamp(), exchange.Status, exchange.Headers!.RequestId);
        record.UpstreamFacts = exchange.Headers.Facts;
        if (exchange.IsSuccess)
        {
            return;
        }

        (Refusal refusal, byte[]? rescued) = await exchange.ReadErrorAsync();
        if (rescued is not null)
        {
            TakeWhole(rescued);
        }
        else
        {
            Fail(NameModel(refusal));
        }
    }

    private void TakeBytes(ReadOnlySpan<byte> bytes)
    {
        _translator.Read(bytes);
        if (_translator.TakeNews())
        {
            Answers = true;
            exchange.Renew();
        }

        _total += bytes.Length;
        if (_translator.IsStream)
        {
            ResponseModel.Note(bytes);
        }

        if (_translator is { Completed: false, Error: null } && limits.Exceeded(_total, _translator.PendingBytes, PassesOn) is { } tooLarge)
        {
            _translator.Fail(tooLarge);
        }

        record.FirstToken(Answers && Output.Length > 0 ? time.GetTimestamp() : null);
        record.FirstWord(_translator.HasSpoken ? time.GetTimestamp() : null);
        if (_translator.Completed || _translator.Error is not null)
        {
            End();
        }
    }

    /// <summary>Sees that what is kept of the answer has room among all that the instance keeps.</summary>
    private async ValueTask KeepAsync()
    {
        if (Ended is null && _total > Small && !PassesOn && !await kept.FitAsync(_total))
        {
            _translator.Fail(MemoryGate.IsFull);
            End();
        }
    }

    private void EndAnswer(bool clean)
    {
        ResponseModel.Note(_translator.Kept);
        _translator.End(clean);
        End();
    }

    private void TakeWhole(ReadOnlySpan<byte> answer)
    {
        ResponseModel.Note(answer);
        _translator.ReadWhole(answer);
        End();
    }

    private void End() => Ended = _translator switch
    {
        { Error: { } error, Started: false } => new Refusal(OperatorsMatter.Named(error, call.Request)),
        { Error: { } error } => new Outcome.BrokenOff(error),
        _ => new Outcome.Answered(),
    };

    /// <summary>An error after the stream has begun is told inside it.</summary>
    private void Fail(Refusal refusal)
    {
        if (stream && _translator.Started)
        {
            _translator.Fail(refusal.Error);
            Ended = new Outcome.BrokenOff(refusal.Error) { Reason = refusal.Reason };
        }
        else
        {
            Ended = refusal;
        }
    }

    /// <summary>The client knows the model by the name it asked for, not by the upstream's.</summary>
    private Refusal NameModel(Refusal refusal) => refusal.Error.Type != ErrorType.NotFound
        ? refusal
        : refusal with { Error = refusal.Error with { Message = $"model: {record.RequestedModel}. The upstream does not serve it: {refusal.Error.Message}" } };
}
