using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Responses;
using Microsoft.AspNetCore.Http;

namespace Gateway.Http;

/// <summary>The one place that writes error responses.</summary>
internal static class ErrorResponse
{
    public static async Task WriteAsync(HttpContext http, ApiForm form, GatewayError error)
    {
        HttpResponse response = http.Response;
        error = form == ApiForm.Responses ? ResponsesError.ForStatus(error) : error;
        using PooledBuffer body = new(512);
        if (form == ApiForm.Messages)
        {
            ErrorBody.WriteAnthropic(error, http.RequestId(), body);
            response.StatusCode = error.Status;
        }
        else
        {
            ErrorBody.WriteOpenAi(error, body);
            response.StatusCode = ErrorBody.OpenAiStatus(error);
        }

        SetRetryHeaders(response, error);
        await JsonAnswer.WriteAsync(response, body.Memory, CancellationToken.None);
    }

    private static void SetRetryHeaders(HttpResponse response, GatewayError error)
    {
        if (error.ShouldRetry is { } retry)
        {
            response.Headers["x-should-retry"] = retry ? "true" : "false";
        }

        if (error.RetryAfter is not null)
        {
            response.Headers.RetryAfter = error.RetryAfter;
        }

        if (error.RetryAfterMs is not null)
        {
            response.Headers["retry-after-ms"] = error.RetryAfterMs;
        }
    }
}
