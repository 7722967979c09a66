using System.Text.Json;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>
/// Reads the reasoning of an earlier answer: as blocks of Messages in the content or in <c>thinking_blocks</c> (LiteLLM), in
/// <c>reasoning_details</c>, or as plain text. It goes along whoever made it; who may not be told it is for the upstream's
/// writer to know.
/// </summary>
internal static class ReasoningFields
{
    /// <summary>Adds the blocks of a message's fields. Returns whether there was reasoning that no block could hold.</summary>
    public static bool Add(JsonElement message, List<MessageBlock> blocks)
    {
        foreach (JsonElement block in message.Member("thinking_blocks"u8).Items())
        {
            AddPart(block, blocks);
        }

        JsonElement plain = message.Member("reasoning_content"u8);
        plain = plain.IsText() ? plain : message.Member("reasoning"u8);
        bool other = plain.IsText();
        if (blocks.Count > 0)
        {
            return other;
        }

        other |= AddDetails(message.Member("reasoning_details"u8), blocks);
        if (blocks.Count == 0 && IsSaid(plain))
        {
            blocks.Add(new MessageBlock.Thinking([plain], default));
        }

        return other;
    }

    /// <summary>Adds a part that holds thinking: a block of Messages, Magistral's list of texts, or a plain text. False when it does not.</summary>
    public static bool AddPart(JsonElement part, List<MessageBlock> blocks)
    {
        if (part.Member("type"u8).Is("redacted_thinking"u8))
        {
            if (!IsSaid(part.Member("data"u8)))
            {
                return false;
            }

            blocks.Add(new MessageBlock.RedactedThinking(part.Member("data"u8)));
            return true;
        }

        JsonElement thinking = part.Member("thinking"u8);
        thinking = thinking.Exists() ? thinking : part.Member("text"u8);
        if (!thinking.IsText() && !thinking.IsArray())
        {
            return false;
        }

        JsonElement[] texts = thinking.IsText() ? [thinking] : [.. thinking.EnumerateArray().Select(text => text.Member("text"u8)).Where(text => text.IsText())];
        JsonElement signature = part.Member("signature"u8);
        blocks.Add(new MessageBlock.Thinking(texts, IsSaid(signature) ? signature : default));
        return true;
    }

    /// <summary>Messages has no place for formats that OpenRouter labels with another maker's name.</summary>
    private static bool AddDetails(JsonElement details, List<MessageBlock> blocks)
    {
        List<JsonElement>? texts = null;
        bool other = false;
        foreach (JsonElement detail in details.Items())
        {
            JsonElement type = detail.Member("type"u8);
            if (!IsClaude(detail.Member("format"u8)))
            {
                other = true;
            }
            else if (type.Is("reasoning.encrypted"u8) && IsSaid(detail.Member("data"u8)))
            {
                blocks.Add(new MessageBlock.RedactedThinking(detail.Member("data"u8)));
            }
            else if (type.Is("reasoning.text"u8))
            {
                // A streamed answer leaves the text in pieces, and the signature on the last of them.
                if (detail.Member("text"u8) is { ValueKind: JsonValueKind.String } text)
                {
                    (texts ??= []).Add(text);
                }

                if (IsSaid(detail.Member("signature"u8)))
                {
                    blocks.Add(new MessageBlock.Thinking(texts ?? [], detail.Member("signature"u8)));
                    texts = null;
                }
            }
        }

        if (texts is not null)
        {
            blocks.Add(new MessageBlock.Thinking(texts, default));
        }

        return other;
    }

    private static bool IsClaude(JsonElement format) => !format.IsText() || format.Text().StartsWith("anthropic", StringComparison.Ordinal);

    private static bool IsSaid(JsonElement text) => text.IsText() && !text.IsBlank();
}
