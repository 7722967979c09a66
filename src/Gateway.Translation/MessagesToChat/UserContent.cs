using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>Content blocks of user turns and of tool results, as parts of a chat message.</summary>
internal sealed class UserContent(ChatDraft draft)
{
    /// <summary>An unknown block up to this size is shown to the model as its JSON; a larger one is refused.</summary>
    private const int MaxUnknownBlockBytes = 16 * 1024;

    private readonly MediaContent _media = new(draft);

    /// <summary>Adds the blocks of one user message. Results of the calls in <paramref name="answered"/> have been written already.</summary>
    public void Add(JsonElement content, string path, HashSet<string> answered, List<ChatPart> parts)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            AddText(content, parts);
            return;
        }

        int index = 0;
        foreach (JsonElement block in content.Items())
        {
            string blockPath = $"{path}.{index++}";
            int before = parts.Count;
            if (!block.Member("type"u8).Is("tool_result"u8))
            {
                AddBlock(block, blockPath, parts);
            }
            else if (block.Text("tool_use_id"u8) is not { } id)
            {
                draft.Fail($"{blockPath}.tool_use_id", "Field required");
            }
            else if (!answered.Contains(id))
            {
                AddOrphan(block, blockPath, id, parts);
            }

            if (parts.Count > before && parts[^1] is ChatPart.Text last && CacheMark.Take(block, draft) is { } mark)
            {
                parts[^1] = last with { Mark = mark };
            }
        }
    }

    /// <summary>The text of a tool result; images and documents are left for <see cref="AddDetached"/>.</summary>
    public void AppendResult(JsonElement result, string path, List<(JsonElement Block, string Path)> detached)
    {
        int start = draft.Scratch.Length;
        bool isError = result.IsTrue("is_error"u8);
        draft.Scratch.Append(isError ? "Error: "u8 : []);
        int text = draft.Scratch.Length;
        AppendResultText(result.Member("content"u8), $"{path}.content", detached);
        if (isError && StartsWithError(draft.Scratch.Span[text..]))
        {
            // It says so itself: take our own prefix back out.
            byte[] own = draft.Scratch.Span[text..].ToArray();
            draft.Scratch.Truncate(start);
            draft.Scratch.Append(own);
        }
    }

    public static bool StartsWithError(ReadOnlySpan<byte> text) =>
        text.Length >= 5 && Ascii.EqualsIgnoreCase(text[..5], "error"u8);

    private void AppendResultText(JsonElement content, string path, List<(JsonElement Block, string Path)> detached)
    {
        if (content.ValueKind is not (JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Undefined))
        {
            draft.Fail(path, "Input should be a string or an array of content blocks");
        }

        draft.Scratch.AppendText(content);
        int start = draft.Scratch.Length;
        int index = 0;
        foreach (JsonElement block in content.Items())
        {
            int before = draft.Scratch.Length;
            draft.Scratch.Append(before > start ? "\\n"u8 : []);
            int own = draft.Scratch.Length;
            AppendResultBlock(block, $"{path}.{index++}", detached);
            if (draft.Scratch.Length == own)
            {
                draft.Scratch.Truncate(before);
            }
        }
    }

    /// <summary>Adds images to a tool message, for servers that take them there; documents stay for the user message.</summary>
    public List<ChatPart> TakeImages(List<(JsonElement Block, string Path)> detached)
    {
        List<ChatPart> parts = [];
        if (draft.Profile.ImagesInToolResult)
        {
            foreach ((JsonElement block, string path) in detached.Where(d => d.Block.Member("type"u8).Is("image"u8)))
            {
                _media.AddImage(block, path, parts);
            }

            detached.RemoveAll(d => d.Block.Member("type"u8).Is("image"u8));
        }

        return parts;
    }

    /// <summary>Labels and adds what could not live in the tool message of <paramref name="callId"/>.</summary>
    public void AddDetached(List<(JsonElement Block, string Path)> detached, string callId, List<ChatPart> parts)
    {
        foreach ((JsonElement block, string path) in detached)
        {
            bool image = block.Member("type"u8).Is("image"u8);
            int start = draft.Scratch.Length;
            draft.Scratch.Append(image ? "Image from tool result "u8 : "Document from tool result "u8);
            draft.Scratch.AppendEscaped(callId);
            draft.Scratch.Append(":"u8);
            parts.Add(new ChatPart.Text(new EscapedText(draft.Scratch, start)));
            AddBlock(block, path, parts);
        }
    }

    private void AppendResultBlock(JsonElement block, string path, List<(JsonElement Block, string Path)> detached)
    {
        switch (block.Text("type"u8))
        {
            case "text" when block.Member("text"u8).ValueKind != JsonValueKind.String:
                draft.Fail($"{path}.text", "Field required");
                break;
            case "text":
                draft.Scratch.AppendText(block.Member("text"u8));
                break;
            case "image" when !draft.Profile.Vision:
                draft.Scratch.Append(MediaContent.UnseenImage);
                draft.Report.Dropped("image");
                break;
            case "image":
                detached.Add((block, path));
                draft.Scratch.Append(draft.Profile.ImagesInToolResult ? [] : "[image attached below]"u8);
                break;
            case "document" when !DocumentText.TryAppend(block, path, draft):
                detached.Add((block, path));
                draft.Scratch.Append("[document attached below]"u8);
                break;
            case "document":
                break;
            case "search_result":
                DocumentText.AppendSearchResult(block, draft);
                break;
            case "tool_reference":
                draft.Scratch.Append("Tool loaded: "u8);
                draft.Scratch.AppendText(block.Member("tool_name"u8));
                break;
            default:
                AppendUnknown(block, path);
                break;
        }
    }

    private void AddBlock(JsonElement block, string path, List<ChatPart> parts)
    {
        string? type = block.Text("type"u8);
        if (type is null)
        {
            draft.Fail($"{path}.type", "Field required");
            return;
        }

        switch (type)
        {
            case "text" when block.Member("text"u8).ValueKind != JsonValueKind.String:
                draft.Fail($"{path}.text", "Field required");
                break;
            case "text":
                AddText(block.Member("text"u8), parts);
                break;
            case "image":
                _media.AddImage(block, path, parts);
                break;
            case "document":
                _media.AddDocument(block, path, parts, this);
                break;
            case "search_result":
                AddScratch(parts, () => DocumentText.AppendSearchResult(block, draft));
                break;
            case "container_upload":
                draft.Fail(path, "container_upload needs code execution, which this model does not have; send the file as a document or as text");
                break;
            case "tool_addition" or "tool_removal":
                // Acts on the list of tools (EffectiveTools), not on the conversation.
                break;
            case "thinking" or "redacted_thinking":
                draft.Report.Dropped(type);
                break;
            default:
                AddScratch(parts, () => AppendUnknown(block, path));
                break;
        }
    }

    /// <summary>The parts of a document whose source is a list of blocks.</summary>
    public void AddBlocks(JsonElement blocks, string path, List<ChatPart> parts)
    {
        int index = 0;
        foreach (JsonElement block in blocks.Items())
        {
            AddBlock(block, $"{path}.{index++}", parts);
        }
    }

    private static void AddText(JsonElement text, List<ChatPart> parts)
    {
        if (!text.IsEmptyText())
        {
            parts.Add(new ChatPart.Text(new EscapedText(text)));
        }
    }

    /// <summary>A result whose call is unknown would be refused as a tool message; as text its facts survive.</summary>
    private void AddOrphan(JsonElement block, string path, string id, List<ChatPart> parts)
    {
        draft.Report.Repaired("tool_result_orphan");
        List<(JsonElement Block, string Path)> detached = [];
        AddScratch(parts, () =>
        {
            draft.Scratch.Append("[tool result "u8);
            draft.Scratch.AppendEscaped(id);
            draft.Scratch.Append("]\\n"u8);
            int text = draft.Scratch.Length;
            AppendResult(block, path, detached);
            if (draft.Scratch.Length == text)
            {
                draft.Scratch.Truncate(text - "\\n".Length);
            }
        });
        AddDetached(detached, id, parts);
    }

    private void AddScratch(List<ChatPart> parts, Action append)
    {
        int start = draft.Scratch.Length;
        append();
        if (draft.Scratch.Length > start)
        {
            parts.Add(new ChatPart.Text(new EscapedText(draft.Scratch, start)));
        }
    }

    private void AppendUnknown(JsonElement block, string path)
    {
        string type = block.Text("type"u8) ?? "";
        if (HistoryText.TryAppend(block, draft))
        {
            return;
        }

        ReadOnlySpan<byte> raw = JsonFormat.Raw(block);
        if (raw.Length > MaxUnknownBlockBytes)
        {
            draft.Fail(path, $"content blocks of type '{type}' are not supported by this model, and this one is too large to be passed on as text");
            return;
        }

        // Nothing the user sent is lost silently: the model sees the block as it is.
        draft.Report.Changed($"block:{(type.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && type.Length <= 64 ? type : "unknown")}");
        draft.Scratch.AppendJson(block);
    }
}
