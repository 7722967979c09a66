using System.Globalization;
using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>Writes each piece at once as a <c>chat.completion.chunk</c> event. What all chunks share is made once.</summary>
internal sealed class ChatChunkWriter(AnswerContext context, PooledBuffer output) : IChatWriter
{
    /// <summary>Everything up to the choices.</summary>
    private readonly PooledBuffer _head = new(256);

    /// <summary>Everything up to the members of a delta.</summary>
    private readonly PooledBuffer _delta = new(256);

    // Clients that ask for usage find the member in every chunk, null until the last.
    private readonly byte[] _end = context.IncludeUsage ? [.. ",\"usage\":null}\n\n"u8] : [.. "}\n\n"u8];
    private readonly byte[] _deltaEnd = context.IncludeUsage ? [.. "},\"finish_reason\":null}],\"usage\":null}\n\n"u8] : [.. "},\"finish_reason\":null}]}\n\n"u8];

    public bool Started { get; private set; }

    public void Begin(ReadOnlySpan<byte> id)
    {
        Started = true;
        _head.Append("data: {\"id\":\""u8);
        _head.Append(id);
        _head.Append("\",\"object\":\"chat.completion.chunk\",\"created\":"u8);
        _head.Append(Encoding.ASCII.GetBytes(context.Created.ToString(CultureInfo.InvariantCulture)));
        _head.Append(",\"model\":\""u8);
        _head.AppendEscaped(context.Model);
        _head.Append("\",\"choices\":["u8);
        _delta.Append(_head.Span);
        _delta.Append("{\"index\":0,\"delta\":{"u8);
        output.Append(_delta.Span);
        output.Append("\"role\":\"assistant\",\"content\":\"\""u8);
        Close();
    }

    public void Content(JsonText text) => Text("\"content\":\""u8, text);

    public void Refusal(JsonText text) => Text("\"refusal\":\""u8, text);

    public void Reasoning(JsonText text) => Text("\"reasoning_content\":\""u8, text);

    public void ReasoningDetail(ReadOnlySpan<byte> json) => List("\"reasoning_details\":["u8, json);

    public void Annotation(ReadOnlySpan<byte> json) => List("\"annotations\":["u8, json);

    public void ToolStart(int index, in CallHead call)
    {
        bool custom = call.Kind == CallKind.Custom;
        OpenTool(index);
        output.Append(",\"id\":\""u8);
        call.Id.AppendEscaped(output);
        output.Append(custom ? "\",\"type\":\"custom\",\"custom\":{\"name\":\""u8 : "\",\"type\":\"function\",\"function\":{\"name\":\""u8);
        call.Name.AppendEscaped(output);
        output.Append(custom ? "\",\"input\":\"\"}}]"u8 : "\",\"arguments\":\"\"}}]"u8);
        Close();
    }

    public void ToolInput(int index, CallKind kind, JsonText text)
    {
        OpenTool(index);
        output.Append(kind == CallKind.Custom ? ",\"custom\":{\"input\":\""u8 : ",\"function\":{\"arguments\":\""u8);
        text.AppendEscaped(output);
        output.Append("\"}}]"u8);
        Close();
    }

    public void End(string finishReason, in AnswerEnd end)
    {
        output.Append(_delta.Span);
        output.Append("},\"finish_reason\":\""u8);
        output.Append(Encoding.ASCII.GetBytes(finishReason));
        output.Append("\"}]"u8);
        output.Append(_end);
        if (context.IncludeUsage)
        {
            output.Append(_head.Span);
            output.Append("],\"usage\":"u8);
            ChatUsage.Write(end, output);
            output.Append("}\n\n"u8);
        }

        ChatFrames.WriteDone(output);
    }

    public void Dispose()
    {
        _head.Dispose();
        _delta.Dispose();
    }

    private void Text(ReadOnlySpan<byte> member, JsonText text)
    {
        output.Append(_delta.Span);
        output.Append(member);
        text.AppendEscaped(output);
        output.Append("\""u8);
        Close();
    }

    private void List(ReadOnlySpan<byte> member, ReadOnlySpan<byte> json)
    {
        output.Append(_delta.Span);
        output.Append(member);
        output.Append(json);
        output.Append("]"u8);
        Close();
    }

    private void OpenTool(int index)
    {
        output.Append(_delta.Span);
        output.Append("\"tool_calls\":[{\"index\":"u8);
        Span<byte> digits = output.GetSpan(12);
        index.TryFormat(digits, out int written, provider: CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private void Close() => output.Append(_deltaEnd);
}
