using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>
/// Follows Anthropic's content blocks and says them to a sink in Chat's words. Whole answers go the same way: each of
/// their blocks is a start that holds everything, and a stop.
/// </summary>
internal sealed class MessagesBlockReader(AnswerContext context, IChatSink sink) : IDisposable
{
    private readonly PooledBuffer _thinking = new(256);
    private readonly PooledBuffer _signature = new(256);
    private readonly PooledBuffer _input = new(256);
    private readonly Citations _citations = new();
    private Kind _kind;
    private int _tool = -1;
    private bool _sawInput;
    private int _characters;
    private int _blockStart;

    private enum Kind
    {
        None,
        Text,
        Thinking,
        Tool,
        CustomTool,

        /// <summary>The tool that stands for structured output: its input is the content.</summary>
        JsonTool,

        /// <summary>What Chat has no word for, such as server tools and their results.</summary>
        Ignored,
    }

    public bool CalledTools => _tool >= 0;

    /// <summary>Bytes of text so far, for an estimate when the stream breaks.</summary>
    public long OutputCharacters { get; private set; }

    public void Start(ReadOnlySpan<byte> block, IBufferWriter<byte> client)
    {
        Stop(client);
        ReadOnlySpan<byte> type = JsonRaw.Text(JsonFields.Find(block, "type"u8));
        if (type.SequenceEqual("text"u8))
        {
            _kind = Kind.Text;
            _blockStart = _characters;
            Content(JsonRaw.Text(JsonFields.Find(block, "text"u8)), client);
            JsonItems citations = new(JsonFields.Find(block, "citations"u8));
            while (citations.MoveNext())
            {
                _citations.Add(citations.Value);
            }
        }
        else if (type.SequenceEqual("thinking"u8))
        {
            _kind = Kind.Thinking;
            _signature.Append(JsonRaw.Text(JsonFields.Find(block, "signature"u8)));
            Think(JsonRaw.Text(JsonFields.Find(block, "thinking"u8)), client);
        }
        else if (type.SequenceEqual("redacted_thinking"u8))
        {
            _kind = Kind.Ignored;
            using PooledBuffer detail = new(256);
            detail.Append("{\"type\":\"reasoning.encrypted\",\"data\":\""u8);
            detail.Append(JsonRaw.Text(JsonFields.Find(block, "data"u8)));
            detail.Append("\"}"u8);
            sink.ReasoningDetail(detail.Span, client);
        }
        else if (type.SequenceEqual("tool_use"u8))
        {
            StartTool(block, client);
        }
        else
        {
            _kind = Kind.Ignored;
        }
    }

    public void Delta(in MessagesEvent delta, IBufferWriter<byte> client)
    {
        if (_kind == Kind.Ignored)
        {
            return;
        }

        if (delta.DeltaType.SequenceEqual("text_delta"u8))
        {
            Content(delta.DeltaText, client);
        }
        else if (delta.DeltaType.SequenceEqual("input_json_delta"u8))
        {
            Input(delta.DeltaText, client);
        }
        else if (delta.DeltaType.SequenceEqual("thinking_delta"u8))
        {
            Think(delta.DeltaText, client);
        }
        else if (delta.DeltaType.SequenceEqual("signature_delta"u8))
        {
            _signature.Clear();
            _signature.Append(delta.DeltaText);
        }
        else if (delta.DeltaType.SequenceEqual("citations_delta"u8))
        {
            _citations.Add(JsonFields.Find(delta.Delta, "citation"u8));

            // A citation that comes before its text has to wait until the end of the text is known.
            if (_characters > _blockStart)
            {
                _citations.Flush(_blockStart, _characters, sink, client);
            }
        }
    }

