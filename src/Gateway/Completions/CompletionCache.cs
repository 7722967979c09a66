using System.Globalization;
using Gateway.Authentication.Access;
using Gateway.Caching;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>
/// Answers a request with what the same request was answered before, where operator and client allow that, and keeps whole
/// answers for the next one. It stands behind access and limits: nobody gets from it what they could not have asked for.
/// </summary>
public sealed class CompletionCache
{
    private readonly ResponseCache _cache;
    private readonly UpstreamTimeouts _timeouts;
    private readonly TimeProvider _time;

    internal CompletionCache(ResponseCache cache, UpstreamTimeouts timeouts, TimeProvider time) => (_cache, _timeouts, _time) = (cache, timeouts, time);

    /// <param name="http">The client's request.</param>
    /// <param name="caller">May use the route, and is within its limits.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="route">Where it would be answered.</param>
    /// <param name="record">Learns of a hit.</param>
    /// <param name="ask">Asks a model.</param>
    /// <param name="aborted">Ends the request.</param>
    internal async Task<Outcome> AnswerAsync(
        HttpContext http, Caller caller, IClientRequest request, Route route, RequestRecord record, Func<Task<Outcome>> ask, CancellationToken aborted)
    {
        string header = http.Request.Headers[CacheWish.Header].ToString();
        if (CacheWish.Parse(header) is not { } wish)
        {
            return new Refusal(CacheWish.Unclear);
        }

        if (wish == CacheWish.None && route.Model?.Cache is null)
        {
            return await ask();
        }

        if (_cache.IsOff || wish.Off || (wish.Ttl ?? route.Model?.Cache?.Ttl) is not { } ttl)
        {
            http.Response.Headers[CacheWish.Header] = "off";
            return await ask();
        }

        if (KeyOf(http, caller, request, route, record, wish) is not { } key)
        {
            http.Response.Headers[CacheWish.Header] = "bypass";
            return await ask();
        }

        if (!wish.Refresh && await _cache.FindAsync(key, ttl, aborted) is { } hit)
        {
            return await RepeatAsync(http, request.Stream, route, hit, record, aborted);
        }

        http.Response.Headers[CacheWish.Header] = wish.Refresh ? "refresh" : "miss";
        record.Recording = new AnswerRecording();
        Outcome outcome = await ask();

        // Without a count of its tokens, an answer may have broken off before its end.
        if (outcome is Outcome.Answered && !record.Usage.Estimated && record.Recording.ToArray() is { } bytes)
        {
            Keep(http.Response, key, record, bytes, ttl);
        }

        return outcome;
    }

    /// <summary>Null when this request's answer is not to be kept.</summary>
    private static string? KeyOf(HttpContext http, Caller caller, IClientRequest request, Route route, RequestRecord record, CacheWish wish)
    {
        if (route.Targets.Any(target => target.Profile.ClientCredential))
        {
            // What the client's own account sees there is nobody else's.
            return null;
        }

        using CacheKey key = new(caller, record.Form, request.Stream, route, http.Request);
        RequestScan scan = new(key);
        scan.Read(request.Body.Span);
        bool allowed = wish.Ttl is not null || route.Model?.Cache is { All: true } || scan.Deterministic;
        return allowed && !scan.DependsOnMore ? key.ToString() : null;
    }

    private void Keep(HttpResponse response, string key, RequestRecord record, byte[] bytes, TimeSpan ttl)
    {
        DateTimeOffset now = _time.GetUtcNow();
        string? translation = response.Headers[AnswerHeaders.Translation] is [{ } report] ? report : null;
        CachedAnswer answer = new(bytes, response.Headers[AnswerHeaders.Upstream].ToString(), translation, now, now + ttl);
        _cache.Keep(key, record.Form, record.Stream, answer);
    }

    private async Task<Outcome> RepeatAsync(HttpContext http, bool stream, Route route, CachedAnswer hit, RequestRecord record, CancellationToken aborted)
    {
        record.Repeats(route.Targets.FirstOrDefault(target => HeaderText.Encode(target.ToString()) == hit.Upstream), route.Model?.Id);
        using ClientAnswer client = new(http.Response, Begin, _timeouts.ClientWrite, _time, aborted);
        bool written = stream ? await client.WriteAsync(hit.Bytes) : await client.WriteWholeAsync(hit.Bytes);
        return written ? new Outcome.Answered() : new Outcome.ClientLeft();

        void Begin()
        {
            AnswerHeaders.SetForm(http.Response, stream);
            http.Response.Headers[CacheWish.Header] = "hit";
            http.Response.Headers.Age = Math.Max(0, (long)(_time.GetUtcNow() - hit.StoredAt).TotalSeconds).ToString(CultureInfo.InvariantCulture);
            http.Response.Headers[AnswerHeaders.Upstream] = hit.Upstream;
            if (hit.Translation is { } translation)
            {
                http.Response.Headers[AnswerHeaders.Translation] = translation;
            }

            record.FirstEvent(_time.GetTimestamp());
        }
    }
}
