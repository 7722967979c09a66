using System.IO.Compression;
using Gateway.Bounds;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Http;

/// <summary>Reads a request's body whole, up to Anthropic's limit, which holds for what it unpacks to.</summary>
internal static class RequestBody
{
    public const int MaxBytes = 32 * 1024 * 1024;

    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(5);

    private static GatewayError Unreadable { get; } = GatewayError.InvalidRequest("The request body could not be read: its chunks or its length are not as HTTP wants them.");

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Fills the buffer. Returns the error when the body is too large, broken off, or packed in a way that nobody here can undo.</summary>
    /// <param name="request">Its body is read.</param>
    /// <param name="buffer">Gets the body.</param>
    /// <param name="room">What the body takes of the memory of all; null for those few that do not count.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async ValueTask<GatewayError?> ReadAsync(HttpRequest request, PooledBuffer buffer, MemoryShare? room, CancellationToken cancellationToken)
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

        string encoding = request.Headers.ContentEncoding.ToString().Trim();
        if (Unpack(request.Body, encoding) is not { } body)
        {
            return GatewayError.InvalidRequest($"content-encoding '{encoding}' is not understood here. Send the body as it is, or packed with gzip, deflate or br.")
                with
            { Status = StatusCodes.Status415UnsupportedMediaType, ShouldRetry = false };
        }

        try
        {
            if (body == request.Body && request.ContentLength is > 0 and { } announced)
            {
                // All at once, and before a byte is read: arrays that grow leave their halves behind. One byte more shows the end.
                if (room is not null && !await room.FitAsync(announced))
                {
                    return MemoryGate.IsFull;
                }

                buffer.GetMemory((int)announced + 1);
            }

            while (true)
            {
                int read = await body.ReadAsync(buffer.GetMemory(1), cancellationToken);
                if (read == 0)
                {
                    // Some clients write files and requests alike.
                    buffer.RemoveStart(buffer.Span.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0);
                    return room is null ? null : await FitJsonAsync(buffer.Memory, room);
                }

                buffer.Advance(read);
                if (buffer.Length > MaxBytes)
                {
                    return tooLarge;
                }

                if (room is not null && !await room.FitAsync(buffer.Length))
                {
                    return MemoryGate.IsFull;
                }
            }
        }
        catch (Exception e) when (encoding.Length > 0 && e is InvalidDataException or InvalidOperationException)
        {
            return GatewayError.InvalidRequest($"The request body is not what its content-encoding '{encoding}' says.");
        }
        catch (ConnectionResetException)
        {
            // The client has left, and its token will say so in a moment.
            request.HttpContext.Abort();
            await Task.Delay(s_moment, cancellationToken);
            return Unreadable;
        }
        catch (IOException e)
        {
            // A request that is to end ends like that, too.
            cancellationToken.ThrowIfCancellationRequested();

            // Most of what is wrong with a body is a BadHttpRequestException; a chunk size beyond all numbers is a bare IOException.
            return e is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
                ? tooLarge
                : Unreadable;
        }
        finally
        {
            if (body != request.Body)
            {
                await body.DisposeAsync();
            }
        }
    }

    private static async ValueTask<GatewayError?> FitJsonAsync(ReadOnlyMemory<byte> body, MemoryShare room) =>
        JsonWeight.Of(body.Span) is not { } needed ? GatewayError.TooLarge($"Request exceeds the maximum of {JsonWeight.MostValues} JSON values.")
            : await room.FitAsync(needed) ? null
            : MemoryGate.IsFull;

    private static Stream? Unpack(Stream body, string encoding) => encoding.ToLowerInvariant() switch
    {
        "" or "identity" => body,
        "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress, leaveOpen: true),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress, leaveOpen: true),
        "br" => new BrotliStream(body, CompressionMode.Decompress, leaveOpen: true),
        _ => null,
    };
}
