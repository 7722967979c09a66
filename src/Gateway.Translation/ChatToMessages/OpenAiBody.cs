using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Parses the body of a request of either of OpenAI's APIs.</summary>
internal static class OpenAiBody
{
    /// <param name="body">The client's bytes; afterwards those in which every text is text.</param>
    /// <param name="document">There when they are JSON.</param>
    /// <param name="error">There when they are not.</param>
    public static bool TryParse(ref ReadOnlyMemory<byte> body, [NotNullWhen(true)] out JsonDocument? document, [NotNullWhen(false)] out GatewayError? error)
    {
        (document, error) = (null, null);

        // Clients cut texts in the middle of a character. Upstreams refuse half a character, and the conversation with it for good.
        body = SurrogateHalves.ReplaceAlone(body);
        try
        {
            if (!JsonNames.AreReadable(body.Span))
            {
                error = GatewayError.InvalidRequest("The request body is not valid Unicode.");
                return false;
            }

            document = JsonDocument.Parse(body, JsonFormat.DocumentOptions);
            return true;
        }
        catch (JsonException)
        {
            error = GatewayError.InvalidRequest("The request body is not valid JSON.");
            return false;
        }
    }
}
