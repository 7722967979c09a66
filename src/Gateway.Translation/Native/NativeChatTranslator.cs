using System.Buffers;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.Sse;

namespace Gateway.Translation.Native;

/// <summary>
/// Relays the answer of an OpenAI-compatible server to an OpenAI client. Chunks keep their bytes but for the model's
/// name; errors get OpenAI's one form; the usage chunk is kept from a client that did not ask for it.
/// </summary>
public sealed class NativeChatTranslator(NativeAnswerOptions options) : IAnswerTranslator
{
    private readonly SseReader _sse = new();
    private readonly byte[] _model = NativeRequest.Quote(options.Model);
    private TokenUsage? _usage;
    private long _outputCharacters;
    private bool _finished;
    private bool _over;

    public bool Started { get; private set; }

    public bool Completed { get; private set; }

    public GatewayError? Error { get; private set; }

    public TokenUsage Usage => _usage ?? new TokenUsage { Input = options.EstimatedInput, Output = _outputCharacters / 4, Estimated = true };

    public void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> client)
    {
        if (!options.Streaming)
        {
            Fail(GatewayError.Api("upstream answered with a stream although none was asked for"), client);
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

        if (!_over && Started && (_finished || (clean && options.MayOmitFinish)))
        {
            Complete(client);
        }

        Fail(GatewayError.Api("upstream stream ended unexpectedly"), client);
    }

    public void ReadWhole(ReadOnlySpan<byte> upstream, IBufferWriter<byte> client)
    {
        try
        {
            TakeWhole(upstream, client);
        }
        catch (JsonException)
        {
            Fail(GatewayError.Api("upstream returned a malformed answer"), client);
        }
    }

    public void Start(IBufferWriter<byte> client)
    {
        if (options.Streaming && !Started)
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
            Take(_sse.Data, client);
        }
        catch (JsonException)
        {
            // One broken chunk is skipped; if it was the last, the missing end says so.
        }
    }

    private void Take(ReadOnlySpan<byte> chunk, IBufferWriter<byte> client)
    {
        ByteEdits edits = new();
        bool noChoices = false;
        bool hasUsage = false;
        if (ChatError.Read(chunk) is { } error)
        {
            Fail(error, client);
            return;
        }

        JsonFields fields = new(chunk);
        while (fields.MoveNext())
        {
            if (fields.Name.SequenceEqual("model"u8))
            {
                edits.Replace(fields.Start, fields.Value.Length, _model);
            }
            else if (fields.Name.SequenceEqual("choices"u8))
            {
                noChoices = !TakeChoices(fields.Value);
            }
            else if (fields.Name.SequenceEqual("usage"u8))
            {
                hasUsage = TakeUsage(fields.Value);
            }
            else if (fields.Name.SequenceEqual("x_groq"u8))
            {
                TakeUsage(JsonFields.Find(fields.Value, "usage"u8));
            }
        }

        if (options.SwallowUsage && hasUsage && noChoices)
        {
            return;
        }

        Started = true;
        client.Write("data: "u8);
        WriteLine(chunk, edits, client);
        client.Write("\n\n"u8);
    }

    /// <summary>True when there is a choice at all.</summary>
    private bool TakeChoices(ReadOnlySpan<byte> choices)
    {
        bool any = false;
        JsonItems items = new(choices);
        while (items.MoveNext())
        {
            any = true;
            JsonFields fields = new(items.Value);
            while (fields.MoveNext())
            {
                if (fields.Name.SequenceEqual("finish_reason"u8))
                {
                    _finished |= JsonRaw.IsText(fields.Value);
                }
                else if (fields.Name.SequenceEqual("usage"u8))
                {
                    // Kimi counts inside the choice.
                    TakeUsage(fields.Value);
                }
                else if (fields.Name.SequenceEqual("delta"u8))
                {
                    _outputCharacters += fields.Value.Length;
                }
            }
        }

        return any;
    }

    private bool TakeUsage(ReadOnlySpan<byte> usage)
    {
        if (usage.IsEmpty || usage[0] != '{')
        {
            return false;
        }

        _usage = ChatUsage.Read(usage);
        return true;
    }

    private void TakeWhole(ReadOnlySpan<byte> body, IBufferWriter<byte> client)
    {
        GatewayError? error = ChatError.Read(body);
        if (error is not null || JsonFields.Find(body, "choices"u8).IsEmpty)
        {
            Fail(error ?? GatewayError.Api("upstream returned no choices"), client);
            return;
        }

        ByteEdits edits = new();
        JsonFields fields = new(body);
        while (fields.MoveNext())
        {
            if (fields.Name.SequenceEqual("model"u8))
            {
                edits.Replace(fields.Start, fields.Value.Length, _model);
            }
            else if (fields.Name.SequenceEqual("usage"u8))
            {
                TakeUsage(fields.Value);
            }
        }

        Started = true;
        if (options.Streaming)
        {
            using PooledBuffer edited = new(body.Length + _model.Length);
            edits.Apply(body, edited);
            ChatReplay.Write(edited.Span, withUsage: !options.SwallowUsage, client);
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

    /// <summary>A chunk that came in several data lines has line breaks between its tokens; an event has one line.</summary>
    private static void WriteLine(ReadOnlySpan<byte> chunk, ByteEdits edits, IBufferWriter<byte> client)
    {
        if (!chunk.ContainsAny((byte)'\n', (byte)'\r'))
        {
            edits.Apply(chunk, client);
            return;
        }

        using PooledBuffer edited = new(chunk.Length + 64);
        edits.Apply(chunk, edited);
        JsonRaw.WriteCompact(edited.Span, client);
    }
}
