using System.IO.Pipelines;
using Gateway.Caching;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>
/// The answer as its client gets it: head, first write, one flush for whatever is there. What breaks in here is the
/// client's doing. One that takes nothing for too long is as good as gone, since an upstream works for it meanwhile.
/// </summary>
/// <param name="response">The client's.</param>
/// <param name="begin">Sets status and headers; called before the first byte.</param>
/// <param name="patience">How long the client may take nothing.</param>
/// <param name="time">The clock.</param>
/// <param name="stop">The request is to end, for whatever reason.</param>
/// <param name="recording">Gets a copy of what was written.</param>
internal sealed class ClientAnswer(HttpResponse response, Action begin, TimeSpan patience, TimeProvider time, CancellationToken stop, AnswerRecording? recording = null) : IDisposable
{
    /// <summary>What must leave within the time: small, so that a slow client is not taken for a dead one.</summary>
    private const int PieceSize = 16 * 1024;

    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _cut = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private bool _stuck;

    /// <summary>The client has got its first bytes, or is about to.</summary>
    public bool Begun { get; private set; }

    /// <summary>Writes a part of a stream, in one flush. False when the client is gone.</summary>
    public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        Begin();
        return TryWriteAsync(bytes);
    }

    /// <summary>Writes all of an answer. False when the client is gone.</summary>
    public ValueTask<bool> WriteWholeAsync(ReadOnlyMemory<byte> bytes)
    {
        Begin();
        response.ContentLength = bytes.Length;
        return TryWriteAsync(bytes);
    }

    /// <summary>Writes the last words of a stream that the gateway stops. Whether they arrive changes nothing.</summary>
    public async Task WriteLastAsync(ReadOnlyMemory<byte> bytes)
    {
        using CancellationTokenSource soon = new(s_lastWords);
        try
        {
            await response.BodyWriter.WriteAsync(bytes, soon.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            response.HttpContext.Abort();
        }
    }

    public void Dispose() => _cut.Dispose();

    private void Begin()
    {
        if (!Begun)
        {
            Begun = true;
            begin();
        }
    }

    private async ValueTask<bool> TryWriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            for (int at = 0; at < bytes.Length && !_stuck; at += PieceSize)
            {
                ValueTask<FlushResult> write = response.BodyWriter.WriteAsync(bytes[at..Math.Min(at + PieceSize, bytes.Length)], _cut.Token);
                FlushResult flushed = await (write.IsCompleted ? write : WaitAsync(write.AsTask()));
                if (flushed.IsCompleted)
                {
                    // The server takes bytes for a connection that is gone, and throws them away.
                    return false;
                }
            }

            recording?.Add(bytes.Span);
            return !_stuck;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            if (!_stuck)
            {
                // The gateway's own end, if it is that: whoever set the token knows why.
                stop.ThrowIfCancellationRequested();
            }

            return false;
        }
    }

    private async ValueTask<FlushResult> WaitAsync(Task<FlushResult> write)
    {
        await ((Task)write).WaitAsync(patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!write.IsCompleted)
        {
            // The bytes are still in use: only a connection that is cut gives them back.
            _stuck = true;
            response.HttpContext.Abort();
            await _cut.CancelAsync();
        }

        return await write;
    }
}
