using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>
/// Reads what a user or a tool shows besides text: images and files in the forms of Chat and Responses, and blocks of
/// Messages, which some clients put into Chat (Cursor) and which go on as they are.
/// </summary>
internal static class MediaParts
{
    private const string Cure = "send text, image_url or file parts, or blocks of the Messages API";

    public static GatewayError? Read(JsonElement part, string type, string path, List<MessageBlock> blocks)
    {
        switch (type)
        {
            case "image_url":
                return Image(part.Member("image_url"u8), path + ".image_url", blocks);
            case "input_image" when part.Member("image_url"u8).Exists():
                return Image(part.Member("image_url"u8), path + ".image_url", blocks);
            case "input_image":
                return GatewayError.InvalidRequest(part.Member("file_id"u8).Exists()
                    ? $"{path}.file_id: uploaded files are not supported, send image_url instead"
                    : $"{path}.image_url: Field required");
            case "file":
                return FilePart.Add(part.Member("file"u8), path + ".file", blocks);
            case "input_file":
                return FilePart.Add(part, path, blocks);
            case "image" or "document" when !part.Member("source"u8).IsObject():
                return GatewayError.InvalidRequest($"{path}.source: Field required: {{type: base64, media_type, data}} or {{type: url, url}}; or send an image_url or file part");
            case "image" or "document" or "search_result" or "tool_reference" or "container_upload":
                blocks.Add(new MessageBlock.Native(part));
                return null;
            case "input_audio":
                return GatewayError.InvalidRequest($"{path}.input_audio: audio input is not supported by this model");
            case "tool_use":
                return ChatContent.Refuse(path, type, "calls belong into assistant messages");
            default:
                return ChatContent.Refuse(path, type, Cure);
        }
    }

    private static GatewayError? Image(JsonElement image, string path, List<MessageBlock> blocks)
    {
        // Some clients put the address where the object should be.
        (JsonElement url, string urlPath) = image.IsText() ? (image, path) : (image.Member("url"u8), path + ".url");
        DataUri? source = DataUri.Parse(url);
        if (source is null)
        {
            return GatewayError.InvalidRequest($"{urlPath}: must be an http(s) URL or a base64 data URI");
        }

        if (!source.IsImage)
        {
            return GatewayError.InvalidRequest($"{urlPath}: the image must be JPEG, PNG, GIF or WebP");
        }

        blocks.Add(new MessageBlock.Image(source));
        return null;
    }
}
