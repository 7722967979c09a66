using Gateway.Translation.Hub;

namespace Gateway.Translation.SameForm;

/// <summary>
/// The events of an answer that is relayed, as they are cut out of its stream. Claude's own stay as they came; those of
/// other makers' servers are put right first.
/// </summary>
internal sealed class RelayedEvents(AnswerContext context) : IDisposable
{
    private readonly SseFrames _raw = new();
    private readonly EventRepair? _repair = context.Profile.AnthropicFields ? null : new EventRepair(context);

    private SseFrames Frames => _repair?.Frames ?? _raw;

    public ReadOnlySpan<byte> Frame => Frames.Frame;

    /// <summary>As of <see cref="SseFrames"/>.</summary>
    public bool IsClosed => Frames.IsClosed;

    public int PlainLines => Frames.PlainLines;

    public int PendingBytes => _raw.PendingBytes + (_repair?.HeldBytes ?? 0);

    public void Append(ReadOnlySpan<byte> bytes) => _raw.Append(bytes);

    /// <summary>Finds the next event.</summary>
    public bool TryRead(bool atEnd)
    {
        while (_repair?.Frames.TryRead() != true)
        {
            if (!_raw.TryRead(atEnd))
            {
                return false;
            }

            // The last event may lack its blank line; half an event must not reach the client.
            if (!_raw.IsClosed && !MessagesFrame.IsComplete(_raw.Frame))
            {
                continue;
            }

            if (_repair is null)
            {
                return true;
            }

            _repair.Take(_raw.Frame);
        }

        return true;
    }

    /// <summary>The stream is over. Whether there are events with which its message is whole.</summary>
    public bool TryEnd(bool clean) => _repair?.TryEnd(clean) == true;

    public void Dispose()
    {
        _raw.Dispose();
        _repair?.Dispose();
    }
}
