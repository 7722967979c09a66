using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Turns a Chat <c>file</c> part into a document or an image.</summary>
internal static class FilePart
{
    private static readonly string[] s_textTypes =
        ["application/json", "application/xml", "application/javascript", "application/x-yaml", "application/yaml", "application/toml", "application/sql"];

    public static GatewayError? Add(JsonElement file, string path, List<MessageBlock> blocks)
    {
        if (file.Member("file_id"u8).Exists())
        {
            return GatewayError.InvalidRequest($"{path}.file_id: uploaded files are not supported, send file_data instead");
        }

        JsonElement data = file.Member("file_data"u8);
        data = data.Exists() ? data : file.Member("file_url"u8);
        if (!data.Exists())
        {
            return GatewayError.InvalidRequest($"{path}.file_data: Field required");
        }

        JsonElement title = file.Member("filename"u8);
        DataUri? source = DataUri.Parse(data);
        switch (source)
        {
            case null:
                return GatewayError.InvalidRequest($"{path}.file_data: must be an http(s) URL or a base64 data URI");
            case { MediaType: null or "application/pdf" }:
                blocks.Add(new MessageBlock.Document(source, title));
                return null;
            case { IsImage: true }:
                blocks.Add(new MessageBlock.Image(source));
                return null;
        }

        bool isText = source.MediaType.StartsWith("text/", StringComparison.Ordinal) || s_textTypes.Contains(source.MediaType);
        if (!isText)
        {
            return GatewayError.InvalidRequest($"{path}.file_data: the file must be a PDF, an image or text");
        }

        if (source.Decode() is not { } content)
        {
            return GatewayError.InvalidRequest($"{path}.file_data: is not valid base64");
        }

        blocks.Add(new MessageBlock.TextDocument(content, title));
        return null;
    }
}
