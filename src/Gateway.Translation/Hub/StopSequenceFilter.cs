using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>Looks for the client's stop sequences in the text of upstreams that do not know them.</summary>
internal sealed class StopSequenceFilter(IReadOnlyList<string> sequences) : IDisposable
{
    private readonly byte[][] _stops = [.. sequences.Select(Encoding.UTF8.GetBytes)];
    private readonly PooledBuffer _held = new(256);

    /// <summary>The stop sequence that was found; nothing after it may reach the client.</summary>
    public string? Matched { get; private set; }

    /// <summary>Takes plain text; appends to <paramref name="output"/> what can no longer be the beginning of a stop sequence.</summary>
    public void Next(ReadOnlySpan<byte> text, PooledBuffer output)
    {
        if (Matched is not null)
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
                Matched = sequences[i];
            }
        }

        if (Matched is not null)
        {
            output.Append(all[..first]);
            _held.Clear();
            return;
        }

        int keep = 0;
        foreach (byte[] stop in _stops)
        {
            keep = Math.Max(keep, Overlap(all, stop));
        }

        output.Append(all[..^keep]);
        _held.RemoveStart(all.Length - keep);
    }

    /// <summary>Text is over for now: what was held back is no stop sequence.</summary>
    public void Flush(PooledBuffer output)
    {
        output.Append(_held.Span);
        _held.Clear();
    }

    public void Dispose() => _held.Dispose();

    /// <summary>How much of the end of the text could be the beginning of the wanted string.</summary>
    public static int Overlap(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted)
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
}
