using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Turns an assistant message into thinking, text and calls, in the order in which Claude says them.</summary>
internal static class AssistantBlocks
{
    /// <summary>Adds the blocks of a message. Returns whether it held reasoning that no block could hold.</summary>
    public static bool Add(JsonElement message, List<MessageBlock> blocks, ToolIds ids, TranslationReport report, ref bool lostPart)
    {
        bool otherReasoning = AddReasoning(message, blocks);
        AddContent(message, blocks, ref lostPart);
        foreach (JsonElement call in message.Member("tool_calls"u8).Items())
        {
            AddCall(call, blocks, ids, report);
        }

        JsonElement legacy = message.Member("function_call"u8);
        if (legacy.IsObject())
        {
            AddFunction(legacy, "", blocks, ids, report);
        }

        return otherReasoning;
    }

    private static void AddContent(JsonElement message, List<MessageBlock> blocks, ref bool lostPart)
    {
        // User parts other than text cannot be said by an assistant; they vanish like an unknown part.
        int start = blocks.Count;
        UserParts.Add(message.Member("content"u8), "", blocks, ref lostPart);
        for (int i = blocks.Count - 1; i >= start; i--)
        {
            if (blocks[i] is not MessageBlock.Text)
            {
                blocks.RemoveAt(i);
            }
        }

        JsonElement refusal = message.Member("refusal"u8);
        if (refusal.IsText() && !refusal.IsBlank())
        {
            blocks.Add(new MessageBlock.Text(refusal, WasString: true));
        }
    }

    /// <summary>
    /// Reasoning goes along whoever made it; who may not be told it is for the upstream's writer to know. Messages has no
    /// place for formats that OpenRouter labels with another maker's name.
    /// </summary>
    private static bool AddReasoning(JsonElement message, List<MessageBlock> blocks)
    {
        List<JsonElement>? texts = null;
        JsonElement plain = message.Member("reasoning_content"u8);
        plain = plain.IsText() ? plain : message.Member("reasoning"u8);
        bool other = plain.IsText();
        foreach (JsonElement detail in message.Member("reasoning_details"u8).Items())
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
        else if (blocks.Count == 0 && IsSaid(plain))
        {
            blocks.Add(new MessageBlock.Thinking([plain], default));
        }

        return other;
    }

    private static bool IsClaude(JsonElement format) => !format.IsText() || format.Text().StartsWith("anthropic", StringComparison.Ordinal);

    private static bool IsSaid(JsonElement text) => text.IsText() && !text.IsBlank();

    private static void AddCall(JsonElement call, List<MessageBlock> blocks, ToolIds ids, TranslationReport report)
    {
        string id = call.Member("id"u8).Text();
        JsonElement custom = call.Member("custom"u8);
        if (custom.IsObject())
        {
            byte[] input = ToolInput.Wrap("input", custom.Member("input"u8).Text());
            blocks.Add(new MessageBlock.ToolUse(ids.Open(id, custom.Member("name"u8).Text()), Name(custom), input) { CacheControl = call.Member("cache_control"u8) });
        }
        else
        {
            AddFunction(call.Member("function"u8), id, blocks, ids, report);
            blocks[^1].CacheControl = call.Member("cache_control"u8);
        }
    }

    private static void AddFunction(JsonElement function, string id, List<MessageBlock> blocks, ToolIds ids, TranslationReport report)
    {
        byte[] input = ToolInput.ToObject(function.Member("arguments"u8), report);
        blocks.Add(new MessageBlock.ToolUse(ids.Open(id, function.Member("name"u8).Text()), Name(function), input));
    }

    private static string Name(JsonElement function) => function.Member("name"u8).Text() is { Length: > 0 } name ? name : "unknown_tool";
}
