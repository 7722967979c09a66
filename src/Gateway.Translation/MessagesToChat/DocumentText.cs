using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>Documents and search results that are text, with their titles and sources in front.</summary>
internal static class DocumentText
{
    /// <summary>Appends a document whose source is text. False when it is none: a PDF, an image among its blocks.</summary>
    public static bool TryAppend(JsonElement block, string path, ChatDraft draft)
    {
        JsonElement source = block.Member("source"u8);
        switch (source.Text("type"u8))
        {
            case "text" when source.Member("data"u8).ValueKind != JsonValueKind.String:
                draft.Fail($"{path}.source.data", "Field required");
                return true;
            case "text":
                AppendHeader(block, draft);
                draft.Scratch.AppendText(source.Member("data"u8));
                return true;
            case "base64" when source.Text("media_type"u8)?.StartsWith("text/", StringComparison.OrdinalIgnoreCase) == true:
                return TryAppendDecoded(block, source.Member("data"u8), draft);
            case "content" when source.Member("content"u8) is { ValueKind: JsonValueKind.String } text:
                AppendHeader(block, draft);
                draft.Scratch.AppendText(text);
                return true;
            case "content" when IsAllText(source.Member("content"u8)):
                AppendHeader(block, draft);
                AppendTexts(source.Member("content"u8), draft);
                return true;
            default:
                return false;
        }
    }

    public static void AppendHeader(JsonElement block, ChatDraft draft)
    {
        bool title = AppendLine("Document: "u8, block.Member("title"u8), draft);
        bool context = AppendLine("Context: "u8, block.Member("context"u8), draft);
        draft.Scratch.Append(title || context ? "\\n"u8 : []);
    }

    public static void AppendSearchResult(JsonElement block, ChatDraft draft)
    {
        bool title = AppendLine("Search result: "u8, block.Member("title"u8), draft);
        bool source = AppendLine("Source: "u8, block.Member("source"u8), draft);
        draft.Scratch.Append(title || source ? "\\n"u8 : []);
        AppendTexts(block.Member("content"u8), draft);
    }

    private static bool AppendLine(ReadOnlySpan<byte> label, JsonElement text, ChatDraft draft)
    {
        if (text.ValueKind != JsonValueKind.String || text.IsEmptyText())
        {
            return false;
        }

        draft.Scratch.Append(label);
        draft.Scratch.AppendText(text);
        draft.Scratch.Append("\\n"u8);
        return true;
    }

    private static void AppendTexts(JsonElement blocks, ChatDraft draft)
    {
        bool first = true;
        foreach (JsonElement block in blocks.Items())
        {
            draft.Scratch.Append(first ? [] : "\\n"u8);
            draft.Scratch.AppendText(block.Member("text"u8));
            first = false;
        }
    }

    private static bool IsAllText(JsonElement blocks)
    {
        foreach (JsonElement block in blocks.Items())
        {
            if (!block.Member("type"u8).Is("text"u8))
            {
                return false;
            }
        }

        return blocks.ValueKind == JsonValueKind.Array;
    }

    private static bool TryAppendDecoded(JsonElement block, JsonElement data, ChatDraft draft)
    {
        if (data.ValueKind != JsonValueKind.String || !data.TryGetBytesFromBase64(out byte[]? bytes))
        {
            return false;
        }

        AppendHeader(block, draft);
        draft.Scratch.AppendEscaped(Encoding.UTF8.GetString(bytes));
        return true;
    }
}
