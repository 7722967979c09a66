using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>
/// Walks the content of a message. Text is read here, under the names of Chat and of Responses; what else a role may say,
/// its reader knows. No part is passed over: what nobody can read is refused by its path.
/// </summary>
internal static class ChatContent
{
    private const int LongestShownType = 40;

    /// <summary>Reads a part that is no text, or says why it cannot be read.</summary>
    public delegate GatewayError? OtherPart(JsonElement part, string type, string path);

    /// <summary>Adds the blocks of a message's content. Blank texts vanish, because Anthropic refuses them.</summary>
    /// <param name="content">A text or a list of parts.</param>
    /// <param name="path">Where it stands, for errors.</param>
    /// <param name="blocks">Where to.</param>
    /// <param name="other">Reads the parts that are no text.</param>
    public static GatewayError? Read(JsonElement content, string path, List<MessageBlock> blocks, OtherPart other)
    {
        if (content.IsText())
        {
            if (!content.IsBlank())
            {
                blocks.Add(new MessageBlock.Text(content, WasString: true));
            }

            return null;
        }

        if (content.Exists() && !content.IsArray())
        {
            return GatewayError.InvalidRequest($"{path}: must be a string or an array");
        }

        int index = 0;
        foreach (JsonElement part in content.Items())
        {
            int before = blocks.Count;
            if (Part(part, $"{path}.{index++}", blocks, other) is { } error)
            {
                return error;
            }

            if (blocks.Count > before && blocks[^1].MayHaveCacheControl)
            {
                blocks[^1].CacheControl = part.Member("cache_control"u8);
            }
        }

        return null;
    }

    /// <summary>Says what is wrong with the kind of a part, and what to send instead.</summary>
    public static GatewayError Refuse(string path, string type, string cure) =>
        GatewayError.InvalidRequest($"{path}.type: {Shown(type)} cannot be sent to this model; {cure}");

    private static GatewayError? Part(JsonElement part, string path, List<MessageBlock> blocks, OtherPart other)
    {
        string type = part.Member("type"u8).Text();
        switch (type)
        {
            case "":
                return GatewayError.InvalidRequest($"{path}.type: Field required");
            case "text" or "input_text" or "output_text":
                return Text(part.Member("text"u8), path + ".text", blocks);
            case "refusal":
                return Text(part.Member("refusal"u8), path + ".refusal", blocks);
            default:
                return other(part, type, path);
        }
    }

    private static GatewayError? Text(JsonElement text, string path, List<MessageBlock> blocks)
    {
        if (!text.IsText())
        {
            return GatewayError.InvalidRequest($"{path}: Field required");
        }

        if (!text.IsBlank())
        {
            blocks.Add(new MessageBlock.Text(text, WasString: false));
        }

        return null;
    }

    /// <summary>The client's own word, unless it is no word.</summary>
    private static string Shown(string type) =>
        type.Length <= LongestShownType && type.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? $"'{type}'" : "this type";
}
