using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Turns an assistant message into thinking, text and calls, in the order in which Claude says them.</summary>
internal static class AssistantBlocks
{
    public static void Add(JsonElement message, List<MessageBlock> blocks, ToolIds ids, TranslationReport report)
    {
        AddReasoning(message, blocks, report);
        AddContent(message, blocks, report);
        foreach (JsonElement call in message.Member("tool_calls"u8).Items())
        {
            AddCall(call, blocks, ids, report);
        }

        JsonElement legacy = message.Member("function_call"u8);
        if (legacy.IsObject())
        {
            AddFunction(legacy, "", blocks, ids, report);
        }
    }

    private static void AddContent(JsonElement message, List<MessageBlock> blocks, TranslationReport report)
    {
        // User parts other than text cannot be said by an assistant; they vanish like an unknown part.
        List<MessageBlock> content = [];
        UserParts.Add(message.Member("content"u8), "", content, report);
        blocks.AddRange(content.Where(block => block is MessageBlock.Text));
        JsonElement refusal = message.Member("refusal"u8);
        if (refusal.IsText() && !refusal.IsBlank())
        {
            blocks.Add(new MessageBlock.Text(refusal, WasString: true));
        }
    }

    /// <summary>
    /// Only thinking with Claude's own signature may go back. Without one it is dropped, and so is what another
    /// provider has signed: marks of this gateway, and formats that OpenRouter labels with another maker's name.
    /// </summary>
    private static void AddReasoning(JsonElement message, List<MessageBlock> blocks, TranslationReport report)
    {
        List<JsonElement> texts = [];
        bool dropped = message.Member("reasoning_content"u8).IsText() || message.Member("reasoning"u8).IsText();
        foreach (JsonElement detail in message.Member("reasoning_details"u8).Items())
        {
            JsonElement signature = detail.Member("signature"u8);
            JsonElement data = detail.Member("data"u8);
            if (!IsClaude(detail.Member("format"u8)))
            {
                dropped = true;
            }
            else if (detail.Member("type"u8).Is("reasoning.encrypted"u8) && IsForeign(data) is false)
            {
                blocks.Add(new MessageBlock.RedactedThinking(data));
            }
            else if (detail.Member("type"u8).Is("reasoning.text"u8))
            {
                // A streamed answer leaves the text in pieces, and the signature on the last of them.
                if (detail.Member("text"u8) is { ValueKind: JsonValueKind.String } text)
                {
                    texts.Add(text);
                }

                if (signature.IsText() && !signature.IsBlank())
                {
                    if (IsForeign(signature) is false)
                    {
                        blocks.Add(new MessageBlock.Thinking([.. texts], signature));
                        dropped = false;
                    }

                    texts.Clear();
                }
            }
        }

        if ((dropped && blocks.Count == 0) || texts.Count > 0)
        {
            report.Dropped("reasoning");
        }
    }

    private static bool IsClaude(JsonElement format) => !format.IsText() || format.Text().StartsWith("anthropic", StringComparison.Ordinal);

    private static bool? IsForeign(JsonElement mark) =>
        mark.IsText() && !mark.IsBlank() ? JsonFormat.RawText(mark).StartsWith("gwy1."u8) : null;

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
