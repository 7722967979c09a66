using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>Gathers a message into one JSON body, which is handed over when it is finished.</summary>
internal sealed class MessagesBodyWriter(AnswerContext context, PooledBuffer output) : IMessagesWriter
{
    private enum Open
    {
        None,
        Text,
        Thinking,
        ToolUse,
    }

    private readonly PooledBuffer _content = new();
    private readonly PooledBuffer _citations = new(256);
    private Open _open;
    private string _signature = "";
    private bool _hasInput;

    public bool Started { get; private set; }

    public void Start(long estimatedInputTokens)
    {
        // Nothing leaves before the end: until then an error can still have its own HTTP status.
    }

    public void StartText() => StartBlock(Open.Text, "{\"type\":\"text\",\"text\":\""u8);

    public void StartThinking() => StartBlock(Open.Thinking, "{\"type\":\"thinking\",\"thinking\":\""u8);

    public void StartToolUse(string id, string name)
    {
        StartBlock(Open.ToolUse, "{\"type\":\"tool_use\",\"id\":\""u8);
        _content.AppendEscaped(id);
        _content.Append("\",\"name\":\""u8);
        _content.AppendEscaped(name);
        _content.Append("\",\"input\":"u8);
    }

    public void WriteBlock(ReadOnlySpan<byte> json) => StartBlock(Open.None, json);

    public void WriteText(JsonText text) => text.AppendEscaped(_content);

    public void WriteThinking(JsonText text) => text.AppendEscaped(_content);

    public void WriteSignature(string signature) => _signature = signature;

    public void WriteInput(JsonText json)
    {
        json.AppendPlain(_content);
        _hasInput |= !json.IsEmpty;
    }

    public void WriteCitation(ReadOnlySpan<byte> json)
    {
        _citations.Append(_citations.Length > 0 ? ","u8 : []);
        _citations.Append(json);
    }

    public void StopBlock()
    {
        switch (_open)
        {
            case Open.Text when _citations.Length > 0:
                _content.Append("\",\"citations\":["u8);
                _content.Append(_citations.Span);
                _content.Append("]}"u8);
                _citations.Clear();
                break;
            case Open.Text:
                _content.Append("\"}"u8);
                break;
            case Open.Thinking:
                _content.Append("\",\"signature\":\""u8);
                _content.AppendEscaped(_signature);
                _content.Append("\"}"u8);
                break;
            case Open.ToolUse:
                _content.Append(_hasInput ? "}"u8 : "{}}"u8);
                break;
        }

        _open = Open.None;
    }

    public void Finish(MessageEnd end)
    {
        Started = true;
        using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteString("id"u8, context.Id);
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("model"u8, context.Model);
        json.WriteStartArray("content"u8);
        if (_content.Length > 0)
        {
            json.WriteRawValue(_content.Span, skipInputValidation: true);
        }

        json.WriteEndArray();
        MessageJson.WriteEnd(json, end);
        if (end.StopReason != "refusal")
        {
            json.WriteNull("stop_details"u8);
        }

        MessageJson.WriteUsage(json, end);
        json.WriteEndObject();
    }

    public void Dispose()
    {
        _content.Dispose();
        _citations.Dispose();
    }

    private void StartBlock(Open kind, ReadOnlySpan<byte> head)
    {
        _content.Append(_content.Length > 0 ? ","u8 : []);
        _content.Append(head);
        _open = kind;
        _hasInput = false;
        _signature = "";
    }
}
