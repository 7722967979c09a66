using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tokens;

/// <summary>Estimates of how many input tokens a request is, for upstreams that do not count.</summary>
public static class TokenEstimator
{
    private const int BytesPerToken = 4;

    /// <summary>What <see cref="Quick"/> takes for an image or document, whatever its size.</summary>
    private const int TokensPerAttachment = 1000;

    /// <summary>
    /// A guess from the size alone, for either API's body. It is made for every request, and most often the upstream's
    /// own number takes its place, so it must cost next to nothing.
    /// </summary>
    public static long Quick(ReadOnlySpan<byte> json)
    {
        long attachments = 0;
        long bytes = json.Length;
        int at;
        while ((at = json.IndexOf(";base64,"u8)) >= 0)
        {
            json = json[(at + 8)..];
            int end = json.IndexOf((byte)'"');
            end = end < 0 ? json.Length : end;
            bytes -= end;
            attachments++;
            json = json[end..];
        }

        return (bytes / BytesPerToken) + (attachments * TokensPerAttachment);
    }

    /// <summary>
    /// Counts a Chat Completions body: texts, calls, tools, images and documents, never the base64 of the latter.
    /// Takes some milliseconds a megabyte. The body must be valid JSON.
    /// </summary>
    /// <param name="chatBody">The body as the upstream gets it.</param>
    /// <param name="upstreamModel">The upstream's name of the model: families see images differently.</param>
    /// <param name="countText">The model's own tokenizer, for plain UTF-8 text. Without it texts are estimated, too.</param>
    public static long Count(ReadOnlyMemory<byte> chatBody, string upstreamModel, Func<ReadOnlySpan<byte>, long>? countText = null)
    {
        using JsonDocument body = JsonDocument.Parse(chatBody, JsonFormat.PartOptions);
        using ChatTokens counter = new(ImageRule.Of(upstreamModel), countText);
        return counter.Count(body.RootElement);
    }
}
