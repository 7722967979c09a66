using System.Net;
using System.Text;

namespace Gateway.Tests.Support;

/// <summary>The body of an upstream's answer in the hand of a test: gives what the test sends, to a read that waits for it.</summary>
internal sealed class ScriptedBody : MemoryStream
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _reading = new(0);
    private TaskCompletionSource? _waiting;
    private ReadOnlyMemory<byte> _sent;
    private Exception? _broken;
    private bool _ended;

    public bool IsReading => _waiting is { Task.IsCompleted: false };

    public bool EndedBeforeDispose { get; private set; }

    /// <summary>Completes once the gateway waits for bytes.</summary>
    public async Task ReadingAsync() => Assert.True(await _reading.WaitAsync(Patience.Limit));

    /// <summary>Sends once the gateway waits.</summary>
    public async Task SendAsync(string text)
    {
        await ReadingAsync();
        Send(text);
    }

    public void Send(string text) => Wake(() => _sent = Encoding.UTF8.GetBytes(text));

    public void Break(Exception exception) => Wake(() => _broken = exception);

    public void End() => Wake(() => _ended = true);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Task? wait = null;
        lock (_lock)
        {
            if (_sent.IsEmpty && _broken is null && !_ended)
            {
                // Who waits learns of it later, on another thread: so a timer can overtake.
                TaskCompletionSource waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
                cancellationToken.Register(() => waiting.TrySetCanceled(cancellationToken));
                _waiting = waiting;
                wait = waiting.Task;
            }
        }

        if (wait is not null)
        {
            _reading.Release();
            await wait;
        }

        lock (_lock)
        {
            if (_broken is not null && _sent.IsEmpty)
            {
                throw _broken;
            }

            int length = Math.Min(buffer.Length, _sent.Length);
            _sent[..length].CopyTo(buffer);
            _sent = _sent[length..];
            return length;
        }
    }

    /// <summary>An upstream that answers every call with this body.</summary>
    public HttpMessageInvoker AsUpstream(string mediaType = "text/event-stream", int status = 200) => new(new ScriptedUpstream(_ =>
    {
        HttpResponseMessage response = new((HttpStatusCode)status) { Content = new StreamContent(this) };
        response.Content.Headers.ContentType = new(mediaType);
        return Task.FromResult(response);
    }));

    protected override void Dispose(bool disposing)
    {
        EndedBeforeDispose |= !IsReading;
        base.Dispose(disposing);
    }

    private void Wake(Action change)
    {
        lock (_lock)
        {
            change();
            _waiting?.TrySetResult();
        }
    }
}
