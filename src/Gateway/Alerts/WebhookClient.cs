using System.Net;
using System.Net.Http.Headers;

namespace Gateway.Alerts;

/// <summary>Calls receivers. It follows no redirect: what is sent, and its signature, are for the address that an operator wrote.</summary>
internal sealed class WebhookClient(HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    /// <summary>For one try, all in all.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_longestRest = TimeSpan.FromHours(1);

    private readonly HttpMessageInvoker _http = new(handler);

    public static WebhookClient Create(TimeProvider time) => new(
        new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxResponseHeadersLength = 32,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            UseCookies = false,
        },
        time);

    /// <summary>Never throws for what a receiver does.</summary>
    public async Task<WebhookAnswer> SendAsync(WebhookOptions webhook, Alert alert, CancellationToken cancellationToken)
    {
        using CancellationTokenSource expired = new(Timeout, time);
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expired.Token);
        WebhookAnswer answer = new(webhook.Name, webhook.Url.Host, webhook.Format);
        try
        {
            using HttpRequestMessage request = Create(webhook, alert);
            using HttpResponseMessage response = await _http.SendAsync(request, limited.Token);
            return answer with
            {
                Status = (int)response.StatusCode,
                Delivered = response.IsSuccessStatusCode,
                Problem = response.IsSuccessStatusCode ? null : ProblemOf(response.StatusCode),
                RetryAfter = RetryAfter(response.Headers.RetryAfter),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return answer with { Problem = $"It did not answer within {Timeout.TotalSeconds:0} seconds." };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return answer with { Problem = "It cannot be reached." };
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Create(WebhookOptions webhook, Alert alert)
    {
        byte[] body = WebhookBody.Of(alert, webhook.Format);
        HttpRequestMessage request = new(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("messages-gateway");
        string timestamp = WebhookSignature.Timestamp(time.GetUtcNow());
        request.Headers.Add(WebhookSignature.IdHeader, alert.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp);
        if (webhook.Secret is { } secret)
        {
            request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(secret, alert.Id, timestamp, body));
        }

        return request;
    }

    /// <summary>The receiver's own words stay there: they may quote the address.</summary>
    private static string ProblemOf(HttpStatusCode status) => (int)status switch
    {
        >= 300 and < 400 => $"It answered {(int)status}; redirects are not followed. Set the address that it ends at.",
        401 or 403 or 404 or 410 => $"It answered {(int)status}: its address, or what it takes, has changed. Look at the webhook there.",
        _ => $"It answered {(int)status}.",
    };

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        TimeSpan? wait = header?.Delta ?? header?.Date - time.GetUtcNow();
        return wait is null || wait <= TimeSpan.Zero ? null : wait < s_longestRest ? wait : s_longestRest;
    }
}
