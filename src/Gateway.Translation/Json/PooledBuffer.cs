using System.Buffers;

namespace Gateway.Translation.Json;

/// <summary>A growing byte buffer on pooled arrays, rented with the first byte. Return it with <see cref="Dispose"/>.</summary>
public sealed class PooledBuffer(int capacity = 4096) : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    /// <summary>How much memory it holds.</summary>
    public int Capacity => _bytes.Length;

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    /// <summary>The bytes may be some of its own.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        byte[] outgrown = Grow(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
        Return(outgrown);
    }

    /// <summary>Drops what was appended after the buffer was <paramref name="length"/> long.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Drops the first <paramref name="count"/> bytes.</summary>
    public void RemoveStart(int count)
    {
        _bytes.AsSpan(count, Length - count).CopyTo(_bytes);
        Length -= count;
    }

    /// <summary>Empties it, and gives its memory back until something is written again.</summary>
    public void Release()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        Length = 0;
        Return(bytes);
    }

    public void Dispose() => Release();

    private void Reserve(int sizeHint) => Return(Grow(sizeHint));

    /// <summary>Makes room; comes back with the array that was too small, which nobody else may get while it is still read.</summary>
    private byte[] Grow(int sizeHint)
    {
        int needed = Length + Math.Max(sizeHint, 1);
        if (needed <= _bytes.Length)
        {
            return [];
        }

        byte[] outgrown = _bytes;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(capacity, _bytes.Length * 2)));
        Span.CopyTo(larger);
        _bytes = larger;
        return outgrown;
    }

    private static void Return(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