    public void Stop(IBufferWriter<byte> client)
    {
        switch (_kind)
        {
            case Kind.Text:
                _citations.Flush(_blockStart, _characters, sink, client);
                break;
            case Kind.Thinking:
                StopThinking(client);
                break;
            case Kind.Tool or Kind.JsonTool when !_sawInput:
                // Some servers give the whole input at the start; and a call without arguments still needs an object.
                EmitInput(JsonEncodedText.Encode(_input.Length > 0 ? _input.Span : "{}"u8, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, client);
                break;
            case Kind.CustomTool:
                StopCustomTool(client);
                break;
        }

        _kind = Kind.None;
    }

    public void Dispose()
    {
        _thinking.Dispose();
        _signature.Dispose();
        _input.Dispose();
        _citations.Dispose();
    }

    private void StartTool(ReadOnlySpan<byte> block, IBufferWriter<byte> client)
    {
        ReadOnlySpan<byte> name = JsonFields.Find(block, "name"u8);
        _input.Clear();
        _sawInput = false;
        ReadOnlySpan<byte> input = JsonFields.Find(block, "input"u8);
        if (!input.IsEmpty)
        {
            JsonRaw.WriteCompact(input, _input);
        }

        if (context.JsonTool && JsonRaw.Text(name).SequenceEqual("json_output"u8))
        {
            _kind = Kind.JsonTool;
            return;
        }

        bool custom = context.CustomTools.Count > 0 && context.CustomTools.Contains(JsonRaw.Decode(name));
        _kind = custom ? Kind.CustomTool : Kind.Tool;
        sink.ToolStart(++_tool, JsonRaw.Text(JsonFields.Find(block, "id"u8)), JsonRaw.Text(name), custom, client);
    }

    private void Content(ReadOnlySpan<byte> text, IBufferWriter<byte> client)
    {
        if (!text.IsEmpty)
        {
            _characters += JsonRaw.CountCharacters(text);
            OutputCharacters += text.Length;
            sink.Content(text, client);
        }
    }

    private void Think(ReadOnlySpan<byte> text, IBufferWriter<byte> client)
    {
        if (!text.IsEmpty)
        {
            _thinking.Append(text);
            OutputCharacters += text.Length;
            sink.Reasoning(text, client);
        }
    }

    private void Input(ReadOnlySpan<byte> text, IBufferWriter<byte> client)
    {
        if (text.IsEmpty)
        {
            return;
        }

        if (_kind == Kind.CustomTool)
        {
            if (!_sawInput)
            {
                _input.Clear();
            }

            _input.Append(text);
        }
        else
        {
            EmitInput(text, client);
        }

        OutputCharacters += text.Length;
        _sawInput = true;
    }

    private void EmitInput(ReadOnlySpan<byte> text, IBufferWriter<byte> client)
    {
        if (_kind == Kind.JsonTool)
        {
            sink.Content(text, client);
        }
        else if (_kind == Kind.Tool)
        {
            sink.ToolInput(_tool, text, custom: false, client);
        }
    }

    /// <summary>The text and its signature go out together once more: this is what a client sends back.</summary>
    private void StopThinking(IBufferWriter<byte> client)
    {
        if (_signature.Length > 0)
        {
            using PooledBuffer detail = new(_thinking.Length + _signature.Length + 64);
            detail.Append("{\"type\":\"reasoning.text\",\"text\":\""u8);
            detail.Append(_thinking.Span);
            detail.Append("\",\"signature\":\""u8);
            detail.Append(_signature.Span);
            detail.Append("\"}"u8);
            sink.ReasoningDetail(detail.Span, client);
        }

        _thinking.Clear();
        _signature.Clear();
    }

    /// <summary>A custom tool's input is one member of the object that Claude wrote, so it can only go out when that is whole.</summary>
    private void StopCustomTool(IBufferWriter<byte> client)
    {
        byte[] written = _sawInput
            ? System.Text.Encoding.UTF8.GetBytes(JsonRaw.Decode([(byte)'"', .. _input.Span, (byte)'"']))
            : _input.Span.ToArray();
        try
        {
            ReadOnlySpan<byte> text = JsonFields.Find(written, "input"u8);
            if (JsonRaw.IsText(text))
            {
                sink.ToolInput(_tool, JsonRaw.Text(text), custom: true, client);
                return;
            }
        }
        catch (JsonException)
        {
            // Cut short or not JSON at all: the client gets what was written.
        }

        sink.ToolInput(_tool, JsonEncodedText.Encode(written, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, custom: true, client);
    }
}
