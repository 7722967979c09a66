using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Worker;

/// <summary>An upstream that answers only so far, and tells when its caller has gone.</summary>
internal sealed class StuckUpstream
{
    private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="upstream">Whose next request this is for.</param>
    /// <param name="begin">What is answered before it sticks.</param>
    public StuckUpstream(FakeUpstream upstream, Func<HttpContext, Task>? begin = null) => upstream.Answer = async context =>
    {
        using CancellationTokenRegistration gone = context.RequestAborted.Register(() => _left.TrySetResult());
        await (begin?.Invoke(context) ?? Task.CompletedTask);
        _called.TrySetResult();
        await Task.WhenAny(_left.Task, _goOn.Task);
        if (_goOn.Task.IsCompleted)
        {
            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
            await FakeUpstream.EventAsync(context, "[DONE]");
        }
    };

    public Task CalledAsync() => _called.Task.WaitAsync(Patience.Limit);

    public Task CallerLeftAsync() => _left.Task.WaitAsync(Patience.Limit);

    /// <summary>Ends the answer as a whole one.</summary>
    public void GoOn() => _goOn.TrySetResult();

    public static async Task OneChunkAsync(HttpContext context)
    {
        await FakeUpstream.BeginStreamAsync(context);
        await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("one"));
    }
}
