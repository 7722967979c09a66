using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Http;

/// <summary>Reads a request's body whole, up to Anthropic's limit.</summary>
internal static class RequestBody
{
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>Fills the buffer. Returns the error when the body is too large or broken off.</summary>
    public static async ValueTask<GatewayError?> ReadAsync(HttpRequest request, PooledBuffer buffer, CancellationToken cancellationToken)
    {
        GatewayError tooLarge = GatewayError.TooLarge($"Request exceeds the maximum size of {MaxBytes / 1024 / 1024} MB.");
        if (request.ContentLength > MaxBytes)
        {
            return tooLarge;
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // Our own limit answers in the form of the API; the server's would be an empty page.
            limit.MaxRequestBodySize = null;
        }

        try
        {
            while (true)
            {
                int read = await request.Body.ReadAsync(buffer.GetMemory(16 * 1024), cancellationToken);
                if (read == 0)
                {
                    return null;
                }

                buffer.Advance(read);
                if (buffer.Length > MaxBytes)
                {
                    return tooLarge;
                }
            }
        }
        catch (IOException e)
        {
            // A request that is to end ends like that, too.
            cancellationToken.ThrowIfCancellationRequested();

            // Most of what is wrong with a body is a BadHttpRequestException; a chunk size beyond all numbers is a bare IOException.
            return e is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
                ? tooLarge
                : GatewayError.InvalidRequest("The request body could not be read: its chunks or its length are not as HTTP wants them.");
        }
    }
}
