using System.Buffers;
using System.Globalization;
using Gateway.Metering.Usage;
using Gateway.Requests;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary>
/// <c>GET /manage/requests/{request-id}</c>: one request's story, for operators. Found by point reads: of the day that its
/// id says, or that <c>?day=yyyyMMdd</c> names. Ids of before had no time: then of today and yesterday (UTC).
/// </summary>
public sealed class ReceiptHandler(ManagePipeline pipeline, IUsageStore store, TimeProvider time)
{
    /// <summary>Ids are ours; whatever cannot be one is not looked up.</summary>
    private static readonly SearchValues<char> s_idCharacters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-");

    private const int MaxIdLength = 96;

    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(5);

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.ShowAsync(http, async (sight, aborted) =>
    {
        QueryReader query = new(http.Request.Query, "day");
        string id = ManagePath.IdAfter("requests", http.Request);
        DateOnly[] days = query.Day("day") is { } day ? [day] : DaysOf(id);
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        // One of another team reads like one that is not there.
        return await FindAsync(id, days, aborted) is { } entry && sight.Sees(entry.Team)
            ? ManageAnswer.Of(Receipt.Of(entry), ReceiptJson.Default.Receipt)
            : ManageAnswer.NotFound($"No receipt of that id began on {string.Join(" or ", days.Select(Format))} (UTC). Receipts appear seconds after the answer; for older ones add ?day=yyyyMMdd. Requests that were refused before their caller was known leave none: they are counted together.");
    }, cancellationToken);

    /// <summary>The times of an id and of its row are read one after the other: around midnight they may have different days.</summary>
    private DateOnly[] DaysOf(string id)
    {
        DateOnly today = DayOf(time.GetUtcNow());
        return RequestIds.TimeOf(id) is { } began && began > DateTimeOffset.UnixEpoch + s_skew
            ? [.. new[] { began, began - s_skew, began + s_skew }.Select(DayOf).Distinct()]
            : [today, today.AddDays(-1)];
    }

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    private async Task<UsageEntry?> FindAsync(string requestId, DateOnly[] days, CancellationToken aborted)
    {
        if (requestId.Length > MaxIdLength || requestId.AsSpan().ContainsAnyExcept(s_idCharacters))
        {
            return null;
        }

        foreach (DateOnly day in days)
        {
            if (await store.FindAsync(day, requestId, aborted) is { } entry)
            {
                return entry;
            }
        }

        return null;
    }

    private static string Format(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
