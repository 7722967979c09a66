using System.Buffers;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>
/// Drives a reader of the upstream's form and tells a client of any form when it fails: the one loop of all answers.
/// </summary>
internal sealed class AnswerTranslator(AnswerReader reader, IClientVoice voice, PooledBuffer output) : IAnswerTranslator
{
    private bool _failed;

    public bool Started => voice.Started;

    public bool Completed => reader.Completed || _failed;

    public GatewayError? Error { get; private set; }

    public TokenUsage Usage => reader.Usage;

    public int PendingBytes => reader.PendingBytes;

    private bool IsOver => Completed || Error is not null;

    public void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> client)
    {
        if (IsOver)
        {
            return;
        }

        reader.Append(upstream);
        TakeEvents(atEnd: false);
        Deliver(client);
    }

    public void End(bool clean, IBufferWriter<byte> client)
    {
        TakeEvents(atEnd: true);
        if (!IsOver)
        {
            reader.TakeEnd(clean);
            NoteError();
        }

        Deliver(client);
    }

    public void ReadWhole(ReadOnlySpan<byte> upstream, IBufferWriter<byte> client)
    {
        if (!IsOver)
        {
            try
            {
                reader.TakeWhole(upstream);
                NoteError();
            }
            catch (JsonException)
            {
                Fail(GatewayError.Api("upstream returned a malformed answer"));
            }
        }

        Deliver(client);
    }

    public void Start(IBufferWriter<byte> client)
    {
        if (!IsOver && !Started)
        {
            voice.Start();
        }

        Deliver(client);
    }

    public void Ping(IBufferWriter<byte> client)
    {
        if (Started && !Completed)
        {
            voice.Ping();
        }

        Deliver(client);
    }

    public void Fail(GatewayError error, IBufferWriter<byte> client)
    {
        Fail(error);
        Deliver(client);
    }

    public void Dispose()
    {
        reader.Dispose();
        voice.Dispose();
        output.Dispose();
    }

    private void TakeEvents(bool atEnd)
    {
        while (Error is null && !reader.IsOver && reader.MoveNext(atEnd))
        {
            try
            {
                reader.Take();
            }
            catch (JsonException)
            {
                // One broken event is no reason to lose the rest; if it was the end, the reader misses that.
            }
        }

        NoteError();
    }

    private void NoteError()
    {
        if (reader.Error is { } error)
        {
            Fail(error);
        }
    }

    private void Fail(GatewayError error)
    {
        if (Error is not null || (Completed && reader.Error is null))
        {
            return;
        }

        Error = error;
        if (Started && !Completed)
        {
            voice.Fail(error);
            _failed = true;
        }
    }

    private void Deliver(IBufferWriter<byte> client)
    {
        client.Write(output.Span);
        output.Clear();
    }
}
