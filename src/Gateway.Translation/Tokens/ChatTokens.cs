using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tokens;

/// <summary>
/// Adds up a Chat Completions body. Servers wrap each message and call into a few tokens of their own: OpenAI's are
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
        foreach (JsonElement message in body.Member("messages"u8).Items())
        {
            AddMessage(message);
        }

        ToolTokens tools = new(_text);
        tools.AddTools(body.Member("tools"u8));
        tools.AddTools(body.Member("functions"u8));
        tools.AddSchema(body.Member("response_format"u8).Member("json_schema"u8));
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

    private void AddCall(JsonElement call)
    {
        if (call.IsObject())
        {
            _text.Add(PerCall);
            _text.Add(call.Member("name"u8));
            _text.Add(call.Member("arguments"u8));
            _text.Add(call.Member("input"u8));
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
            if (part.Member("image_url"u8) is { ValueKind: not JsonValueKind.Undefined } image)
            {
                _text.Add(CountImage(image));
            }
            else if (part.Member("file"u8) is { ValueKind: JsonValueKind.Object } file)
            {
                _text.Add(file.Member("filename"u8));
                _text.Add(CountFile(file.Member("file_data"u8)));
            }
            else if (part.Member("input_audio"u8).Exists())
            {
                _text.Add(PerUnknownFile);
            }
        }
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
