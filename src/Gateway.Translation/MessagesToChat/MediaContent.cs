using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>Images and documents of user turns. What an upstream cannot take is an error, never dropped.</summary>
internal sealed class MediaContent(ChatDraft draft)
{
    /// <summary>Stands where an image was. The model can say so, or read the file with a tool.</summary>
    public static ReadOnlySpan<byte> UnseenImage => "[image omitted: this model cannot see images]"u8;

    public void AddImage(JsonElement block, string path, List<ChatPart> parts)
    {
        if (!draft.Profile.Vision)
        {
            int start = draft.Scratch.Length;
            draft.Scratch.Append(UnseenImage);
            parts.Add(new ChatPart.Text(new EscapedText(draft.Scratch, start)));
            draft.Report.Dropped("image");
            return;
        }

        JsonElement source = block.Member("source"u8);
        switch (source.Text("type"u8))
        {
            case "base64" when source.Member("data"u8) is { ValueKind: JsonValueKind.String } data:
                parts.Add(new ChatPart.Image(DataUriHead(source, data), data));
                break;
            case "base64":
                draft.Fail($"{path}.source.data", "Field required");
                break;
            case "url" when source.Member("url"u8) is { ValueKind: JsonValueKind.String } url:
                AddImageUrl(url, path, parts);
                break;
            case "url":
                draft.Fail($"{path}.source.url", "Field required");
                break;
            case "file":
                draft.Fail($"{path}.source", "files of the Files API are not available here; send the image as base64 or by URL");
                break;
            case null:
                draft.Fail($"{path}.source", "Field required");
                break;
            default:
                draft.Fail($"{path}.source.type", "Input should be 'base64' or 'url'");
                break;
        }
    }

    public void AddDocument(JsonElement block, string path, List<ChatPart> parts, UserContent content)
    {
        int start = draft.Scratch.Length;
        if (DocumentText.TryAppend(block, path, draft))
        {
            parts.Add(new ChatPart.Text(new EscapedText(draft.Scratch, start)));
            return;
        }

        JsonElement source = block.Member("source"u8);
        switch (source.Text("type"u8))
        {
            case "content" when source.Member("content"u8).ValueKind == JsonValueKind.Array:
                AddHeader(block, parts);
                content.AddBlocks(source.Member("content"u8), $"{path}.source.content", parts);
                break;
            case "base64" when source.Member("data"u8) is { ValueKind: JsonValueKind.String } data:
                AddPdf(block, data, path, parts);
                break;
            case "url" when draft.IsResponses && source.Member("url"u8) is { ValueKind: JsonValueKind.String } url:
                AddHeader(block, parts);
                parts.Add(new ChatPart.FileUrl(url));
                break;
            case "url":
                draft.Fail($"{path}.source", "documents by URL cannot be passed to this model; send the document as base64 or as text");
                break;
            case "file":
                draft.Fail($"{path}.source", "files of the Files API are not available here; send the document as base64 or as text");
                break;
            case null:
                draft.Fail($"{path}.source", "Field required");
                break;
            default:
                draft.Fail($"{path}.source", "Input should be a 'base64', 'text' or 'content' source with its data");
                break;
        }
    }

    private void AddImageUrl(JsonElement url, string path, List<ChatPart> parts)
    {
        if (draft.Profile.FetchRemote && !JsonFormat.RawText(url).StartsWith("data:"u8))
        {
            draft.Fail($"{path}.source", "this model does not fetch images by URL; send the image as base64");
            return;
        }

        parts.Add(new ChatPart.Image("", url));
    }

    private void AddPdf(JsonElement block, JsonElement data, string path, List<ChatPart> parts)
    {
        string mediaType = block.Member("source"u8).Text("media_type"u8) ?? "application/pdf";
        if (!mediaType.Equals("application/pdf", StringComparison.OrdinalIgnoreCase))
        {
            draft.Fail($"{path}.source.media_type", "Input should be 'application/pdf' or a text type whose data is base64");
            return;
        }

        if (!draft.Profile.FileParts)
        {
            draft.Fail($"{path}.source", "this model does not accept PDF documents; send the text of the document instead");
            return;
        }

        if (block.Member("context"u8).ValueKind == JsonValueKind.String)
        {
            AddHeader(block, parts);
        }

        string name = block.Text("title"u8) is { Length: > 0 } title ? title : "document.pdf";
        string head = JsonFormat.RawText(data).StartsWith("data:"u8) ? "" : "data:application/pdf;base64,";
        parts.Add(new ChatPart.File(name, head, data));
    }

    private void AddHeader(JsonElement block, List<ChatPart> parts)
    {
        int start = draft.Scratch.Length;
        DocumentText.AppendHeader(block, draft);
        if (draft.Scratch.Length > start)
        {
            // The blank line that parts header and text is not wanted before another part.
            draft.Scratch.Truncate(draft.Scratch.Length - "\\n\\n"u8.Length);
            parts.Add(new ChatPart.Text(new EscapedText(draft.Scratch, start)));
        }
    }

    /// <summary>Believes the bytes more than the label: clients send wrong media types, and upstreams check.</summary>
    private string DataUriHead(JsonElement source, JsonElement data)
    {
        ReadOnlySpan<byte> raw = JsonFormat.RawText(data);
        if (raw.StartsWith("data:"u8))
        {
            return "";
        }

        string? said = source.Text("media_type"u8);
        string? seen = raw.StartsWith("iVBORw0KGgo"u8) ? "image/png"
            : raw.StartsWith("/9j/"u8) || raw.StartsWith(@"\/9j\/"u8) ? "image/jpeg"
            : raw.StartsWith("R0lGOD"u8) ? "image/gif"
            : raw.StartsWith("UklGR"u8) ? "image/webp"
            : null;
        if (seen is not null && seen != said)
        {
            draft.Report.Repaired("media_type");
        }

        return $"data:{seen ?? said ?? "image/png"};base64,";
    }
}
