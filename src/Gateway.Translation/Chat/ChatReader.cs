using System.Runtime.InteropServices;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Sse;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.Chat;

/// <summary>
/// Understands the answer of a Chat Completions server. Streams and whole answers go the same way: a whole answer is one
/// large chunk, so nothing can be mended in one path and forgotten in the other.
/// </summary>
internal sealed class ChatReader : AnswerReader
{
    private static readonly GatewayError s_empty = GatewayError.Api("The upstream sent an empty stream. Please try again.");

    private readonly IAnswerSink _sink;
    private readonly SseReader _sse = new();
    private readonly ChatChunk _chunk = new();
    private readonly ChatBlocks _blocks;
    private readonly ChatChoiceReader _choices;
    private bool _begun;

    /// <summary>There is an answer, be it empty, and not only words around one.</summary>
    private bool _hasChoices;
    private bool _badJsonLast;
    private FinishKind _finish;
    private string? _stopSequence;
    private string? _serviceTier;
    private TokenUsage? _usage;
    private SpokenText _spoken;

    /// <summary>Tokens of what was said up to the last count.</summary>
    private long _counted;

    public ChatReader(AnswerContext context, IAnswerSink sink)
        : base(context)
    {
        _sink = sink;
        _blocks = new ChatBlocks(sink);
        _choices = new ChatChoiceReader(_blocks, context);
    }

    public override int PendingBytes => _sse.PendingBytes;

    public override TokenUsage Usage => Sane(ChatUsage.UpTo(_usage, _finish != FinishKind.None, Spoken - _counted) ?? new TokenUsage { Input = Input(HasBegun), Output = Spoken, Estimated = true });

    public override long Spoken => _spoken.Tokens;

    public override bool HasSaid => _blocks.HasSaid;

    /// <summary>The client's stream may have been begun without the upstream.</summary>
    private bool HasBegun => _begun || _sink.Started;

