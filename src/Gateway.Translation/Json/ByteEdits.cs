using System.Buffers;

namespace Gateway.Translation.Json;

/// <summary>Replacements in a body that otherwise stays byte for byte as it came. Collect in any order, then apply.</summary>
internal sealed class ByteEdits
{
    private readonly List<(int Start, int Length, ReadOnlyMemory<byte> With)> _edits = [];

    public bool IsEmpty => _edits.Count == 0;

    public void Replace(int start, int length, ReadOnlyMemory<byte> with) => _edits.Add((start, length, with));

    public void Insert(int at, ReadOnlyMemory<byte> bytes) => _edits.Add((at, 0, bytes));

    public void Remove(int start, int length) => _edits.Add((start, length, default));

    /// <summary>What lies in a part that is taken out goes with it.</summary>
    public void Apply(ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        int at = 0;
        foreach ((int start, int length, ReadOnlyMemory<byte> with) in _edits.OrderBy(edit => edit.Start))
        {
            if (start < at)
            {
                continue;
            }

            output.Write(body[at..start]);
            output.Write(with.Span);
            at = start + length;
        }

        output.Write(body[at..]);
    }
}
