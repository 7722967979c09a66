using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Anthropic;

/// <summary>Content blocks of user turns and of tool results, as parts of a chat message.</summary>
internal sealed class UserContent(RequestScope scope)
{
    /// <summary>An unknown block up to this size is shown to the model as its JSON; a larger one is refused.</summary>
    private const int MaxUnknownBlockBytes = 16 * 1024;

    private readonly MediaContent _media = new(scope);

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
                scope.Fail($"{blockPath}.tool_use_id", "Field required");
            }
            else if (!answered.Contains(id))
            {
                AddOrphan(block, blockPath, id, parts);
            }

            if (parts.Count > before && parts[^1] is ChatPart.Text last && CacheMark.Take(block, scope) is { } mark)
            {
                parts[^1] = last with { Mark = mark };
            }
        }
    }

    /// <summary>The text of a tool result; images and documents are left for <see cref="AddDetached"/>.</summary>
    public void AppendResult(JsonElement result, string path, List<(JsonElement Block, string Path)> detached)
    {
        int start = scope.Scratch.Length;
        bool isError = result.IsTrue("is_error"u8);
        scope.Scratch.Append(isError ? "Error: "u8 : []);
        int text = scope.Scratch.Length;
        AppendResultText(result.Member("content"u8), $"{path}.content", detached);
        if (isError && StartsWithError(scope.Scratch.Span[text..]))
        {
            // It says so itself: take our own prefix back out.
            byte[] own = scope.Scratch.Span[text..].ToArray();
            scope.Scratch.Truncate(start);
            scope.Scratch.Append(own);
        }
    }

    private static bool StartsWithError(ReadOnlySpan<byte> text) =>
        text.Length >= 5 && Ascii.EqualsIgnoreCase(text[..5], "error"u8);

    private void AppendResultText(JsonElement content, string path, List<(JsonElement Block, string Path)> detached)
    {
        if (content.ValueKind is not (JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Undefined))
        {
            scope.Fail(path, "Input should be a string or an array of content blocks");
        }

        scope.Scratch.AppendText(content);
        int start = scope.Scratch.Length;
        int index = 0;
        foreach (JsonElement block in content.Items())
        {
            int before = scope.Scratch.Length;
            scope.Scratch.Append(before > start ? "\\n"u8 : []);
            int own = scope.Scratch.Length;
            AppendResultBlock(block, $"{path}.{index++}", detached);
            if (scope.Scratch.Length == own)
            {
                scope.Scratch.Truncate(before);
            }
        }
    }

    /// <summary>Adds images to a tool message, for servers that take them there; documents stay for the user message.</summary>
    public List<ChatPart> TakeImages(List<(JsonElement Block, string Path)> detached)
    {
        List<ChatPart> parts = [];
        if (scope.Profile.ImagesInToolResult)
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
            int start = scope.Scratch.Length;
            scope.Scratch.Append(image ? "Image from tool result "u8 : "Document from tool result "u8);
            scope.Scratch.AppendEscaped(callId);
            scope.Scratch.Append(":"u8);
            parts.Add(new ChatPart.Text(new EscapedText(scope.Scratch, start)));
            AddBlock(block, path, parts);
        }
    }

    private void AppendResultBlock(JsonElement block, string path, List<(JsonElement Block, string Path)> detached)
    {
        switch (block.Text("type"u8))
        {
            case "text" when block.Member("text"u8).ValueKind != JsonValueKind.String:
                scope.Fail($"{path}.text", "Field required");
                break;
            case "text":
                scope.Scratch.AppendText(block.Member("text"u8));
                break;
            case "image":
                detached.Add((block, path));
                scope.Scratch.Append(scope.Profile.ImagesInToolResult ? [] : "[image attached below]"u8);
                break;
            case "document" when !DocumentText.TryAppend(block, path, scope):
                detached.Add((block, path));
                scope.Scratch.Append("[document attached below]"u8);
                break;
            case "document":
                break;
            case "search_result":
                DocumentText.AppendSearchResult(block, scope);
                break;
            case "tool_reference":
                scope.Scratch.Append("Tool loaded: "u8);
                scope.Scratch.AppendText(block.Member("tool_name"u8));
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
            scope.Fail($"{path}.type", "Field required");
            return;
        }

        switch (type)
        {
            case "text" when block.Member("text"u8).ValueKind != JsonValueKind.String:
                scope.Fail($"{path}.text", "Field required");
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
                AddScratch(parts, () => DocumentText.AppendSearchResult(block, scope));
                break;
            case "container_upload":
                scope.Fail(path, "container_upload needs code execution, which this model does not have; send the file as a document or as text");
                break;
            case "tool_addition" or "tool_removal":
                // Acts on the list of tools (EffectiveTools), not on the conversation.
                break;
            case "thinking" or "redacted_thinking":
                scope.Report.Dropped(type);
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
        scope.Report.Repaired("tool_result_orphan");
        List<(JsonElement Block, string Path)> detached = [];
        AddScratch(parts, () =>
        {
            scope.Scratch.Append("[tool result "u8);
            scope.Scratch.AppendEscaped(id);
            scope.Scratch.Append("]\\n"u8);
            int text = scope.Scratch.Length;
            AppendResult(block, path, detached);
            if (scope.Scratch.Length == text)
            {
                scope.Scratch.Truncate(text - "\\n".Length);
            }
        });
        AddDetached(detached, id, parts);
    }

    private void AddScratch(List<ChatPart> parts, Action append)
    {
        int start = scope.Scratch.Length;
        append();
        if (scope.Scratch.Length > start)
        {
            parts.Add(new ChatPart.Text(new EscapedText(scope.Scratch, start)));
        }
    }

    private void AppendUnknown(JsonElement block, string path)
    {
        string type = block.Text("type"u8) ?? "";
        if (HistoryText.TryAppend(block, scope))
        {
            return;
        }

        ReadOnlySpan<byte> raw = JsonFormat.Raw(block);
        if (raw.Length > MaxUnknownBlockBytes)
        {
            scope.Fail(path, $"content blocks of type '{type}' are not supported by this model, and this one is too large to be passed on as text");
            return;
        }

        // Nothing the user sent is lost silently: the model sees the block as it is.
        scope.Report.Changed($"block:{(type.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && type.Length <= 64 ? type : "unknown")}");
        scope.Scratch.AppendJson(block);
    }
}
