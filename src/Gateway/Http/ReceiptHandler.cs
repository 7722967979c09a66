using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gateway.Authentication;
using Gateway.Metering;
using Gateway.Storage;
using Gateway.Translation.Errors;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Http;

/// <summary>
/// <c>GET /manage/requests/{request-id}</c>: one request's story, for operators. Found by point reads: of the days
/// today and yesterday (UTC), or of the day that <c>?day=yyyyMMdd</c> names.
/// </summary>
public sealed class ReceiptHandler(RequestPipeline pipeline, IUsageStore store, TimeProvider time)
{
    /// <summary>Ids are ours; whatever cannot be one is not looked up.</summary>
    private static readonly SearchValues<char> s_idCharacters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-");

    private const int MaxIdLength = 64;
    private const string DayFormat = "yyyyMMdd";

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) =>
        pipeline.RunAsync(http, ClientForm.Anthropic, async (record, aborted) =>
        {
            GatewayError? refusal = await AnswerAsync(http, record.Caller!, IdOf(http.Request), aborted);
            return refusal is null ? null : new UpstreamFailure(refusal, null);
        }, cancellationToken);

    private async Task<GatewayError?> AnswerAsync(HttpContext http, Caller caller, string requestId, CancellationToken aborted)
    {
        if (!caller.HasScope(Scopes.Manage))
        {
            return GatewayError.Permission($"This key lacks the scope '{Scopes.Manage}', which receipts need.");
        }

        if (!TryReadDays(http.Request.Query["day"], out DateOnly[] days))
        {
            return GatewayError.InvalidRequest("The query parameter 'day' must be a day (UTC) such as 20261121.");
        }

        UsageEntry? entry;
        try
        {
            entry = await FindAsync(requestId, days, aborted);
        }
        catch (StorageUnavailableException)
        {
            return GatewayError.Unavailable("The storage of the gateway does not answer. Please try again.");
        }

        if (entry is null)
        {
            return GatewayError.NotFound($"No receipt of that id began on {string.Join(" or ", days.Select(Format))} (UTC). Receipts appear seconds after the answer; for older ones add ?day=yyyyMMdd.");
        }

        byte[] body = JsonSerializer.SerializeToUtf8Bytes(Receipt.Of(entry), ReceiptJson.Default.Receipt);
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, aborted);
        return null;
    }

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

    private static string IdOf(HttpRequest request)
    {
        string path = request.Path.Value ?? "";
        return path[(path.LastIndexOf('/') + 1)..];
    }

    private bool TryReadDays(string? text, out DateOnly[] days)
    {
        DateOnly today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        days = [today, today.AddDays(-1)];
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        bool read = DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day);
        days = [day];
        return read;
    }

    private static string Format(DateOnly day) => day.ToString(DayFormat, CultureInfo.InvariantCulture);
}
