using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Turns the content of a user or tool message into blocks.</summary>
internal static class UserParts
{
    /// <summary>Adds the blocks of a message's content. Blank texts vanish, because Anthropic refuses them.</summary>
    /// <param name="content">A text or a list of parts.</param>
    /// <param name="path">Where it stands, for errors.</param>
    /// <param name="blocks">Where to.</param>
    /// <param name="lostPart">Becomes true when Messages has no block for a part.</param>
    public static GatewayError? Add(JsonElement content, string path, List<MessageBlock> blocks, ref bool lostPart)
    {
        if (content.IsText())
        {
            if (!content.IsBlank())
            {
                blocks.Add(new MessageBlock.Text(content, WasString: true));
            }

            return null;
        }

        int index = 0;
        foreach (JsonElement part in content.Items())
        {
            int before = blocks.Count;
            if (Part(part, $"{path}.{index++}", blocks, ref lostPart) is { } error)
            {
                return error;
            }

            if (blocks.Count > before)
            {
                blocks[^1].CacheControl = part.Member("cache_control"u8);
            }
        }

        return null;
    }

    private static GatewayError? Part(JsonElement part, string path, List<MessageBlock> blocks, ref bool lostPart)
    {
        string type = part.Member("type"u8).Text();
        switch (type)
        {
            case "text":
                JsonElement text = part.Member("text"u8);
                if (!text.IsBlank())
                {
                    blocks.Add(new MessageBlock.Text(text, WasString: false));
                }

                return null;
            case "refusal" when part.Member("refusal"u8).IsText() && !part.Member("refusal"u8).IsBlank():
                blocks.Add(new MessageBlock.Text(part.Member("refusal"u8), WasString: false));
                return null;
            case "image_url":
                return Image(part.Member("image_url"u8), path + ".image_url", blocks);
            case "file":
                return FilePart.Add(part.Member("file"u8), path + ".file", blocks);
            case "input_audio":
                return GatewayError.InvalidRequest($"{path}.input_audio: audio input is not supported by this model");
            default:
                lostPart = true;
                return null;
        }
    }

    private static GatewayError? Image(JsonElement image, string path, List<MessageBlock> blocks)
    {
        // Some clients put the address where the object should be.
        (JsonElement url, string urlPath) = image.IsText() ? (image, path) : (image.Member("url"u8), path + ".url");
        DataUri? source = DataUri.Parse(url);
        if (source is null)
        {
            return GatewayError.InvalidRequest($"{urlPath}: must be an http(s) URL or a base64 data URI");
        }

        if (!source.IsImage)
        {
            return GatewayError.InvalidRequest($"{urlPath}: the image must be JPEG, PNG, GIF or WebP");
        }

        blocks.Add(new MessageBlock.Image(source));
        return null;
    }
}
