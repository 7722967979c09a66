namespace Gateway.Upstreams.Credentials;

/// <summary>
/// A secret that holds for a while: a token, or keys of a session. Many requests share one fetch; a new one is fetched while
/// the old one is still good, so no request waits for it, and a fetch that fails costs nothing until the old one is over.
/// </summary>
/// <param name="fetch">Gets the next one.</param>
/// <param name="time">Says when that is due.</param>
/// <param name="failed">Hears why none came, and whether there is still a good one.</param>
internal sealed class RenewedSecret<T>(Func<CancellationToken, Task<IssuedSecret<T>>> fetch, TimeProvider time, Action<string, bool> failed)
    where T : class
{
    /// <summary>An endpoint of the platform answers in milliseconds, a developer's sign-in tool in seconds.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>When the issuer does not say when it wants to be asked for the next one.</summary>
    private static readonly TimeSpan s_ahead = TimeSpan.FromMinutes(5);

    /// <summary>Clocks differ, and the request takes time to get there.</summary>
    private static readonly TimeSpan s_lastMoments = TimeSpan.FromSeconds(30);

    /// <summary>Between two fetches, whatever came of the first.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private IssuedSecret<T>? _issued;
    private DateTimeOffset _fetchedAt;
    private DateTimeOffset _nextFetch;
    private Task _fetching = Task.CompletedTask;

    /// <summary>Null when there is none to be had.</summary>
    public async ValueTask<T?> GetAsync(CancellationToken cancellationToken)
    {
        Task fetching;
        lock (_lock)
        {
            if (_fetching.IsCompleted && time.GetUtcNow() >= _nextFetch)
            {
                _fetching = FetchAsync();
            }

            if (Good is { } secret)
            {
                return secret;
            }

            fetching = _fetching;
        }

        await fetching.WaitAsync(cancellationToken);
        lock (_lock)
        {
            return Good;
        }
    }

    /// <summary>It was refused, whatever its issuer said. False when it is new, so that another one would be no better: nobody asks in a loop.</summary>
    public bool Forget(Predicate<T> refused)
    {
        lock (_lock)
        {
            bool old = _issued is null || (refused(_issued.Secret) && time.GetUtcNow() - _fetchedAt >= s_pause);
            if (old && _issued is not null)
            {
                (_issued, _nextFetch) = (null, default);
            }

            return old || !refused(_issued!.Secret);
        }
    }

    private T? Good => _issued is { } issued && issued.ExpiresOn - time.GetUtcNow() > s_lastMoments ? issued.Secret : null;

    private async Task FetchAsync()
    {
        // Not within the lock of whoever asks.
        await Task.Yield();
        try
        {
            using CancellationTokenSource limit = new(s_patience, time);
            IssuedSecret<T> issued = await fetch(limit.Token).WaitAsync(limit.Token);
            lock (_lock)
            {
                (_issued, _fetchedAt) = (issued, time.GetUtcNow());
                _nextFetch = Later(issued.RefreshOn ?? issued.ExpiresOn - s_ahead, _fetchedAt + s_pause);
            }
        }
        catch (Exception exception)
        {
            // Whatever the many sources of secrets throw, the target has none and another one may answer.
            bool good;
            lock (_lock)
            {
                _nextFetch = time.GetUtcNow() + s_pause;
                good = Good is not null;
            }

            failed(exception is OperationCanceledException ? "nothing came in time" : exception.Message, good);
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

/// <param name="Secret">What shows who the gateway is.</param>
/// <param name="ExpiresOn">When nobody takes it any more.</param>
/// <param name="RefreshOn">When its issuer wants to be asked for the next one, if it says.</param>
internal sealed record IssuedSecret<T>(T Secret, DateTimeOffset ExpiresOn, DateTimeOffset? RefreshOn = null)
{
    /// <summary>Never in logs.</summary>
    public override string ToString() => nameof(IssuedSecret<>);
}
