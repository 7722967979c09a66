using System.Globalization;
using Gateway.Admission;
using Gateway.Requests;
using Microsoft.AspNetCore.Http;

namespace Gateway.Metering;

/// <summary>What an answer says about itself: <c>server-timing</c>, and what it cost when that is known before its first byte.</summary>
internal static class MeteringHeaders
{
    /// <summary>The last thing before the headers leave.</summary>
    public static Task Set(HttpResponse response, RequestRecord record, TimeProvider time)
    {
        if (record.Admission is { } admission)
        {
            AdmissionHeaders.Set(response, record.Form, admission);
        }

        if (AttemptsHeader.Of(record) is { } attempts)
        {
            response.Headers["x-gateway-attempts"] = attempts;
        }

        long now = time.GetTimestamp();
        long tried = record.FirstTryAt ?? now;
        response.Headers["server-timing"] = string.Create(
            CultureInfo.InvariantCulture,
            $"gateway;dur={time.GetElapsedTime(record.StartedAt, tried).TotalMilliseconds:0.#}, upstream;dur={time.GetElapsedTime(tried, now).TotalMilliseconds:0.#}");
        if (record is { Stream: false, Target: not null } && response.StatusCode == StatusCodes.Status200OK
            && record.CostOf(record.Usage) is { } cost)
        {
            response.Headers["x-gateway-cost-usd"] = ((decimal)cost).ToString("0.############", CultureInfo.InvariantCulture);
        }

        return Task.CompletedTask;
    }
}
