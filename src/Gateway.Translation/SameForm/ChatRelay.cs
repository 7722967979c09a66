using System.Buffers;
using System.Text.Json;
using Gateway.Translation.Chat;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Sse;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Relays the answer of an OpenAI-compatible server to an OpenAI client. Chunks keep their bytes but for the model's
/// name; errors get OpenAI's one form; the usage chunk is kept from a client that did not ask for it.
/// </summary>
public sealed class ChatRelay(AnswerContext context) : IAnswerTranslator
{
    private readonly SseReader _sse = new();
    private readonly byte[] _model = SameFormRequest.Quote(context.Model);
    private TokenUsage? _usage;
    private long _outputCharacters;
    private bool _finished;
    private bool _over;

    public bool Started { get; private set; }

    public bool Completed { get; private set; }

    public GatewayError? Error { get; private set; }

    public int PendingBytes => _sse.PendingBytes;

    public TokenUsage Usage => _usage ?? new TokenUsage
    {
        Input = Started && context.CountedInput is { } counted ? counted.Value : context.EstimatedInput,
        Output = _outputCharacters / 4,
        Estimated = true,
    };

    public void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> client)
    {
        if (!context.Streaming)
        {
            Fail(GatewayError.Api("upstream answered with a stream although none was asked for"), client);
            return;
        }

        if (_over)
        {
            return;
        }

        _sse.Append(upstream);
        while (!_over && _sse.TryRead())
        {
            TakeSafely(client);
        }
    }

    public void End(bool clean, IBufferWriter<byte> client)
    {
        while (!_over && _sse.TryRead(atEnd: true))
        {
            TakeSafely(client);
        }

        if (!_over && Started && (_finished || (clean && context.Profile.MayOmitFinish)))
        {
            Complete(client);
        }

        Fail(GatewayError.Api("upstream stream ended unexpectedly"), client);
    }

    public void ReadWhole(ReadOnlySpan<byte> upstream, IBufferWriter<byte> client)
    {
        try
        {
            TakeWhole(context.Redactor.ErrorMembers(upstream), client);
        }
        catch (JsonException)
        {
            Fail(GatewayError.Api("upstream returned a malformed answer"), client);
        }
    }

    public void Start(IBufferWriter<byte> client)
    {
        if (context.Streaming && !Started)
        {
            Started = true;
            Ping(client);
        }
    }

    public void Ping(IBufferWriter<byte> client)
    {
        if (Started && !Completed)
        {
            client.Write(": ping\n\n"u8);
        }
    }

    public void Fail(GatewayError error, IBufferWriter<byte> client)
    {
        if (_over)
        {
            return;
        }

        _over = true;
        Error = error;
        if (Started)
        {
            client.Write("data: "u8);
            ErrorBody.WriteOpenAi(error, client);
            client.Write("\n\n"u8);
            Completed = true;
        }
    }

    public void Dispose() => _sse.Dispose();

    private void TakeSafely(IBufferWriter<byte> client)
    {
        if (_sse.Data.Trim(" \t\r\n"u8).SequenceEqual("[DONE]"u8))
        {
            Complete(client);
            return;
        }

        try
        {
            // Some servers put an error into a choice, beside its delta.
            Take(context.Redactor.ErrorMembers(_sse.Data), client);
        }
        catch (JsonException)
        {
            // One broken chunk is skipped; if it was the last, the missing end says so.
        }
    }

    private void Take(ReadOnlySpan<byte> chunk, IBufferWriter<byte> client)
    {
        RelayedChunk found = RelayedChunk.Read(chunk);
        if (!found.Error.IsEmpty || found.IsErrorObject || chunk.IndexOfAnyExcept(" \t\r\n"u8) is var first && first >= 0 && chunk[first] == '[')
        {
            Fail(ChatError.Read(chunk, context.Redactor) ?? GatewayError.Api("upstream sent a chunk that is a list"), client);
            return;
        }

        _finished |= found.IsFinished;
        _outputCharacters += found.DeltaLength;
        TakeUsage(found.OtherUsage);
        TakeUsage(found.Usage);
        if (context.SwallowUsage && !found.Usage.IsEmpty && !found.HasChoices)
        {
            return;
        }

        if (!found.HasChoices && (found.HasMore || found.Usage.IsEmpty))
        {
            // No content and no plain count: whatever else a server has to say passes through the filter.
            chunk = context.Redactor.ErrorObject(chunk.Trim(" \t\r\n"u8)) ?? throw new JsonException();
            found = RelayedChunk.Read(chunk);
        }

        Started = true;
        client.Write("data: "u8);
        int rest = found.Model.Start + found.Model.Length;
        if (found.Model.Length > 0)
        {
            JsonRaw.WriteLine(chunk[..found.Model.Start], client);
            client.Write(_model);
        }

        JsonRaw.WriteLine(chunk[rest..], client);
        client.Write("\n\n"u8);
    }

    private void TakeUsage(ReadOnlySpan<byte> usage)
    {
        if (!usage.IsEmpty)
        {
            _usage = ChatUsage.Read(usage) ?? _usage;
        }
    }

    private void TakeWhole(ReadOnlySpan<byte> body, IBufferWriter<byte> client)
    {
        // Counted, so billed upstream, whatever the rest of the answer is good for.
        TakeUsage(JsonFields.Find(body, "usage"u8));
        JsonRaw.ThrowIfMore(body);
        GatewayError? error = ChatError.Read(body, context.Redactor);
        if (error is not null || JsonFields.Find(body, "choices"u8).IsEmpty)
        {
            Fail(error ?? GatewayError.Api("upstream returned no choices"), client);
            return;
        }

        RelayedChunk found = RelayedChunk.Read(body);
        TakeUsage(found.Usage);
        _outputCharacters += found.DeltaLength;
        ByteEdits edits = new();
        if (found.Model.Length > 0)
        {
            edits.Replace(found.Model.Start, found.Model.Length, _model);
        }

        Started = true;
        if (context.Streaming)
        {
            using PooledBuffer edited = new(body.Length + _model.Length);
            edits.Apply(body, edited);
            ChatReplay.Write(edited.Span, withUsage: !context.SwallowUsage, client);
            Complete(client);
            return;
        }

        edits.Apply(body, client);
        _over = Completed = true;
    }

    private void Complete(IBufferWriter<byte> client)
    {
        Started = true;
        client.Write("data: [DONE]\n\n"u8);
        _over = Completed = true;
    }
}
