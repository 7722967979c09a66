using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>
/// Turns one upstream answer into what the client expects: a pure state machine, bytes in, bytes out. It drives a reader
/// of the upstream's form, which tells what it reads to a sink of the client's, and tells the client when that fails: the
/// one loop of all answers. Whether the answer is a stream is read from its first bytes. One instance serves one answer; it is not thread-safe and does no I/O.
/// </summary>
public sealed class AnswerTranslator : IDisposable
{
    private readonly AnswerReader _reader;
    private readonly IClientVoice _voice;
    private readonly AnswerOpening _opening = new();
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

    /// <summary>What the upstream said of the answer that its bill depends on; counts that cannot be are among it once <see cref="Usage"/> was asked for.</summary>
    public AnswerFacts Facts => _reader.Facts;

    /// <summary>There is a word of the answer, a thought or a call, and not only its frame.</summary>
    public bool HasSaid => _reader.HasSaid;

    /// <summary>There is a word of it that counts as output.</summary>
    public bool HasSpoken => _reader.Spoken > 0;

    /// <summary>The answer is over, and it is that there will be none: without a word of it before.</summary>
    public bool RefusedAtOnce => _reader.RefusedAtOnce;

    /// <summary>The answer comes event by event, as far as it can be told yet.</summary>
    public bool IsStream => _opening.Shape is AnswerShape.Events or AnswerShape.Lines;

    /// <summary>Bytes of an event that waits for its end; 0 for an answer that comes whole.</summary>
    public int PendingBytes => IsStream ? _opening.Held.Length + _reader.PendingBytes : 0;

    /// <summary>What is kept of an answer that comes whole, until its end.</summary>
    public ReadOnlySpan<byte> Kept => _opening.Held;

    private bool IsOver => Completed || Error is not null;

    /// <summary>
    /// Whether the answer has gone on since this was asked last: an event said something new, or a whole answer has begun.
    /// Comments, pings, blanks, empty pieces and parts of an event are signs of life, and no answer.
    /// </summary>
    public bool TakeNews() => _reader.TakeNews() | _opening.TakeNews();

    /// <summary>Takes bytes of an answer, cut anywhere.</summary>
    public void Read(ReadOnlySpan<byte> upstream)
    {
        if (IsOver)
        {
            return;
        }

        if (_opening.Shape == AnswerShape.Events)
        {
            _reader.Append(upstream);
            TakeEvents(atEnd: false);
            return;
        }

        _opening.Append(upstream);
        if (IsStream)
        {
            _opening.MoveTo(_reader, atEnd: false);
            TakeEvents(atEnd: false);
        }
        else if (_opening.Shape == AnswerShape.Page)
        {
            Fail(_opening.Unreadable);
        }
    }

    /// <summary>The answer is over: <paramref name="clean"/> is false when the connection broke.</summary>
    public void End(bool clean)
    {
        _opening.End();
        if (IsStream)
        {
            _opening.MoveTo(_reader, atEnd: true);
            EndEvents(clean);
        }
        else if (_opening.Shape == AnswerShape.Whole && clean)
        {
            ReadWhole(_opening.Held);
        }
        else
        {
            Fail(_opening.Unreadable);
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
            TakeWhole(upstream);
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
        _opening.Dispose();
        Output.Dispose();
    }

    /// <summary>Gemini puts its errors into a list of one; others all that they have to say.</summary>
    private void TakeWhole(ReadOnlySpan<byte> body)
    {
        JsonItems items = new(body);
        if (!items.MoveNext())
        {
            _reader.TakeWhole(body);
            return;
        }

        ReadOnlySpan<byte> first = items.Value;
        if (!items.MoveNext())
        {
            _reader.TakeWhole(first);
            return;
        }

        items = new JsonItems(body);
        while (items.MoveNext())
        {
            _reader.Append("data: "u8);
            using PooledBuffer line = new(items.Value.Length);
            JsonRaw.WriteLine(items.Value, line);
            _reader.Append(line.Span);
            _reader.Append("\n\n"u8);
        }

        EndEvents(clean: true);
    }

    private void EndEvents(bool clean)
    {
        TakeEvents(atEnd: true);
        if (!IsOver)
        {
            _reader.TakeEnd(clean);
            NoteError();
        }
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
