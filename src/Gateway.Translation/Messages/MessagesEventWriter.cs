using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>Writes a message as Anthropic's event stream. Deltas are copied between fixed bytes, not built as JSON.</summary>
internal sealed class MessagesEventWriter(AnswerContext context, PooledBuffer output) : IMessagesWriter
{
    private int _index = -1;

    public bool Started { get; private set; }

    public void Start(long estimatedInputTokens)
    {
        Started = true;
        output.Append("event: message_start\ndata: "u8);
        using (Utf8JsonWriter json = new(output, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "message_start"u8);
            json.WriteStartObject("message"u8);
            json.WriteString("id"u8, context.Id);
            json.WriteString("type"u8, "message"u8);
            json.WriteString("role"u8, "assistant"u8);
            json.WriteString("model"u8, context.Model);
            json.WriteStartArray("content"u8);
            json.WriteEndArray();
            json.WriteNull("stop_reason"u8);
            json.WriteNull("stop_sequence"u8);
            MessageJson.WriteUsage(json, new MessageEnd("", null, null, new TokenUsage { Input = estimatedInputTokens, Output = 1 }, null));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.Append("\n\n"u8);
        MessagesFrames.WritePing(output);
    }

    public void StartText() => StartBlock("{\"type\":\"text\",\"text\":\"\"}"u8);

    public void StartThinking() => StartBlock("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"u8);

    public void StartToolUse(string id, string name)
    {
        using PooledBuffer block = new(256);
        block.Append("{\"type\":\"tool_use\",\"id\":\""u8);
        block.AppendEscaped(id);
        block.Append("\",\"name\":\""u8);
        block.AppendEscaped(name);
        block.Append("\",\"input\":{}}"u8);
        StartBlock(block.Span);
    }

    public void WriteBlock(ReadOnlySpan<byte> json)
    {
        StartBlock(json);
        StopBlock();
    }

    public void WriteText(JsonText text) => WriteDelta("text_delta\",\"text\":\""u8, text);

    public void WriteThinking(JsonText text) => WriteDelta("thinking_delta\",\"thinking\":\""u8, text);

    public void WriteSignature(string signature) => WriteDelta("signature_delta\",\"signature\":\""u8, JsonText.Plain(Encoding.UTF8.GetBytes(signature)));

    public void WriteInput(JsonText json)
    {
        if (!json.IsEmpty)
        {
            WriteDelta("input_json_delta\",\"partial_json\":\""u8, json);
        }
    }

    public void WriteCitation(ReadOnlySpan<byte> json)
    {
        Begin("content_block_delta"u8);
        output.Append(",\"delta\":{\"type\":\"citations_delta\",\"citation\":"u8);
        output.Append(json);
        output.Append("}}\n\n"u8);
    }

    public void StopBlock()
    {
        Begin("content_block_stop"u8);
        output.Append("}\n\n"u8);
    }

    public void Finish(MessageEnd end)
    {
        output.Append("event: message_delta\ndata: "u8);
        using (Utf8JsonWriter json = new(output, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "message_delta"u8);
            json.WriteStartObject("delta"u8);
            MessageJson.WriteEnd(json, end);
            json.WriteEndObject();
            MessageJson.WriteUsage(json, end);
            json.WriteEndObject();
        }

        output.Append("\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8);
    }

    public void Dispose()
    {
    }

    private void StartBlock(ReadOnlySpan<byte> block)
    {
        _index++;
        Begin("content_block_start"u8);
        output.Append(",\"content_block\":"u8);
        output.Append(block);
        output.Append("}\n\n"u8);
    }

    private void WriteDelta(ReadOnlySpan<byte> head, JsonText text)
    {
        Begin("content_block_delta"u8);
        output.Append(",\"delta\":{\"type\":\""u8);
        output.Append(head);
        text.AppendEscaped(output);
        output.Append("\"}}\n\n"u8);
    }

    /// <summary>The event's name, and its data up to the index.</summary>
    private void Begin(ReadOnlySpan<byte> type)
    {
        output.Append("event: "u8);
        output.Append(type);
        output.Append("\ndata: {\"type\":\""u8);
        output.Append(type);
        output.Append("\",\"index\":"u8);
        Span<byte> digits = output.GetSpan(11);
        Utf8Formatter.TryFormat(_index, digits, out int length);
        output.Advance(length);
    }
}
