using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Anthropic;

/// <summary>Documents and search results that are text, with their titles and sources in front.</summary>
internal static class DocumentText
{
    /// <summary>Appends a document whose source is text. False when it is none: a PDF, an image among its blocks.</summary>
    public static bool TryAppend(JsonElement block, string path, RequestScope scope)
    {
        JsonElement source = block.Member("source"u8);
        switch (source.Text("type"u8))
        {
            case "text" when source.Member("data"u8).ValueKind != JsonValueKind.String:
                scope.Fail($"{path}.source.data", "Field required");
                return true;
            case "text":
                AppendHeader(block, scope);
                scope.Scratch.AppendText(source.Member("data"u8));
                return true;
            case "base64" when source.Text("media_type"u8)?.StartsWith("text/", StringComparison.OrdinalIgnoreCase) == true:
                return TryAppendDecoded(block, source.Member("data"u8), scope);
            case "content" when source.Member("content"u8) is { ValueKind: JsonValueKind.String } text:
                AppendHeader(block, scope);
                scope.Scratch.AppendText(text);
                return true;
            case "content" when IsAllText(source.Member("content"u8)):
                AppendHeader(block, scope);
                AppendTexts(source.Member("content"u8), scope);
                return true;
            default:
                return false;
        }
    }

    public static void AppendHeader(JsonElement block, RequestScope scope)
    {
        bool title = AppendLine("Document: "u8, block.Member("title"u8), scope);
        bool context = AppendLine("Context: "u8, block.Member("context"u8), scope);
        scope.Scratch.Append(title || context ? "\\n"u8 : []);
    }

    public static void AppendSearchResult(JsonElement block, RequestScope scope)
    {
        bool title = AppendLine("Search result: "u8, block.Member("title"u8), scope);
        bool source = AppendLine("Source: "u8, block.Member("source"u8), scope);
        scope.Scratch.Append(title || source ? "\\n"u8 : []);
        AppendTexts(block.Member("content"u8), scope);
    }

    private static bool AppendLine(ReadOnlySpan<byte> label, JsonElement text, RequestScope scope)
    {
        if (text.ValueKind != JsonValueKind.String || text.IsEmptyText())
        {
            return false;
        }

        scope.Scratch.Append(label);
        scope.Scratch.AppendText(text);
        scope.Scratch.Append("\\n"u8);
        return true;
    }

    private static void AppendTexts(JsonElement blocks, RequestScope scope)
    {
        bool first = true;
        foreach (JsonElement block in blocks.Items())
        {
            scope.Scratch.Append(first ? [] : "\\n"u8);
            scope.Scratch.AppendText(block.Member("text"u8));
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

    private static bool TryAppendDecoded(JsonElement block, JsonElement data, RequestScope scope)
    {
        if (data.ValueKind != JsonValueKind.String || !data.TryGetBytesFromBase64(out byte[]? bytes))
        {
            return false;
        }

        AppendHeader(block, scope);
        scope.Scratch.AppendEscaped(Encoding.UTF8.GetString(bytes));
        return true;
    }
}
