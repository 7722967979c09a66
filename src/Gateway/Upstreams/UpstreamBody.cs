using Gateway.Translation.Json;

namespace Gateway.Upstreams;

/// <summary>Reads a whole body of an upstream, but no more than can be borne.</summary>
internal static class UpstreamBody
{
    private const int ReadSize = 16 * 1024;

    /// <summary>Fills the buffer. False when there is more than <paramref name="limit"/>; the buffer then holds that much.</summary>
    /// <param name="buffer">Takes the bytes.</param>
    /// <param name="limit">The most that it takes.</param>
    /// <param name="read">Reads some bytes; 0 at the end.</param>
    public static async ValueTask<bool> TryReadAsync(PooledBuffer buffer, int limit, Func<Memory<byte>, ValueTask<int>> read)
    {
        byte[] beyond = new byte[1];
        while (true)
        {
            // Never asked for more than the limit: the buffer would double for a byte that is not wanted.
            int room = Math.Min(ReadSize, limit - buffer.Length);
            int count = await read(room > 0 ? buffer.GetMemory(room)[..room] : beyond);
            if (count == 0)
            {
                return true;
            }

            if (room == 0)
            {
                return false;
            }

            buffer.Advance(count);
        }
    }

    public static ValueTask<bool> TryReadAsync(Stream body, PooledBuffer buffer, int limit, CancellationToken cancellationToken) =>
        TryReadAsync(buffer, limit, room => body.ReadAsync(room, cancellationToken));
}
