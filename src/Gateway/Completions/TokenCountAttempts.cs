using System.Diagnostics;
using System.Text.Json;
using Gateway.Diagnostics;
using Gateway.Http;
using Gateway.Routing;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.Sse;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>Asks one Anthropic server how many tokens a request has. Nobody waits long for a number that can be estimated.</summary>
public sealed class TokenCountAttempts(UpstreamClient upstreams, UpstreamTimeouts timeouts, TimeProvider time)
{
    private const int MaxAnswerBytes = 64 * 1024;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    /// <summary>Not able to count, or not for us: somebody else may be.</summary>
    private static readonly Refusal s_unknown = new(GatewayError.BadGateway("The upstream did not count the tokens."));

    internal async Task<Outcome> RunAsync(HttpContext http, UpstreamCall call, CancellationToken aborted)
    {
        using Activity? span = GatewayTelemetry.Stage(GenAiNames.CountTokens, ActivityKind.Client);
        using UpstreamExchange exchange = new(upstreams, call, Patience(call.Request.Target), time, aborted);
        if ((await exchange.BeginAsync()).Failure is { } failure)
        {
            return failure with { Unreachable = true };
        }

        if (!exchange.IsSuccess)
        {
            // A request that is wrong is made right by no other upstream and no estimate.
            Refusal refusal = (await exchange.ReadErrorAsync()).Refusal;
            return exchange.Status is 400 or 413 or 422 && refusal.Error.Status is 400 or 413 ? refusal : s_unknown;
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

    private UpstreamTimeouts Patience(Target target)
    {
        UpstreamTimeouts usual = timeouts.For(target);
        TimeSpan longest = usual.FirstByte < s_longest ? usual.FirstByte : s_longest;
        return usual with { FirstByte = longest, Whole = longest };
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
