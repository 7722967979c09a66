using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Puts the events of servers that only resemble Anthropic's into the order in which its SDKs understand them: each under
/// its name, a message that begins and ends, blocks that are numbered, begun and closed one after the other. What is right
/// passes as it came. Counts are not made up here: what was not said must not be taken for said.
/// </summary>
internal sealed class EventRepair : IDisposable
{
    private readonly AnswerContext _context;
    private readonly SseFrames _repaired = new();
    private readonly PooledBuffer _written = new();
    private readonly BlockRepair _blocks;
    private bool _begun;
    private bool _over;
    private string? _reason;

    public EventRepair(AnswerContext context) => (_context, _blocks) = (context, new BlockRepair(context.Id, Write));

    /// <summary>What is left of an event that was taken, in frames that are all closed.</summary>
    public SseFrames Frames => _repaired;

    /// <summary>Of what waits for its turn.</summary>
    public int HeldBytes => _blocks.HeldBytes;

    public void Take(ReadOnlySpan<byte> frame)
    {
        try
        {
            if (!_over)
            {
                Read(frame);
            }
        }
        catch (JsonException)
        {
            // Whoever reads it next says what is wrong with it.
            Pass(frame);
        }

        Flush();
    }

    /// <summary>The stream is over. False when nobody can say that the message is whole.</summary>
    public bool TryEnd(bool clean)
    {
        if (_over || !_begun || (_reason is null && !(clean && _context.Profile.MayOmitFinish && _blocks.Any)))
        {
            return false;
        }

        Finish();
        Flush();
        return true;
    }

    public void Dispose()
    {
        _repaired.Dispose();
        _written.Dispose();
    }

    private void Flush()
    {
        _repaired.Append(_written.Span);
        _written.Clear();
    }

    private void Read(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> line = SseFrames.Line(frame, "data"u8, out _);
        ReadOnlySpan<byte> data = (line.IsEmpty ? SseFrames.JoinedData(frame) : line).Trim(" \t\r\n"u8);
        if (data.SequenceEqual("[DONE]"u8) && _begun)
        {
            Finish();
            return;
        }

        ReadOnlySpan<byte> type = data is [(byte)'{', ..] ? JsonRaw.Text(JsonFields.Find(data, "type"u8)) : [];
        switch (Encoding.UTF8.GetString(type.IsEmpty ? SseFrames.Line(frame, "event"u8, out _) : type))
        {
            case var _ when data is not [(byte)'{', ..] || MessagesFrame.IsError(data):
                Pass(frame);
                break;
            case "message_start":
                Start(data);
                break;
            case "content_block_start":
                Begin();
                _blocks.Start(data);
                break;
            case "content_block_delta":
                Begin();
                _blocks.Delta(data);
                break;
            case "content_block_stop":
                _blocks.Stop(data);
                break;
            case "message_delta":
                Begin();
                End(data);
                break;
            case "message_stop":
                Begin();
                Finish();
                break;
            default:
                Pass(frame);
                break;
        }
    }

    /// <summary>An event that belongs to no message, or that nobody knows.</summary>
    private void Pass(ReadOnlySpan<byte> frame)
    {
        _written.Append(frame.TrimEnd("\r\n"u8));
        _written.Append("\n\n"u8);
    }

    private void Write(string type, ReadOnlySpan<byte> data)
    {
        _written.Append(Encoding.ASCII.GetBytes($"event: {type}\ndata: "));
        JsonRaw.WriteLine(data, _written);
        _written.Append("\n\n"u8);
    }

    private void Begin()
    {
        if (!_begun)
        {
            Start("{}"u8);
        }
    }

    private void Start(ReadOnlySpan<byte> data)
    {
        if (_begun)
        {
            // A second beginning is an error to SDKs.
            return;
        }

        _begun = true;
        ReadOnlySpan<byte> said = JsonFields.Find(data, "message"u8);
        byte[] message = MemberCompletion.Of(said is [(byte)'{', ..] ? said : "{}"u8, Head(_context));
        using PooledBuffer start = new(message.Length + 64);
        start.Append("{\"type\":\"message_start\",\"message\":"u8);
        start.Append(message);
        start.Append("}"u8);
        Write("message_start", start.Span);
    }

    /// <summary>What every message begins with.</summary>
    public static (string Name, string Json)[] Head(AnswerContext context) =>
    [
        ("id", Quoted(context.Id)), ("type", "\"message\""), ("role", "\"assistant\""), ("model", Quoted(context.Model)),
        ("content", "[]"), ("stop_reason", "null"), ("stop_sequence", "null"),
    ];

    public static string Quoted(string text) => Encoding.UTF8.GetString(SameFormRequest.Quote(text));

    private void End(ReadOnlySpan<byte> data)
    {
        _blocks.StopAll();
        ReadOnlySpan<byte> delta = JsonFields.Find(data, "delta"u8);
        ReadOnlySpan<byte> reason = JsonFields.Find(delta, "stop_reason"u8);
        _reason = JsonRaw.IsText(reason) ? Encoding.UTF8.GetString(reason) : _reason;

        // SDKs take what each of these events says, and for them nothing is null.
        byte[] completed = MemberCompletion.Of(delta is [(byte)'{', ..] ? delta : "{}"u8, ("stop_reason", _reason ?? "null"), ("stop_sequence", "null"));
        ByteEdits edits = new();
        MemberCompletion.Apply(data, 0, edits, ("type", "\"message_delta\""), ("delta", Encoding.UTF8.GetString(completed)));
        if (delta is [(byte)'{', ..])
        {
            JsonFields fields = new(data);
            while (fields.MoveNext())
            {
                if (fields.NameIs("delta"u8))
                {
                    edits.Replace(fields.Start, fields.Value.Length, completed);
                }
            }
        }

        using PooledBuffer repaired = new(data.Length + 64);
        edits.Apply(data, repaired);
        Write("message_delta", repaired.Span);
    }

    private void Finish()
    {
        _blocks.StopAll();
        if (_reason is null)
        {
            End(Encoding.ASCII.GetBytes($$$"""{"type":"message_delta","delta":{"stop_reason":"{{{(_blocks.Called ? "tool_use" : "end_turn")}}}"}}"""));
        }

        Write("message_stop", "{\"type\":\"message_stop\"}"u8);
        _over = true;
    }
}
