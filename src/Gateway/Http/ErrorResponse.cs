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
            response.StatusCode = form == ApiForm.Responses && error.Type == ErrorType.Billing && IsCodex(http.Request)
                ? StatusCodes.Status400BadRequest
                : ErrorBody.OpenAiStatus(error);
        }

        SetRetryHeaders(response, error);
        await JsonAnswer.WriteAsync(response, body.Memory, CancellationToken.None);
    }

    /// <summary>
    /// Codex shows what a 400 says. Of a used-up quota it says "Check your plan and billing details" in its own words
    /// instead, so nobody would see whose budget it is and when it resets; both end its turn at once.
    /// </summary>
    private static bool IsCodex(HttpRequest request) => request.Headers["originator"].ToString().StartsWith("codex", StringComparison.OrdinalIgnoreCase);

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
