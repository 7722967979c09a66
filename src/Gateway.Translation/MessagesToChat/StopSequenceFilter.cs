using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// The answer's text on its way to the client. Usually it passes as it is; where the upstream does not know the stop
/// sequences they are looked for here, and nothing after one passes.
/// </summary>
internal sealed class StopSequenceFilter(BlockQueue queue, AnswerContext context) : IDisposable
{
    private readonly byte[][] _stops = [.. context.StopSequences.Select(Encoding.UTF8.GetBytes)];
    private readonly PooledBuffer _held = new(256);
    private readonly PooledBuffer _unescaped = new(256);

    /// <summary>The stop sequence that was found; nothing after it may reach the client.</summary>
    public string? MatchedStop { get; private set; }

    /// <summary>Text in the escaped form of a JSON string.</summary>
    public void AddEscaped(ReadOnlySpan<byte> escaped)
    {
        if (!context.EnforceStops)
        {
            queue.AddText(escaped);
            return;
        }

        _unescaped.Clear();
        JsonUnescape.Append(escaped, _unescaped);
        Add(_unescaped.Span);
    }

    /// <summary>Text as it is read.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        if (!context.EnforceStops)
        {
            Pass(text);
            return;
        }

        if (MatchedStop is not null)
        {
            return;
        }

        _held.Append(text);
        ReadOnlySpan<byte> all = _held.Span;
        int first = -1;
        for (int i = 0; i < _stops.Length; i++)
        {
            int at = all.IndexOf(_stops[i]);
            if (at >= 0 && (first < 0 || at < first))
            {
                first = at;
                MatchedStop = context.StopSequences[i];
            }
        }

        if (MatchedStop is not null)
        {
            Pass(all[..first]);
            _held.Clear();
            return;
        }

        int keep = 0;
        foreach (byte[] stop in _stops)
        {
            keep = Math.Max(keep, Overlap(all, stop));
        }

        Pass(all[..^keep]);
        _held.RemoveStart(all.Length - keep);
    }

    /// <summary>Text is over for now (a call begins, or the answer ends): what was held back goes out.</summary>
    public void Flush()
    {
        Pass(_held.Span);
        _held.Clear();
    }

    public void Dispose()
    {
        _held.Dispose();
        _unescaped.Dispose();
    }

    /// <summary>How much of the end of the text could be the beginning of the wanted string.</summary>
    internal static int Overlap(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted)
    {
        for (int length = Math.Min(text.Length, wanted.Length - 1); length > 0; length--)
        {
            if (wanted.StartsWith(text[^length..]))
            {
                return length;
            }
        }

        return 0;
    }

    private void Pass(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        using PooledBuffer escaped = new(text.Length + 16);
        escaped.AppendEscaped(text);
        queue.AddText(escaped.Span);
    }
}
