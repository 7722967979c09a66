using Gateway.Http;
using Gateway.Routing;
using Gateway.Translation.Anthropic;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Microsoft.AspNetCore.Http;

namespace Gateway.Upstreams;

/// <summary>Reads what an upstream's response says besides its content.</summary>
internal static class UpstreamResponses
{
    private const int MaxErrorBytes = 64 * 1024;

    public static string? RequestIdOf(HttpResponseMessage response) =>
        Header(response, "x-request-id") ?? Header(response, "request-id") ?? Header(response, "apim-request-id");

    /// <summary>Turns an error response into a failure. Between servers of the same API its body may pass unchanged.</summary>
    public static async Task<UpstreamFailure> ReadErrorAsync(HttpResponseMessage response, UpstreamCall call, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using PooledBuffer body = new();
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        int read;
        while (body.Length < MaxErrorBytes && (read = await stream.ReadAsync(body.GetMemory(4096), cancellationToken)) > 0)
        {
            body.Advance(read);
        }

        int status = (int)response.StatusCode;
        bool clientCredential = call.Request.Target.Profile.ClientCredential;
        GatewayError error = UpstreamErrors.FromResponse(status, name => Header(response, name), body.Span, clientCredential, call.Size);
        bool credentials = error.Status == 500 && status is 401 or 403;
        bool relay = call.SameForm && !credentials && body.Length > 0 && body.Span[0] == '{';
        return new UpstreamFailure(error, relay
            ? new RelayedError(status, response.Content.Headers.ContentType?.ToString() ?? "application/json", body.Span.ToArray())
            : null)
        {
            Headers = [.. ClientHeaders(response, call, now)],
            Rescued = call.SameForm ? null : FailedGeneration.ToCompletion(body.Span),
        };
    }

    /// <summary>Copies the headers that a client of the same API acts on.</summary>
    public static void CopyHeaders(HttpResponseMessage response, HttpResponse client, UpstreamCall call, DateTimeOffset now)
    {
        foreach ((string name, string value) in ClientHeaders(response, call, now))
        {
            client.Headers[name] = value;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> ClientHeaders(HttpResponseMessage response, UpstreamCall call, DateTimeOffset now)
    {
        if (RequestIdOf(response) is { } id)
        {
            yield return new KeyValuePair<string, string>("x-upstream-request-id", id);
        }

        if (!call.SameForm)
        {
            foreach (KeyValuePair<string, string> limit in call.Request.Endpoint == UpstreamEndpoint.ChatCompletions ? RateLimitHeaders.Translate(name => Header(response, name), now) : [])
            {
                yield return limit;
            }

            yield break;
        }

        foreach ((string name, IEnumerable<string> values) in response.Headers)
        {
            string lower = name.ToLowerInvariant();
            bool wanted = lower is "retry-after" or "retry-after-ms" or "x-should-retry"
                || (lower is "request-id" && call.Request.Target.Provider.Kind == ProviderKind.Anthropic)
                || lower.StartsWith("anthropic-ratelimit-", StringComparison.Ordinal)
                || lower.StartsWith("x-ratelimit-", StringComparison.Ordinal);
            if (wanted)
            {
                yield return new KeyValuePair<string, string>(lower, string.Join(",", values));
            }
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
}
