using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>Writes a message as Anthropic's event stream. Deltas are copied between fixed bytes, not built as JSON.</summary>
internal sealed class MessagesEventSink(string messageId, string model) : IMessagesSink
{
    private int _index = -1;

    public bool Started { get; private set; }

    public IBufferWriter<byte> Output { private get; set; } = null!;

    public void Start(long estimatedInputTokens)
    {
        Started = true;
        Output.Write("event: message_start\ndata: "u8);
        using (Utf8JsonWriter json = new(Output, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "message_start"u8);
            json.WriteStartObject("message"u8);
            json.WriteString("id"u8, messageId);
            json.WriteString("type"u8, "message"u8);
            json.WriteString("role"u8, "assistant"u8);
            json.WriteString("model"u8, model);
            json.WriteStartArray("content"u8);
            json.WriteEndArray();
            json.WriteNull("stop_reason"u8);
            json.WriteNull("stop_sequence"u8);
            MessageJson.WriteUsage(json, new MessageEnd("", null, null, new TokenUsage { Input = estimatedInputTokens, Output = 1 }, null));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        Output.Write("\n\n"u8);
        Ping(Output);
    }

    /// <summary>A sign of life. Comments would not do: Claude Code's watchdog counts events.</summary>
    public static void Ping(IBufferWriter<byte> output) => output.Write("event: ping\ndata: {\"type\":\"ping\"}\n\n"u8);

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

    public void WriteText(ReadOnlySpan<byte> escaped) => WriteDelta("text_delta\",\"text\":\""u8, escaped);

    public void WriteThinking(ReadOnlySpan<byte> escaped) => WriteDelta("thinking_delta\",\"thinking\":\""u8, escaped);

    public void WriteSignature(string signature)
    {
        using PooledBuffer escaped = new(signature.Length + 16);
        escaped.AppendEscaped(signature);
        WriteDelta("signature_delta\",\"signature\":\""u8, escaped.Span);
    }

    public void WriteInput(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            return;
        }

        BeginDelta("input_json_delta\",\"partial_json\":\""u8);
        while (!json.IsEmpty)
        {
            Span<byte> target = Output.GetSpan(Math.Min(json.Length * 2, 4096) + 16);
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(json, target, out int consumed, out int written);
            Output.Advance(written);
            json = json[consumed..];
        }

        Output.Write("\"}}\n\n"u8);
    }

    public void WriteCitation(ReadOnlySpan<byte> json)
    {
        Begin("content_block_delta"u8);
        Output.Write(",\"delta\":{\"type\":\"citations_delta\",\"citation\":"u8);
        Output.Write(json);
        Output.Write("}}\n\n"u8);
    }

    public void StopBlock()
    {
        Begin("content_block_stop"u8);
        Output.Write("}\n\n"u8);
    }

    public void Finish(MessageEnd end)
    {
        Output.Write("event: message_delta\ndata: "u8);
        using (Utf8JsonWriter json = new(Output, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "message_delta"u8);
            json.WriteStartObject("delta"u8);
            MessageJson.WriteEnd(json, end);
            json.WriteEndObject();
            MessageJson.WriteUsage(json, end);
            json.WriteEndObject();
        }

        Output.Write("\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8);
    }

    public void Dispose()
    {
    }

    private void StartBlock(ReadOnlySpan<byte> block)
    {
        _index++;
        Begin("content_block_start"u8);
        Output.Write(",\"content_block\":"u8);
        Output.Write(block);
        Output.Write("}\n\n"u8);
    }

    private void WriteDelta(ReadOnlySpan<byte> head, ReadOnlySpan<byte> escaped)
    {
        BeginDelta(head);
        Output.Write(escaped);
        Output.Write("\"}}\n\n"u8);
    }

    private void BeginDelta(ReadOnlySpan<byte> head)
    {
        Begin("content_block_delta"u8);
        Output.Write(",\"delta\":{\"type\":\""u8);
        Output.Write(head);
    }

    /// <summary>The event's name, and its data up to the index.</summary>
    private void Begin(ReadOnlySpan<byte> type)
    {
        Output.Write("event: "u8);
        Output.Write(type);
        Output.Write("\ndata: {\"type\":\""u8);
        Output.Write(type);
        Output.Write("\",\"index\":"u8);
        Span<byte> digits = Output.GetSpan(11);
        Utf8Formatter.TryFormat(_index, digits, out int length);
        Output.Advance(length);
    }
}
