using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Gateway.Http;

/// <summary>
/// Writes an answer to its client, and tells a client that is gone from an upstream that is: both end in the same kinds of
/// exceptions. A client that takes nothing for too long is as good as gone, since an upstream works for it meanwhile.
/// </summary>
internal sealed class ClientWriter(HttpContext http, TimeSpan patience, TimeProvider time, CancellationToken left) : IDisposable
{
    /// <summary>What must leave within the time: small, so that a slow client is not taken for a dead one.</summary>
    private const int PieceSize = 16 * 1024;

    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(left);

    /// <exception cref="ClientGoneException">The client left, or took nothing for too long.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            for (int at = 0; at < bytes.Length; at += PieceSize)
            {
                ValueTask<FlushResult> write = http.Response.BodyWriter.WriteAsync(bytes[at..Math.Min(at + PieceSize, bytes.Length)], _stop.Token);
                await (write.IsCompleted ? write : WaitAsync(write.AsTask()));
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            throw new ClientGoneException(e);
        }
    }

    public void Dispose() => _stop.Dispose();

    private async ValueTask<FlushResult> WaitAsync(Task<FlushResult> write)
    {
        await ((Task)write).WaitAsync(patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!write.IsCompleted)
        {
            // The bytes are still in use: only a connection that is cut gives them back.
            http.Abort();
            await _stop.CancelAsync();
        }

        return await write;
    }
}

/// <summary>The client left before its answer was whole. Nobody is there to be told an error.</summary>
internal sealed class ClientGoneException(Exception cause) : Exception("The client is gone.", cause);
