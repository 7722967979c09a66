using Gateway.Translation.Json;

namespace Gateway.Translation.Responses;

/// <summary>
/// A message of the model. It is shown with its first text, takes the texts that follow one another as its parts, and ends
/// when something else has begun: only then is it known whether it was the answer or a word on the way.
/// </summary>
internal sealed class MessageItem(ResponsesOutput output, bool tellsPhase) : IDisposable
{
    private readonly PooledBuffer _parts = new(256);
    private ItemPlace? _place;
    private int _count;
    private int _open;
    private bool _followed;
    private bool _done;

    public ResponsesOutput Output => output;

    /// <summary>Shown by its first part.</summary>
    public ItemPlace Place => _place!;

    /// <summary>A text of it goes on, or may begin.</summary>
    public void BeginPart() => _open++;

    /// <summary>A part has something to show. Returns its number.</summary>
    public int ShowPart()
    {
        _place ??= output.Add("msg_", "\"type\":\"message\",\"role\":\"assistant\",\"status\":\"in_progress\",\"content\":[]"u8);
        return _count++;
    }

    /// <summary>A part is whole; one that showed nothing is empty.</summary>
    public void EndPart(ReadOnlySpan<byte> part)
    {
        _open--;
        if (!part.IsEmpty)
        {
            _parts.Append(_parts.Length > 0 ? ","u8 : ""u8);
            _parts.Append(part);
        }

        if (_followed && _open == 0)
        {
            Finish(isLast: false, cut: false);
        }
    }

    /// <summary>Something else has begun: no further part, and more work comes.</summary>
    public void Follow()
    {
        _followed = true;
        if (_open == 0)
        {
            Finish(isLast: false, cut: false);
        }
    }

    /// <param name="isLast">Nothing followed in the answer.</param>
    /// <param name="cut">The answer ends before its end.</param>
    public void Finish(bool isLast, bool cut)
    {
        if (_place is not null && !_done)
        {
            _done = true;
            output.Finish(_place,
            [
                .. "\"type\":\"message\",\"role\":\"assistant\",\"status\":\""u8, .. cut ? "incomplete"u8 : "completed"u8,
                .. !tellsPhase ? "\",\"content\":["u8 : isLast ? "\",\"phase\":\"final_answer\",\"content\":["u8 : "\",\"phase\":\"commentary\",\"content\":["u8,
                .. _parts.Span, .. "]"u8,
            ]);
        }
    }

    public void Dispose() => _parts.Dispose();
}
