using Gateway.Routing.Prices;

namespace Gateway.Admission;

/// <summary>
/// How much a lease holds in advance: ten requests' worth, and twice as much each time it did not last two seconds, so
/// that a busy instance asks the storage no more often than the upkeep does anyway.
/// </summary>
internal sealed class LeaseSize
{
    private const int Fewest = 10;
    private const int Most = 16 * 1024;

    /// <summary>The part of what is left that one instance may take at most: 1 ÷ 16.</summary>
    private const int ShareOfRest = 16;

    private static readonly TimeSpan s_lasting = TimeSpan.FromSeconds(2);

    private int _requests = Fewest;
    private DateTimeOffset _takenAt;

    /// <summary>A new lease is taken.</summary>
    public void Take(DateTimeOffset now)
    {
        _requests = now - _takenAt < s_lasting ? Math.Min(_requests * 2, Most) : Fewest;
        _takenAt = now;
    }

    /// <param name="usdPerRequest">What one request reserves.</param>
    /// <param name="free">What is left of the tightest budget.</param>
    public Usd InAdvance(Usd usdPerRequest, Usd free) => Usd.Min(usdPerRequest * _requests, free.DividedBy(ShareOfRest));
}
