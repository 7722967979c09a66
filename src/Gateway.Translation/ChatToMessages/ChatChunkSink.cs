using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Writes each piece at once as a <c>chat.completion.chunk</c> event. What all chunks share is made once.</summary>
internal sealed class ChatChunkSink(AnswerContext context) : IChatSink
{
    private readonly PooledBuffer _head = new(256);

    // Clients that ask for usage find the member in every chunk, null until the last.
    private ReadOnlySpan<byte> UsageTail => context.IncludeUsage ? ",\"usage\":null}\n\n"u8 : "}\n\n"u8;

    public void Begin(ReadOnlySpan<byte> id, IBufferWriter<byte> client)
    {
        _head.Append("data: {\"id\":\""u8);
        _head.Append(id);
        _head.Append("\",\"object\":\"chat.completion.chunk\",\"created\":"u8);
        _head.Append(Encoding.ASCII.GetBytes(context.Created.ToString(CultureInfo.InvariantCulture)));
        _head.Append(",\"model\":\""u8);
        _head.Append(JsonEncodedText.Encode(context.Model, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        _head.Append("\",\"choices\":["u8);
        Open(client);
        client.Write("\"role\":\"assistant\",\"content\":\"\""u8);
        Close(client);
    }

    public void Content(ReadOnlySpan<byte> text, IBufferWriter<byte> client) => Text("\"content\":\""u8, text, client);

    public void Refusal(ReadOnlySpan<byte> text, IBufferWriter<byte> client) => Text("\"refusal\":\""u8, text, client);

    public void Reasoning(ReadOnlySpan<byte> text, IBufferWriter<byte> client) => Text("\"reasoning_content\":\""u8, text, client);

    public void ReasoningDetail(ReadOnlySpan<byte> json, IBufferWriter<byte> client) => List("\"reasoning_details\":["u8, json, client);

    public void Annotation(ReadOnlySpan<byte> json, IBufferWriter<byte> client) => List("\"annotations\":["u8, json, client);

    public void ToolStart(int index, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, bool custom, IBufferWriter<byte> client)
    {
        OpenTool(index, client);
        client.Write(",\"id\":\""u8);
        client.Write(id);
        client.Write(custom ? "\",\"type\":\"custom\",\"custom\":{\"name\":\""u8 : "\",\"type\":\"function\",\"function\":{\"name\":\""u8);
        client.Write(name);
        client.Write(custom ? "\",\"input\":\"\"}}]"u8 : "\",\"arguments\":\"\"}}]"u8);
        Close(client);
    }

    public void ToolInput(int index, ReadOnlySpan<byte> text, bool custom, IBufferWriter<byte> client)
    {
        OpenTool(index, client);
        client.Write(custom ? ",\"custom\":{\"input\":\""u8 : ",\"function\":{\"arguments\":\""u8);
        client.Write(text);
        client.Write("\"}}]"u8);
        Close(client);
    }

    public void Finish(string reason, IBufferWriter<byte> client)
    {
        Open(client);
        client.Write("},\"finish_reason\":\""u8);
        client.Write(Encoding.ASCII.GetBytes(reason));
        client.Write("\"}]"u8);
        client.Write(UsageTail);
    }

    public void End(MessagesUsage usage, long outputCharacters, IBufferWriter<byte> client)
    {
        if (context.IncludeUsage)
        {
            client.Write(_head.Span);
            client.Write("],\"usage\":"u8);
            usage.WriteChat(client, context.EstimatedInput, outputCharacters);
            client.Write("}\n\n"u8);
        }

        client.Write("data: [DONE]\n\n"u8);
    }

    public void Dispose() => _head.Dispose();

    private void Text(ReadOnlySpan<byte> member, ReadOnlySpan<byte> text, IBufferWriter<byte> client)
    {
        Open(client);
        client.Write(member);
        client.Write(text);
        client.Write("\""u8);
        Close(client);
    }

    private void List(ReadOnlySpan<byte> member, ReadOnlySpan<byte> json, IBufferWriter<byte> client)
    {
        Open(client);
        client.Write(member);
        client.Write(json);
        client.Write("]"u8);
        Close(client);
    }

    private void OpenTool(int index, IBufferWriter<byte> client)
    {
        Open(client);
        client.Write("\"tool_calls\":[{\"index\":"u8);
        Span<byte> digits = client.GetSpan(12);
        index.TryFormat(digits, out int written, provider: CultureInfo.InvariantCulture);
        client.Advance(written);
    }

    private void Open(IBufferWriter<byte> client)
    {
        client.Write(_head.Span);
        client.Write("{\"index\":0,\"delta\":{"u8);
    }

    private void Close(IBufferWriter<byte> client)
    {
        client.Write("},\"finish_reason\":null}]"u8);
        client.Write(UsageTail);
    }
}
