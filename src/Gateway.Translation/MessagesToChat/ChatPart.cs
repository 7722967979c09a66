using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>One content part of a chat message: text, an image or a file.</summary>
internal abstract record ChatPart
{
    private ChatPart()
    {
    }

    public abstract void Write(Utf8JsonWriter json);

    /// <summary>A text, perhaps one that the client wants cached up to its end.</summary>
    public sealed record Text(EscapedText Value, CacheMark? Mark = null) : ChatPart
    {
        public override void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WritePropertyName("text"u8);
            Value.WriteTo(json);
            Mark?.Write(json);
            json.WriteEndObject();
        }
    }

    /// <summary>An image by URL (with an empty prefix) or as a data URI (the prefix is its head).</summary>
    public sealed record Image(string Prefix, JsonElement Data) : ChatPart
    {
        public override void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "image_url"u8);
            json.WriteStartObject("image_url"u8);
            json.WritePropertyName("url"u8);
            WriteDataUri(json, Prefix, Data);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    public sealed record File(string Name, string Prefix, JsonElement Data) : ChatPart
    {
        public override void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "file"u8);
            json.WriteStartObject("file"u8);
            json.WriteString("filename"u8, Name);
            json.WritePropertyName("file_data"u8);
            WriteDataUri(json, Prefix, Data);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    /// <summary>A file by its address, which only Responses takes.</summary>
    public sealed record FileUrl(JsonElement Url) : ChatPart
    {
        public override void Write(Utf8JsonWriter json) => throw new InvalidOperationException("Chat has no files by address.");
    }

    /// <summary>Large data goes straight from the request's bytes to the output, in two segments of one string.</summary>
    public static void WriteDataUri(Utf8JsonWriter json, string prefix, JsonElement data)
    {
        ReadOnlySpan<byte> raw = JsonFormat.RawText(data);
        if (raw.Contains((byte)'\\'))
        {
            json.WriteStringValue(prefix + data.AsText());
            return;
        }

        json.WriteStringValueSegment(Encoding.UTF8.GetBytes(prefix), isFinalSegment: false);
        json.WriteStringValueSegment(raw, isFinalSegment: true);
    }
}
