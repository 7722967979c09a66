using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Gateway.Diagnostics;
using Gateway.Http;
using Gateway.Requests;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.Sse;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>
/// Asks Anthropic servers how many tokens a request has, one at a time. Nobody waits long for a number that can be
/// estimated, so they share one patience.
/// </summary>
public sealed class TokenCountAttempts(UpstreamClient upstreams, UpstreamTimeouts timeouts, TimeProvider time)
{
    private const int MaxAnswerBytes = 64 * 1024;
    private const int MaxRemembered = 1000;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    /// <summary>Not able to count, or not for us: somebody else may be. Of the answers that it would give nothing is known.</summary>
    private static readonly Refusal s_unknown = new(GatewayError.BadGateway("The upstream did not count the tokens.")) { IsBlameless = true };

    private static readonly TimeSpan s_remembered = TimeSpan.FromHours(1);

    /// <summary>Until when nobody asks those that have no such endpoint. By names that clients can make up, so it is bounded.</summary>
    private readonly ConcurrentDictionary<(string BaseUrl, string Model), DateTimeOffset> _unable = new();

    private readonly TimeSpan _longest = timeouts.FirstByte < s_longest ? timeouts.FirstByte : s_longest;

    internal async Task<Outcome> RunAsync(HttpContext http, UpstreamCall call, RequestRecord record, CancellationToken aborted)
    {
        TimeSpan left = _longest - time.GetElapsedTime(record.StartedAt);
        (string, string) place = (call.Request.Target.Provider.BaseUrl, call.Request.Target.UpstreamModel);
        if (left <= TimeSpan.Zero || (_unable.TryGetValue(place, out DateTimeOffset until) && time.GetUtcNow() < until))
        {
            return s_unknown;
        }

        using Activity? span = GatewayTelemetry.Stage(GenAiNames.CountTokens, ActivityKind.Client);
        using UpstreamExchange exchange = new(upstreams, call, timeouts.For(call.Request.Target, stream: false, left), time, aborted);
        Received head = await exchange.BeginAsync();
        if (head.Failure is { } failure)
        {
            string? why = FailureWords.Of(call, failure, null);
            return head.Kind == Arrival.Lost ? failure with { Unreachable = true, Reason = why } : s_unknown with { Reason = why };
        }

        if (!exchange.IsSuccess)
        {
            if (exchange.Status is 404 or 405 or 501)
            {
                Remember(place);
                return s_unknown;
            }

            // A request that is wrong is made right by no other upstream and no estimate.
            Refusal refusal = (await exchange.ReadErrorAsync()).Refusal;
            return (exchange.Status is 400 or 413 or 422 && refusal.Error.Status is 400 or 413 ? refusal : s_unknown) with
            {
                UpstreamStatus = exchange.Status,
                Reason = FailureWords.Of(call, refusal, exchange.Status),
            };
        }

        using PooledBuffer body = new();
        if (!await exchange.TryReadWholeAsync(body, MaxAnswerBytes) || call.Request.Redactor.ErrorObject(OneValue.In(body.Span)) is not { } count || !HoldsCount(count))
        {
            return s_unknown;
        }

        foreach ((string name, string value) in exchange.Headers!.ForClient(call, time.GetUtcNow()))
        {
            http.Response.Headers[name] = value;
        }

        if (!call.Report.IsEmpty)
        {
            http.Response.Headers["x-gateway-translation"] = HeaderText.Encode(call.Report.ToString());
        }

        return await JsonAnswer.WriteAsync(http.Response, count, aborted);
    }

    private void Remember((string, string) place)
    {
        if (_unable.Count >= MaxRemembered)
        {
            _unable.Clear();
        }

        _unable[place] = time.GetUtcNow() + s_remembered;
    }

    private static bool HoldsCount(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(body, JsonFormat.DocumentOptions);
            return json.RootElement.Member("input_tokens"u8) is { ValueKind: JsonValueKind.Number } count && count.TryGetInt64(out long tokens) && tokens >= 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
