using System.Buffers;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Gathers the pieces into one <c>chat.completion</c> body.</summary>
internal sealed class ChatBodySink(AnswerContext context) : IChatSink
{
    private readonly PooledBuffer _id = new(64);
    private readonly PooledBuffer _content = new();
    private readonly PooledBuffer _refusal = new(16);
    private readonly PooledBuffer _reasoning = new(16);
    private readonly PooledBuffer _details = new(16);
    private readonly PooledBuffer _annotations = new(16);
    private readonly PooledBuffer _tools = new(16);
    private bool _toolOpen;
    private bool _hasContent;
    private string _finish = "stop";

    public void Begin(ReadOnlySpan<byte> id, IBufferWriter<byte> client) => _id.Append(id);

    public void Content(ReadOnlySpan<byte> text, IBufferWriter<byte> client)
    {
        _hasContent = true;
        _content.Append(text);
    }

    public void Refusal(ReadOnlySpan<byte> text, IBufferWriter<byte> client) => _refusal.Append(text);

    public void Reasoning(ReadOnlySpan<byte> text, IBufferWriter<byte> client) => _reasoning.Append(text);

    public void ReasoningDetail(ReadOnlySpan<byte> json, IBufferWriter<byte> client) => Append(_details, json);

    public void Annotation(ReadOnlySpan<byte> json, IBufferWriter<byte> client) => Append(_annotations, json);

    public void ToolStart(int index, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, bool custom, IBufferWriter<byte> client)
    {
        CloseTool();
        _toolOpen = true;
        _tools.Append(_tools.Length > 0 ? ",{\"id\":\""u8 : "{\"id\":\""u8);
        _tools.Append(id);
        _tools.Append(custom ? "\",\"type\":\"custom\",\"custom\":{\"name\":\""u8 : "\",\"type\":\"function\",\"function\":{\"name\":\""u8);
        _tools.Append(name);
        _tools.Append(custom ? "\",\"input\":\""u8 : "\",\"arguments\":\""u8);
    }

    /// <summary>Calls come one after the other, so the text belongs to the last.</summary>
    public void ToolInput(int index, ReadOnlySpan<byte> text, bool custom, IBufferWriter<byte> client) => _tools.Append(text);

    public void Finish(string reason, IBufferWriter<byte> client) => _finish = reason;

    public void End(MessagesUsage usage, long outputCharacters, IBufferWriter<byte> client)
    {
        CloseTool();
        using Utf8JsonWriter json = new(client, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WritePropertyName("id"u8);
        json.WriteEscapedText(_id.Span);
        json.WriteString("object"u8, "chat.completion"u8);
        json.WriteNumber("created"u8, context.Created);
        json.WriteString("model"u8, context.Model);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        WriteMessage(json);
        json.WriteNull("logprobs"u8);
        json.WriteString("finish_reason"u8, _finish);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WritePropertyName("usage"u8);
        using PooledBuffer counts = new(256);
        usage.WriteChat(counts, context.EstimatedInput, outputCharacters);
        json.WriteRawValue(counts.Span, skipInputValidation: true);
        json.WriteEndObject();
    }

    public void Dispose()
    {
        foreach (PooledBuffer buffer in (ReadOnlySpan<PooledBuffer>)[_id, _content, _refusal, _reasoning, _details, _annotations, _tools])
        {
            buffer.Dispose();
        }
    }

    private void WriteMessage(Utf8JsonWriter json)
    {
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        WriteText(json, "content"u8, _content, _hasContent);
        WriteText(json, "refusal"u8, _refusal, _refusal.Length > 0);
        if (_reasoning.Length > 0)
        {
            WriteText(json, "reasoning_content"u8, _reasoning, exists: true);
        }

        WriteList(json, "reasoning_details"u8, _details);
        WriteList(json, "annotations"u8, _annotations);
        WriteList(json, "tool_calls"u8, _tools);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, PooledBuffer text, bool exists)
    {
        json.WritePropertyName(name);
        if (exists)
        {
            json.WriteEscapedText(text.Span);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, PooledBuffer items)
    {
        if (items.Length > 0)
        {
            json.WriteStartArray(name);
            json.WriteRawValue(items.Span, skipInputValidation: true);
            json.WriteEndArray();
        }
    }

    private static void Append(PooledBuffer list, ReadOnlySpan<byte> json)
    {
        if (list.Length > 0)
        {
            list.Append(","u8);
        }

        list.Append(json);
    }

    private void CloseTool()
    {
        if (_toolOpen)
        {
            _tools.Append("\"}}"u8);
            _toolOpen = false;
        }
    }
}
