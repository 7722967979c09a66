using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>Gathers the pieces into one <c>chat.completion</c> body.</summary>
internal sealed class ChatBodyWriter(AnswerContext context, PooledBuffer output) : IChatWriter
{
    private readonly PooledBuffer _id = new(64);
    private readonly PooledBuffer _content = new();
    private readonly PooledBuffer _refusal = new(16);
    private readonly PooledBuffer _reasoning = new(16);
    private readonly PooledBuffer _details = new(16);
    private readonly PooledBuffer _annotations = new(16);

    /// <summary>The calls up to the end of their arguments, which may come in turns.</summary>
    private readonly List<PooledBuffer> _tools = [];
    private bool _hasContent;

    public bool Started { get; private set; }

    public void Begin(ReadOnlySpan<byte> id) => _id.Append(id);

    public void Content(JsonText text)
    {
        _hasContent = true;
        text.AppendEscaped(_content);
    }

    public void Refusal(JsonText text) => text.AppendEscaped(_refusal);

    public void Reasoning(JsonText text) => text.AppendEscaped(_reasoning);

    public void ReasoningDetail(ReadOnlySpan<byte> json) => Append(_details, json);

    public void Annotation(ReadOnlySpan<byte> json) => Append(_annotations, json);

    public void ToolStart(int index, in CallHead call)
    {
        bool custom = call.Kind == CallKind.Custom;
        PooledBuffer tool = new(256);
        tool.Append("{\"id\":\""u8);
        call.Id.AppendEscaped(tool);
        tool.Append(custom ? "\",\"type\":\"custom\",\"custom\":{\"name\":\""u8 : "\",\"type\":\"function\",\"function\":{\"name\":\""u8);
        call.Name.AppendEscaped(tool);
        tool.Append(custom ? "\",\"input\":\""u8 : "\",\"arguments\":\""u8);
        _tools.Add(tool);
    }

    public void ToolInput(int index, CallKind kind, JsonText text) => text.AppendEscaped(_tools[index]);

    public void End(string finishReason, in AnswerEnd end)
    {
        Started = true;
        using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
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
        json.WriteString("finish_reason"u8, finishReason);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WritePropertyName("usage"u8);
        using PooledBuffer counts = new(256);
        ChatUsage.Write(end, counts);
        json.WriteRawValue(counts.Span, skipInputValidation: true);
        json.WriteEndObject();
    }

    public void Dispose()
    {
        foreach (PooledBuffer buffer in (IEnumerable<PooledBuffer>)[_id, _content, _refusal, _reasoning, _details, _annotations, .. _tools])
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
        if (_tools.Count > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (PooledBuffer tool in _tools)
            {
                tool.Append("\"}}"u8);
                json.WriteRawValue(tool.Span, skipInputValidation: true);
            }

            json.WriteEndArray();
        }

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
}
