using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tokens;

/// <summary>
/// The estimate that limits are reckoned with before a request of either API is sent. Only images, documents and audio in
/// the places where an upstream takes them for such count by the piece: a text that merely looks like one is read, and
/// billed, as text.
/// </summary>
internal static class PromptSize
{
    private const int BytesPerToken = 4;
    private const int TokensPerPiece = 1000;

    /// <summary>Documents hold many pages: about as many bytes of base64 make a token.</summary>
    private const int DocumentBytesPerToken = 100;

    /// <summary>Tool results hold parts, and those no further ones.</summary>
    private const int MaxDepth = 2;

    /// <param name="body">The whole request.</param>
    /// <param name="bytes">Its length.</param>
    public static long Of(JsonElement body, long bytes)
    {
        (long inline, long tokens) = (0, 0);
        foreach (JsonElement message in body.Member("messages"u8).Items())
        {
            Add(message.Member("content"u8), 0, ref inline, ref tokens);
        }

        foreach (JsonElement item in body.Member("input"u8).Items())
        {
            Add(item.Member("content"u8), 0, ref inline, ref tokens);
            Add(item.Member("output"u8), 0, ref inline, ref tokens);
        }

        return ((bytes - inline) / BytesPerToken) + tokens;
    }

    private static void Add(JsonElement parts, int depth, ref long inline, ref long tokens)
    {
        foreach (JsonElement part in depth < MaxDepth ? parts.Items() : default)
        {
            JsonElement type = part.Member("type"u8);
            if (type.Is("tool_result"u8))
            {
                Add(part.Member("content"u8), depth + 1, ref inline, ref tokens);
                continue;
            }

            (bool isPiece, JsonElement data) = Piece(part, type);
            long length = data.IsText() ? JsonFormat.RawText(data).Length : 0;
            inline += length;
            tokens += isPiece ? Math.Max(TokensPerPiece, IsImage(type) ? 0 : length / DocumentBytesPerToken) : 0;
        }
    }

    private static (bool IsPiece, JsonElement Data) Piece(JsonElement part, JsonElement type)
    {
        if (type.Is("image_url"u8) || type.Is("input_image"u8))
        {
            JsonElement image = part.Member("image_url"u8);
            return (true, DataUri(image.IsObject() ? image.Member("url"u8) : image));
        }

        if (type.Is("image"u8) || type.Is("document"u8))
        {
            JsonElement source = part.Member("source"u8);
            return (true, source.Member("type"u8).Is("base64"u8) && IsBinary(source.Member("media_type"u8)) ? source.Member("data"u8) : default);
        }

        return type.Is("file"u8) ? (true, DataUri(part.Member("file"u8).Member("file_data"u8)))
            : type.Is("input_file"u8) ? (true, DataUri(part.Member("file_data"u8)))
            : type.Is("input_audio"u8) ? (true, part.Member("input_audio"u8).Member("data"u8))
            : default;
    }

    private static bool IsImage(JsonElement type) => type.Is("image"u8) || type.Is("image_url"u8) || type.Is("input_image"u8);

    private static JsonElement DataUri(JsonElement url) =>
        url.IsText() && JsonFormat.RawText(url) is var text && (text.StartsWith("data:image/"u8) || text.StartsWith("data:application/pdf;"u8)) ? url : default;

    /// <summary>What is text inside base64 is given to models as text.</summary>
    private static bool IsBinary(JsonElement mediaType) =>
        mediaType.IsText() && JsonFormat.RawText(mediaType) is var text && (text.StartsWith("image/"u8) || text.SequenceEqual("application/pdf"u8));
}