    public override void Append(ReadOnlySpan<byte> upstream) => _sse.Append(upstream);

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
            TakeDone();
            return;
        }

        bool isError = _sse.EventName.SequenceEqual("error"u8);
        _badJsonLast = !_chunk.TryRead(data);
        if (isError || !_chunk.Error.IsEmpty || _chunk.IsErrorObject)
        {
            FailOrRescue(data);
        }
        else if (_badJsonLast && data[0] == '[' && ErrorIn(data) is { } wrapped)
        {
            // Gemini wraps its error in an array.
            Error = wrapped;
        }
        else if (!_badJsonLast)
        {
            ReadChunk(data, _chunk, _usage);
        }
    }

    public override void TakeWhole(ReadOnlySpan<byte> body)
    {
        if (!_chunk.TryRead(body))
        {
            Error = ErrorIn(body) ?? GatewayError.Api("The upstream answered with something that is no chat completion.");
            return;
        }

        // Counted, so billed upstream, whatever the rest of the answer is good for.
        _usage = ChatUsage.Read(_chunk.Usage.Of(body), Said);
        if (!_chunk.Error.IsEmpty || _chunk.IsErrorObject)
        {
            FailOrRescue(body);
        }
        else if (!_chunk.HasChoices)
        {
            Error = ErrorIn(body) ?? GatewayError.Api("The upstream returned no choices.");
        }
        else
        {
            ReadChunk(body, _chunk, before: null);
            Finish();
        }
    }

    public override void TakeEnd(bool clean)
    {
        bool mayJustEnd = clean && _hasChoices && !_badJsonLast && (Context.Profile.MayOmitFinish || _choices.Calls.AreWhole);
        if (_finish != FinishKind.None || mayJustEnd)
        {
            Finish();
        }
        else
        {
            Error = _hasChoices ? GatewayError.Api("The upstream stream ended unexpectedly. Please try again.") : s_empty;
        }
    }

    public override void Dispose()
    {
        _sse.Dispose();
        _choices.Dispose();
    }

    /// <summary>The mark at the end of a stream: after nothing, it ends nothing, be the client's stream begun or not.</summary>
    private void TakeDone()
    {
        if (_hasChoices)
        {
            Finish();
        }
        else
        {
            Error = s_empty;
        }
    }

    /// <summary>An error object, unless an answer can be found in it.</summary>
    private void FailOrRescue(ReadOnlySpan<byte> error)
    {
        ChatChunk rescued = new();
        if (AnswerInError.Find(error) is { } completion && rescued.TryRead(completion))
        {
            ReadChunk(completion, rescued, before: null);
            Finish();
        }
        else
        {
            Error = ErrorIn(error) ?? GatewayError.Api("The upstream reported an error.");
        }
    }

    private GatewayError? ErrorIn(ReadOnlySpan<byte> body) =>
        UpstreamErrors.FromBody(body, Context.Profile.ClientCredential, Context.Size, Context.Redactor);

    /// <param name="json">The chunk.</param>
    /// <param name="chunk">What was found in it.</param>
    /// <param name="before">The count of what was said before it.</param>
    private void ReadChunk(ReadOnlySpan<byte> json, ChatChunk chunk, TokenUsage? before)
    {
        // Running totals: the last one counts, they are never added.
        TakeUsage(ChatUsage.Read(chunk.Usage.Of(json), Said));
        if ((chunk.HasChoices && !_hasChoices) || chunk.IsNews)
        {
            NoteNews();
        }

        _hasChoices |= chunk.HasChoices;
        _serviceTier ??= ChatStop.ServiceTier(chunk.ServiceTier.Of(json));
        Said.ReadHead(chunk.Model.Of(json), chunk.ServiceTier.Of(json));
        ReadStop(chunk.MatchedStop.Of(json));
        foreach (ref readonly ChatChoice choice in CollectionsMarshal.AsSpan(chunk.Choices))
        {
            if (!IsOver)
            {
                ReadChoice(json, chunk, choice);
            }
        }

        _counted = _usage == before ? _counted : Spoken;
        if (!IsOver)
        {
            Begin();
        }
    }

    private void ReadChoice(ReadOnlySpan<byte> json, ChatChunk chunk, in ChatChoice choice)
    {
        FinishKind finish = FinishReasons.Read(choice.FinishReason.Of(json));
        choice.Count(json, chunk.Calls, ref _spoken);
        GatewayError? failure = FinishReasons.Failure(finish);
        if (failure is not null && !MayBeUsable(finish, choice))
        {
            // Before anything else: as long as nothing is sent it can be a real HTTP error.
            Error = (choice.HasError ? ErrorIn(choice.Whole.Of(json)) : null) ?? failure;
            return;
        }

        Begin();
        if (chunk.Usage.IsEmpty)
        {
            TakeUsage(ChatUsage.Read(choice.Usage.Of(json), Said));
        }

        _choices.Add(json, choice, chunk.Calls);
        if (_choices.MatchedStop is not null)
        {
            Finish();
            return;
        }

        if (failure is not null && !_choices.IsUsable(finish))
        {
            Error = failure;
            return;
        }

        // Of several choices the one with calls decides, else the first.
        if (finish == FinishKind.Tools || (finish != FinishKind.None && (choice.Index == 0 ? _finish != FinishKind.Tools : _finish == FinishKind.None)))
        {
            if (finish != _finish)
            {
                NoteNews();
            }

            _finish = finish;
        }

        ReadStop(choice.MatchedStop.Of(json));
    }

    private void TakeUsage(TokenUsage? usage)
    {
        if (usage is not null && usage != _usage)
        {
            _usage = usage;
            NoteNews();
        }
    }

    private void ReadStop(ReadOnlySpan<byte> matched) =>
        _stopSequence = !matched.IsEmpty && JsonUnescape.ToText(matched) is { } stop && Context.StopSequences.Contains(stop) ? stop : _stopSequence;

    private void Begin()
    {
        if (!_begun)
        {
            _begun = true;
            _sink.Begin(default);
        }
    }

    private void Finish()
    {
        if (IsOver)
        {
            return;
        }

        FinishKind finish = _choices.MatchedStop is null ? _finish : FinishKind.Stop;
        if (_choices.Flaw(finish) is { } flaw)
        {
            Error = flaw;
            return;
        }

        // It ended as it should, so its count is of all that it said.
        _counted = Spoken;
        RefusedAtOnce = finish == FinishKind.Refusal && !HasSaid;
        Begin();
        _choices.End(cut: _finish == FinishKind.Length);
        string? stop = _choices.MatchedStop ?? _stopSequence;
        AnswerStop reason = ChatStop.Read(finish, _blocks.HasCalls, _choices.Refused, stop is not null);
        _sink.End(new AnswerEnd(reason, Usage)
        {
            StopSequence = reason == AnswerStop.StopSequence ? stop : null,
            ServiceTier = _serviceTier,
        });
        Completed = true;
        if (finish != FinishKind.None || !Context.Profile.MayOmitFinish)
        {
            FinishReasons.Report(finish, Context.Report);
        }
    }

    /// <summary>Whether it is worth reading what comes with an end that is no success.</summary>
    private bool MayBeUsable(FinishKind finish, in ChatChoice choice) =>
        !choice.HasError
        && (_blocks.HasCalls || choice.HasCalls || (finish == FinishKind.Unknown && (_choices.HasText || choice.HasText)));
}
