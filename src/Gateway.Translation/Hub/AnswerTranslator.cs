using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>
/// Turns one upstream answer into what the client expects: a pure state machine, bytes in, bytes out. It drives a reader
/// of the upstream's form, which tells what it reads to a sink of the client's, and tells the client when that fails: the
/// one loop of all answers. One instance serves one answer; it is not thread-safe and does no I/O.
/// </summary>
public sealed class AnswerTranslator : IDisposable
{
    private readonly AnswerReader _reader;
    private readonly IClientVoice _voice;
    private bool _failed;

    /// <summary>The voice is that of the sink to which the reader tells what it reads, or the relay itself.</summary>
    internal AnswerTranslator(AnswerReader reader, IClientVoice voice, PooledBuffer output)
    {
        _reader = reader;
        _voice = voice;
        Output = output;
    }

    /// <summary>The bytes that there are for the client; who takes them clears it.</summary>
    public PooledBuffer Output { get; }

    /// <summary>True once bytes for the client exist: from then on an error can only be told inside the stream.</summary>
    public bool Started => _voice.Started;

    /// <summary>True once the client has its last byte: the upstream call may be dropped.</summary>
    public bool Completed => _reader.Completed || _failed;

    /// <summary>Set when the answer is an error. While <see cref="Started"/> is false it belongs into an HTTP error.</summary>
    public GatewayError? Error { get; private set; }

    /// <summary>What has been used so far, estimated where the upstream has not said.</summary>
    public TokenUsage Usage => _reader.Usage;

    /// <summary>Bytes of an event that waits for its end: the only thing that grows although nothing comes out.</summary>
    public int PendingBytes => _reader.PendingBytes;

    private bool IsOver => Completed || Error is not null;

    /// <summary>Takes bytes of an event stream, cut anywhere.</summary>
    public void Read(ReadOnlySpan<byte> upstream)
    {
        if (!IsOver)
        {
            _reader.Append(upstream);
            TakeEvents(atEnd: false);
        }
    }

    /// <summary>The event stream is over: <paramref name="clean"/> is false when the connection broke.</summary>
    public void End(bool clean)
    {
        TakeEvents(atEnd: true);
        if (!IsOver)
        {
            _reader.TakeEnd(clean);
            NoteError();
        }
    }

    /// <summary>Takes the body of an upstream that answered as a whole.</summary>
    public void ReadWhole(ReadOnlySpan<byte> upstream)
    {
        if (IsOver)
        {
            return;
        }

        try
        {
            _reader.TakeWhole(upstream);
            NoteError();
        }
        catch (JsonException)
        {
            Fail(GatewayError.Api("upstream returned a malformed answer"));
        }
    }

    /// <summary>Begins the client's stream although the upstream has said nothing yet.</summary>
    public void Start()
    {
        if (!IsOver && !Started)
        {
            _voice.Start();
        }
    }

    /// <summary>A sign of life for clients that give up on silence.</summary>
    public void Ping()
    {
        if (Started && !Completed)
        {
            _voice.Ping();
        }
    }

    /// <summary>Ends the client's stream with an error event.</summary>
    public void Fail(GatewayError error)
    {
        if (IsOver)
        {
            return;
        }

        Error = error;
        if (Started)
        {
            _voice.Fail(error);
            _failed = true;
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _voice.Dispose();
        Output.Dispose();
    }

    private void TakeEvents(bool atEnd)
    {
        while (!IsOver && !TryTakeEvents(atEnd))
        {
            // One broken event is no reason to lose the rest; if it was the end, the reader misses that.
        }

        NoteError();
    }

    /// <summary>False when one could not be read: there may be more.</summary>
    private bool TryTakeEvents(bool atEnd)
    {
        try
        {
            _reader.TakeEvents(atEnd);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void NoteError()
    {
        if (_reader is { Completed: true, Error: { } relayed })
        {
            // The client has it already, as the upstream said it.
            Error ??= relayed;
        }
        else if (_reader.Error is { } error)
        {
            Fail(error);
        }
    }
}
