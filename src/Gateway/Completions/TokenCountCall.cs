using System.Diagnostics;
using System.Text.Json;
using Gateway.Diagnostics;
using Gateway.Translation.Json;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>What came of asking an upstream for a count.</summary>
internal abstract record TokenCount
{
    private TokenCount()
    {
    }

    /// <param name="Body">The upstream's answer, which holds a number.</param>
    public sealed record Counted(byte[] Body) : TokenCount;

    /// <summary>The request itself is wrong: no other upstream and no estimate makes it right.</summary>
    public sealed record Refused(UpstreamFailure Failure) : TokenCount;

    /// <summary>Down, busy, silent, or not able to count.</summary>
    public sealed record Unknown : TokenCount;
}

/// <summary>Asks one Anthropic server how many tokens a request has. Nobody waits long for a number that can be estimated.</summary>
public sealed class TokenCountCall(UpstreamClient upstreams, UpstreamTimeouts timeouts, TimeProvider time)
{
    private const int MaxAnswerBytes = 64 * 1024;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private static readonly TokenCount s_unknown = new TokenCount.Unknown();

    internal async Task<TokenCount> AskAsync(UpstreamCall call, HttpResponse client, CancellationToken aborted)
    {
        using Activity? span = GatewayTelemetry.Stage(GenAiNames.CountTokens, ActivityKind.Client);
        using CancellationTokenSource patience = new(timeouts.FirstByte < s_longest ? timeouts.FirstByte : s_longest, time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(aborted, patience.Token);
        try
        {
            using HttpResponseMessage response = await upstreams.SendAsync(call.Request, linked.Token);
            if (!response.IsSuccessStatusCode)
            {
                UpstreamFailure failure = await UpstreamResponses.ReadErrorAsync(response, call, time, linked.Token);
                return (int)response.StatusCode is 400 or 413 or 422 && failure.Error.Status is 400 or 413 ? new TokenCount.Refused(failure) : s_unknown;
            }

            using PooledBuffer body = new();
            await using Stream stream = await response.Content.ReadAsStreamAsync(linked.Token);
            if (!await UpstreamBody.TryReadAsync(stream, body, MaxAnswerBytes, linked.Token) || !HoldsCount(body.Memory) || call.Request.Redactor.ErrorObject(body.Span) is not { } count)
            {
                return s_unknown;
            }

            foreach ((string name, string value) in new UpstreamHeaders(response, call.Request.Redactor).ForClient(call, time.GetUtcNow()))
            {
                client.Headers[name] = value;
            }

            return new TokenCount.Counted(count);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return s_unknown;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or Azure.Identity.AuthenticationFailedException && !aborted.IsCancellationRequested)
        {
            return s_unknown;
        }
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
