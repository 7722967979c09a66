using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>The text of system prompts and of system messages inside the conversation.</summary>
internal static class SystemText
{
    /// <summary>
    /// Appends the texts to the scratch buffer, a blank line between them. The block that Claude Code puts in front for
    /// Anthropic's billing is left out: it differs from prompt to prompt and so defeats the upstream's prefix cache.
    /// </summary>
    public static void Append(JsonElement content, ChatDraft draft, string path)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            draft.Scratch.AppendText(content);
            return;
        }

        if (content.ValueKind is not (JsonValueKind.Array or JsonValueKind.Undefined))
        {
            draft.Fail(path, "Input should be a string or an array of text blocks");
            return;
        }

        int start = draft.Scratch.Length;
        foreach (JsonElement block in TextBlocks(content, draft, path))
        {
            draft.Scratch.Append(draft.Scratch.Length > start ? "\\n\\n"u8 : []);
            draft.Scratch.AppendText(block.Member("text"u8));
        }
    }

    /// <summary>
    /// The texts one by one, where the upstream is to be told which of them the client wants cached. Empty when it is
    /// not: then one joined text is understood by more servers.
    /// </summary>
    public static List<ChatPart> MarkedParts(JsonElement content, ChatDraft draft, string path)
    {
        List<ChatPart> parts = [];
        if (draft.Profile.PromptCache == PromptCache.None)
        {
            return parts;
        }

        bool marked = false;
        foreach (JsonElement block in TextBlocks(content, draft, path))
        {
            CacheMark? mark = CacheMark.Take(block, draft);
            marked |= mark is not null;
            parts.Add(new ChatPart.Text(new EscapedText(block.Member("text"u8)), mark));
        }

        return marked ? parts : [];
    }

    /// <summary>The blocks whose text the model sees.</summary>
    private static IEnumerable<JsonElement> TextBlocks(JsonElement content, ChatDraft draft, string path)
    {
        int index = -1;
        foreach (JsonElement block in content.Items())
        {
            index++;
            if (block.Member("type"u8).Is("tool_addition"u8) || block.Member("type"u8).Is("tool_removal"u8))
            {
                // Acts on the list of tools (EffectiveTools), not on the conversation.
                continue;
            }

            JsonElement text = block.Member("text"u8);
            if (text.ValueKind != JsonValueKind.String)
            {
                draft.Fail($"{path}.{index}", "Only text blocks are supported here");
                yield break;
            }

            if (!text.IsEmptyText() && !JsonFormat.RawText(text).StartsWith("x-anthropic-billing-header:"u8))
            {
                yield return block;
            }
        }
    }
}
