using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tokens;

/// <summary>
/// Adds up a request of either form: what both say in the same words is the same tokens. Servers wrap each message and call into a few tokens of their own: OpenAI's are
/// known, those of others are near.
/// </summary>
internal sealed class ChatTokens(ImageRule images, Func<ReadOnlySpan<byte>, long>? countText) : IDisposable
{
    /// <summary>The marks around a message, and its role.</summary>
    private const int PerMessage = 4;

    /// <summary>Puts the model into the assistant's role.</summary>
    private const int PerReply = 3;

    private const int PerCall = 3;

    /// <summary>A sound, or a file that is named and not sent.</summary>
    private const int PerUnknownFile = 1000;

    private readonly TextCost _text = new(countText);

    public long Count(JsonElement body)
    {
        _text.Add(PerReply);
        JsonElement system = body.Member("system"u8);
        _text.Add(system.Exists() ? PerMessage : 0);
        AddContent(system);
        foreach (JsonElement message in body.Member("messages"u8).Items())
        {
            AddMessage(message);
        }

        _text.Add(body.Member("instructions"u8).Exists() ? PerMessage : 0);
        AddContent(body.Member("instructions"u8));
        JsonElement input = body.Member("input"u8);
        _text.Add(input.IsText() ? PerMessage : 0);
        AddContent(input.IsText() ? input : default);
        foreach (JsonElement item in input.Items())
        {
            AddItem(item);
        }

        ToolTokens tools = new(_text);
        tools.AddTools(body.Member("tools"u8));
        tools.AddTools(body.Member("functions"u8));
        tools.AddSchema(body.Member("response_format"u8).Member("json_schema"u8));
        tools.AddSchema(body.Member("text"u8).Member("format"u8).Member("schema"u8));
        return _text.Tokens;
    }

    public void Dispose() => _text.Dispose();

    private void AddMessage(JsonElement message)
    {
        _text.Add(PerMessage);
        AddContent(message.Member("content"u8));
        AddContent(message.Member("reasoning_content"u8));
        AddContent(message.Member("reasoning"u8));
        AddContent(message.Member("reasoning_details"u8));
        AddContent(message.Member("refusal"u8));
        _text.Add(message.Member("name"u8));
        AddCall(message.Member("function_call"u8));
        foreach (JsonElement call in message.Member("tool_calls"u8).Items())
        {
            AddCall(call.Member("function"u8));
            AddCall(call.Member("custom"u8));
        }
    }

    /// <summary>An item of Responses, where results and calls stand beside messages.</summary>
    private void AddItem(JsonElement item)
    {
        if (item.Member("arguments"u8).Exists() || item.Member("type"u8).Is("custom_tool_call"u8))
        {
            AddCall(item);
            return;
        }

        _text.Add(PerMessage);
        AddContent(item.Member("content"u8));
        AddContent(item.Member("summary"u8));
        AddContent(item.Member("output"u8));
    }

    private void AddCall(JsonElement call)
    {
        if (call.IsObject())
        {
            _text.Add(PerCall);
            _text.Add(call.Member("name"u8));
            _text.Add(call.Member("arguments"u8));
            AddInput(call.Member("input"u8));
        }
    }

    private void AddContent(JsonElement content)
    {
        _text.Add(content);
        foreach (JsonElement part in content.Items())
        {
            _text.Add(part.Member("text"u8));
            _text.Add(part.Member("summary"u8));
            _text.Add(part.Member("refusal"u8));
            _text.Add(part.Member("thinking"u8));
            JsonElement type = part.Member("type"u8);
            if (type.Is("tool_use"u8))
            {
                AddCall(part);
            }
            else if (type.Is("tool_result"u8))
            {
                // In Chat it is a message of its own.
                _text.Add(PerMessage);
                AddContent(part.Member("content"u8));
            }
            else if (part.Member("source"u8) is { ValueKind: JsonValueKind.Object } source)
            {
                _text.Add(CountSource(type, source));
            }
            else if (part.Member("image_url"u8) is { ValueKind: not JsonValueKind.Undefined } image)
            {
                _text.Add(CountImage(image));
            }
            else if (part.Member("file"u8) is { ValueKind: JsonValueKind.Object } file)
            {
                _text.Add(file.Member("filename"u8));
                _text.Add(CountFile(file.Member("file_data"u8)));
            }
            else if (type.Is("input_file"u8))
            {
                _text.Add(part.Member("filename"u8));
                _text.Add(CountFile(part.Member("file_data"u8)));
            }
            else if (part.Member("input_audio"u8).Exists())
            {
                _text.Add(PerUnknownFile);
            }
        }
    }

    /// <summary>Text, or the JSON that Chat has as a text.</summary>
    private void AddInput(JsonElement input)
    {
        _text.Add(input);
        if (input.IsObject())
        {
            _text.AddEscaped(JsonFormat.Raw(input));
        }
    }

    /// <summary>An image or a document of Messages.</summary>
    private long CountSource(JsonElement type, JsonElement source)
    {
        ReadOnlySpan<byte> data = source.Member("data"u8) is { } text && text.IsText() ? JsonFormat.RawText(text) : [];
        if (source.Member("type"u8).Is("text"u8))
        {
            _text.Add(source.Member("data"u8));
            return 0;
        }

        return !type.Is("image"u8) ? data.IsEmpty ? PerUnknownFile : PdfTokens.Count(data)
            : ImageSize.TryRead(data, out int width, out int height) ? images.Count(width, height, low: false)
            : images.Unknown(low: false);
    }

    private long CountImage(JsonElement image)
    {
        JsonElement url = image.IsText() ? image : image.Member("url"u8);
        bool low = image.Member("detail"u8).Is("low"u8);
        return ImageSize.TryRead(_text.Base64(url), out int width, out int height) ? images.Count(width, height, low) : images.Unknown(low);
    }

    private long CountFile(JsonElement data)
    {
        ReadOnlySpan<byte> base64 = _text.Base64(data);
        return base64.IsEmpty ? PerUnknownFile : PdfTokens.Count(base64);
    }
}
