using System.Buffers;
using System.Globalization;
using Gateway.Metering.Usage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary>
/// <c>GET /manage/requests/{request-id}</c>: one request's story, for operators. Found by point reads: of the days
/// today and yesterday (UTC), or of the day that <c>?day=yyyyMMdd</c> names.
/// </summary>
public sealed class ReceiptHandler(ManagePipeline pipeline, IUsageStore store, TimeProvider time)
{
    /// <summary>Ids are ours; whatever cannot be one is not looked up.</summary>
    private static readonly SearchValues<char> s_idCharacters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-");

    private const int MaxIdLength = 96;

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.RunAsync(http, async (_, aborted) =>
    {
        QueryReader query = new(http.Request.Query, "day");
        DateOnly today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        DateOnly[] days = query.Day("day") is { } day ? [day] : [today, today.AddDays(-1)];
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        return await FindAsync(ManagePath.IdAfter("requests", http.Request), days, aborted) is { } entry
            ? ManageAnswer.Of(Receipt.Of(entry), ReceiptJson.Default.Receipt)
            : ManageAnswer.NotFound($"No receipt of that id began on {string.Join(" or ", days.Select(Format))} (UTC). Receipts appear seconds after the answer; for older ones add ?day=yyyyMMdd. Requests that were refused before their caller was known leave none: they are counted together.");
    }, cancellationToken);

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
