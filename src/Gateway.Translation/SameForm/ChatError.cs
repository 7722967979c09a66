using System.Globalization;
using System.Text;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Reads the error that an OpenAI-compatible server put into a 200 answer or a stream. The shapes differ: an object, a
/// text, Gemini's list around the object; the status is a number, a word, or nowhere.
/// </summary>
internal static class ChatError
{
    private static readonly (string Word, int Status)[] s_words =
    [
        ("insufficient_quota", 402), ("insufficient balance", 402), ("rate_limit", 429), ("resource_exhausted", 429),
        ("overloaded", 529), ("unavailable", 529), ("timeout", 504), ("deadline_exceeded", 504),
        ("context_length_exceeded", 400), ("invalid_request", 400), ("invalid_argument", 400), ("content_filter", 400), ("not_found", 404),
    ];

    /// <summary>Null when the body holds no error.</summary>
    public static GatewayError? Read(ReadOnlySpan<byte> body, Redactor redactor)
    {
        body = body.Trim(" \t\r\n"u8);
        if (!body.IsEmpty && body[0] == '[')
        {
            JsonItems items = new(body);
            return items.MoveNext() ? Read(items.Value, redactor) : null;
        }

        RelayedChunk chunk = RelayedChunk.Read(body);
        ReadOnlySpan<byte> error = chunk.Error;
        if (error.IsEmpty && !chunk.IsErrorObject)
        {
            return null;
        }

        // What an empty account and a refused key look like, and MiniMax's numbers, are known there.
        GatewayError? known = UpstreamErrors.FromBody(body, redactor: redactor);
        return known is { Type: ErrorType.Billing } or { OfCredentials: true } || (error.IsEmpty && !JsonFields.Find(body, "base_resp"u8).IsEmpty) ? known
            : From(error.IsEmpty ? body : error, redactor);
    }

    private static GatewayError From(ReadOnlySpan<byte> error, Redactor redactor)
    {
        if (JsonRaw.IsText(error))
        {
            return Make(Status("", JsonRaw.Decode(error)), redactor.Text(JsonRaw.Decode(error)));
        }

        ReadOnlySpan<byte> code = JsonFields.Find(error, "code"u8);
        string number = JsonRaw.IsText(code) ? JsonRaw.Decode(code) : Encoding.UTF8.GetString(code);
        string words = $"{number} {JsonRaw.Decode(JsonFields.Find(error, "type"u8))} {JsonRaw.Decode(JsonFields.Find(error, "status"u8))}";
        string message = redactor.Text(JsonRaw.Decode(JsonFields.Find(error, "message"u8)));
        GatewayError result = Make(Status(number, words), message);
        return number == "context_length_exceeded" ? result with { Code = number } : result;
    }

    private static int Status(string code, string words)
    {
        if (int.TryParse(code, CultureInfo.InvariantCulture, out int status) && status is >= 400 and <= 599)
        {
            return status;
        }

        foreach ((string word, int match) in s_words)
        {
            if (words.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return match;
            }
        }

        return 500;
    }

    private static GatewayError Make(int status, string message)
    {
        string text = message.Length > 0 ? message : "the upstream reported an error without a message";
        GatewayError error = status switch
        {
            // The key that was refused is the gateway's, not the client's.
            401 or 403 => UpstreamErrors.GatewaysKeyRefused,
            402 => new GatewayError(402, ErrorType.Billing, text) { ShouldRetry = false },
            404 => GatewayError.NotFound(text),
            413 => GatewayError.TooLarge(text),
            429 => new GatewayError(429, ErrorType.RateLimit, text),
            408 or 504 or 524 => GatewayError.Timeout(text),
            503 or 529 => GatewayError.Overloaded(text),
            >= 500 => GatewayError.Api(text),
            _ => GatewayError.InvalidRequest(text),
        };
        return error with { Said = text };
    }
}
