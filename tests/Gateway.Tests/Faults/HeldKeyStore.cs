using Gateway.Authentication.Keys;
using Gateway.Tests.Support;

namespace Gateway.Tests.Faults;

/// <summary>Keys in memory, whose finding can be held up.</summary>
internal sealed class HeldKeyStore : IKeyStore
{
    private readonly MemoryKeyStore _keys = new();
    private readonly SemaphoreSlim _asked = new(0);
    private TaskCompletionSource _open = Opened();

    public void Hold() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _open.TrySetResult();

    /// <summary>A key is asked for, or was since this was called last.</summary>
    public async Task AskedAsync() => Assert.True(await _asked.WaitAsync(Patience.Limit));

    public async Task<VirtualKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        _asked.Release();
        await _open.Task.WaitAsync(cancellationToken);
        return await _keys.FindAsync(id, cancellationToken);
    }

    public Task<bool> AddAsync(VirtualKey key, CancellationToken cancellationToken) => _keys.AddAsync(key, cancellationToken);

    public Task<bool> ReplaceAsync(VirtualKey key, CancellationToken cancellationToken) => _keys.ReplaceAsync(key, cancellationToken);

    public Task<IReadOnlyList<VirtualKey>> ListAsync(CancellationToken cancellationToken) => _keys.ListAsync(cancellationToken);

    private static TaskCompletionSource Opened()
    {
        TaskCompletionSource open = new();
        open.SetResult();
        return open;
    }
}
