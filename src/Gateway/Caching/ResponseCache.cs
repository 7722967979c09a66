using Gateway.Translation.Hub;

namespace Gateway.Caching;

/// <summary>Finds answers that are young enough, and keeps new ones without holding up who got them.</summary>
/// <param name="store">Null where the operator allows none.</param>
/// <param name="time">The clock.</param>
internal sealed class ResponseCache(ICacheStore? store, TimeProvider time)
{
    /// <summary>Each of them holds an answer: with a storage that is slow, more would only fill the memory.</summary>
    private const int MostOnTheWay = 32;

    private int _onTheWay;
    private long _kept;
    private long _left;

    public bool IsOff => store is null;

    /// <summary>Answers that were kept.</summary>
    public long Kept => Interlocked.Read(ref _kept);

    /// <summary>Answers that were not: they had no good end, or there was no room or no storage for them.</summary>
    public long Left => Interlocked.Read(ref _left);

    /// <param name="key">See <see cref="CacheKey"/>.</param>
    /// <param name="ttl">How old it may be.</param>
    /// <param name="cancellationToken">Of the request.</param>
    public async ValueTask<CachedAnswer?> FindAsync(string key, TimeSpan ttl, CancellationToken cancellationToken)
    {
        CachedAnswer? answer = store is null ? null : await store.FindAsync(key, cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        return answer is not null && now < answer.ExpiresAt && now - answer.StoredAt < ttl ? answer : null;
    }

    /// <summary>Returns at once.</summary>
    public void Keep(string key, ApiForm form, bool stream, CachedAnswer answer)
    {
        if (Interlocked.Increment(ref _onTheWay) > MostOnTheWay)
        {
            Interlocked.Decrement(ref _onTheWay);
            Interlocked.Increment(ref _left);
            return;
        }

        _ = Task.Run(async () =>
        {
            bool kept = false;
            try
            {
                kept = GoodEnd.IsGood(form, stream, answer.Bytes.Span) && await store!.TryKeepAsync(key, answer);
            }
            finally
            {
                Interlocked.Increment(ref kept ? ref _kept : ref _left);
                Interlocked.Decrement(ref _onTheWay);
            }
        });
    }
}
