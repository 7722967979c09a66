using System.Runtime.CompilerServices;
using Gateway.Metering.Usage;

namespace Gateway.Metering.Reports;

/// <summary>Which requests to list; both ends of its time are known.</summary>
/// <param name="Filter">What is meant.</param>
/// <param name="FirstDay">The oldest day (UTC) to look at.</param>
/// <param name="LastDay">The newest.</param>
public sealed record RequestQuery(UsageFilter Filter, DateOnly FirstDay, DateOnly LastDay);

/// <param name="Day">Days after it are done.</param>
/// <param name="Place">Where in that day.</param>
public sealed record RequestPlace(DateOnly Day, UsagePlace Place);

/// <param name="Entries">Newest first.</param>
/// <param name="Next">Where the next page begins; null on the last one.</param>
public sealed record RequestPage(IReadOnlyList<UsageEntry> Entries, RequestPlace? Next);

/// <summary>
/// Lists requests, newest first, from the newest day back. A page takes so many calls of the store and so much time at
/// most, and then says where to go on, whatever it has found by then.
/// </summary>
public sealed class RequestReader
{
    /// <summary>Calls of the store for one page.</summary>
    public const int MostReads = 40;

    /// <summary>What one call of the store brings at most.</summary>
    private const int MostRows = 1_000;

    /// <summary>For one page: a store that looks through a large day for a rare thing may take seconds for each call.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    private readonly IUsageStore _store;
    private readonly TimeProvider _time;

    internal RequestReader(IUsageStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <param name="query">What to list.</param>
    /// <param name="from">Where to begin; null for the newest.</param>
    /// <param name="most">Requests on the page.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<RequestPage> PageAsync(RequestQuery query, RequestPlace? from, int most, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        List<UsageEntry> found = [];
        RequestPlace? place = from ?? new RequestPlace(query.LastDay, UsagePlace.Beginning);
        for (int reads = 0; place is not null && reads < MostReads && _time.GetElapsedTime(began) < s_longest; reads++)
        {
            // One more than fits tells whether another page follows.
            int wanted = UsageQueries.IsVague(query.Filter) ? MostRows : Math.Min(most + 1 - found.Count, MostRows);
            UsageSlice slice = await _store.ReadAsync(place.Day, query.Filter, place.Place, wanted, cancellationToken);
            foreach (UsageEntry entry in slice.Entries.Where(query.Filter.Takes))
            {
                if (found.Count == most)
                {
                    DateOnly day = RollupKey.Of(found[^1]).Day;
                    return new RequestPage(found, day == place.Day ? new RequestPlace(day, new UsagePlace(found[^1].RequestId)) : new RequestPlace(place.Day, UsagePlace.Beginning));
                }

                found.Add(entry);
            }

            place = After(query, place, slice);
        }

        return new RequestPage(found, place);
    }

    /// <summary>All of them, read as they are taken: no more than one answer of the store is in memory.</summary>
    public async IAsyncEnumerable<UsageEntry> ListAsync(RequestQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (RequestPlace? place = new(query.LastDay, UsagePlace.Beginning); place is not null;)
        {
            UsageSlice slice = await _store.ReadAsync(place.Day, query.Filter, place.Place, MostRows, cancellationToken);
            foreach (UsageEntry entry in slice.Entries.Where(query.Filter.Takes))
            {
                yield return entry;
            }

            place = After(query, place, slice);
        }
    }

    private static RequestPlace? After(RequestQuery query, RequestPlace place, UsageSlice slice) =>
        slice.Next is { } next ? place with { Place = next }
        : place.Day > query.FirstDay ? new RequestPlace(place.Day.AddDays(-1), UsagePlace.Beginning)
        : null;
}
