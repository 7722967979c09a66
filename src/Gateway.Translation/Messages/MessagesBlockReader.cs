using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>
/// Follows Anthropic's content blocks, of which one is open at a time. Whole answers go the same way: each of their
/// blocks is a start that holds everything, and a stop.
/// </summary>
internal sealed class MessagesBlockReader(IAnswerSink sink) : IDisposable
{
    private readonly PooledBuffer _input = new(256);
    private Kind _kind;
    private int _block = -1;
    private bool _sawInput;

    private enum Kind
    {
        None,
        Text,
        Thinking,
        Tool,

        /// <summary>What other forms have no word for, such as server tools and their results.</summary>
        Ignored,
    }

    public bool CalledTools { get; private set; }

    public bool HasText { get; private set; }

    /// <summary>Bytes of text so far, for an estimate when the stream breaks.</summary>
    public long OutputCharacters { get; private set; }

    public void Start(ReadOnlySpan<byte> block)
    {
        Stop();
        ReadOnlySpan<byte> type = JsonRaw.Text(JsonFields.Find(block, "type"u8));
        if (type.SequenceEqual("text"u8))
        {
            Open(Kind.Text);
            Say(Kind.Text, JsonRaw.Text(JsonFields.Find(block, "text"u8)));
            JsonItems citations = new(JsonFields.Find(block, "citations"u8));
            while (citations.MoveNext())
            {
                Cite(citations.Value);
            }
        }
        else if (type.SequenceEqual("thinking"u8))
        {
            Open(Kind.Thinking);
            Sign(JsonRaw.Text(JsonFields.Find(block, "signature"u8)));
            Say(Kind.Thinking, JsonRaw.Text(JsonFields.Find(block, "thinking"u8)));
        }
        else if (type.SequenceEqual("redacted_thinking"u8))
        {
            Open(Kind.Thinking);
            sink.Keep(_block, new ReasoningState(ReasoningStateKind.RedactedThought, JsonRaw.Text(JsonFields.Find(block, "data"u8))));
            Stop();
            _kind = Kind.Ignored;
        }
        else if (type.SequenceEqual("tool_use"u8))
        {
            StartTool(block);
        }
        else
        {
            _kind = Kind.Ignored;
        }
    }

    public void Delta(in MessagesEvent delta)
    {
        if (_kind == Kind.Ignored)
        {
            return;
        }

        if (delta.DeltaType.SequenceEqual("text_delta"u8))
        {
            Say(Kind.Text, delta.DeltaText);
        }
        else if (delta.DeltaType.SequenceEqual("input_json_delta"u8))
        {
            Input(delta.DeltaText);
        }
        else if (delta.DeltaType.SequenceEqual("thinking_delta"u8))
        {
            Say(Kind.Thinking, delta.DeltaText);
        }
        else if (delta.DeltaType.SequenceEqual("signature_delta"u8))
        {
            Sign(delta.DeltaText);
        }
        else if (delta.DeltaType.SequenceEqual("citations_delta"u8))
        {
            Cite(JsonFields.Find(delta.Delta, "citation"u8));
        }
    }

    /// <summary>What the model says about its refusal, when the message is over.</summary>
    public void Refuse(ReadOnlySpan<byte> explanation)
    {
        Stop();
        sink.Open(++_block, BlockKind.Refusal);
        sink.Append(_block, JsonText.Escaped(explanation));
        sink.Close(_block);
    }

    public void Stop()
    {
        if (_kind == Kind.Tool && !_sawInput && _input.Length > 0)
        {
            // Some servers give the whole input at the start.
            sink.Append(_block, JsonText.Plain(_input.Span));
        }

        if (_kind is not (Kind.None or Kind.Ignored))
        {
            sink.Close(_block);
        }

        _kind = Kind.None;
    }

    public void Dispose() => _input.Dispose();

    private void StartTool(ReadOnlySpan<byte> block)
    {
        _kind = Kind.Tool;
        CalledTools = true;
        _sawInput = false;
        _input.Clear();
        ReadOnlySpan<byte> input = JsonFields.Find(block, "input"u8);
        if (!input.IsEmpty)
        {
            JsonRaw.WriteCompact(input, _input);
        }

        JsonText id = JsonText.Escaped(JsonRaw.Text(JsonFields.Find(block, "id"u8)));
        JsonText name = JsonText.Escaped(JsonRaw.Text(JsonFields.Find(block, "name"u8)));
        sink.OpenCall(++_block, new CallHead(id, name, CallKind.Function));
    }

    private void Open(Kind kind)
    {
        _kind = kind;
        sink.Open(++_block, kind == Kind.Thinking ? BlockKind.Thinking : BlockKind.Text);
    }

    private void Say(Kind kind, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        if (_kind != kind)
        {
            // Some servers begin without saying so.
            Stop();
            Open(kind);
        }

        HasText |= kind == Kind.Text;
        OutputCharacters += text.Length;
        sink.Append(_block, JsonText.Escaped(text));
    }

    private void Input(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty && _kind == Kind.Tool)
        {
            OutputCharacters += text.Length;
            _sawInput = true;
            sink.Append(_block, JsonText.Escaped(text));
        }
    }

    private void Sign(ReadOnlySpan<byte> signature)
    {
        if (_kind == Kind.Thinking)
        {
            sink.Keep(_block, new ReasoningState(ReasoningStateKind.ClaudeSignature, signature));
        }
    }

    /// <summary>Citations of documents have no address and are dropped.</summary>
    private void Cite(ReadOnlySpan<byte> citation)
    {
        if (_kind == Kind.Text && JsonRaw.Text(JsonFields.Find(citation, "type"u8)).SequenceEqual("web_search_result_location"u8))
        {
            ReadOnlySpan<byte> title = JsonFields.Find(citation, "title"u8);
            sink.Cite(_block, new WebSource
            {
                Url = JsonRaw.Text(JsonFields.Find(citation, "url"u8)),
                Title = JsonRaw.Text(title),
                HasTitle = JsonRaw.IsText(title),
                Quote = JsonRaw.Text(JsonFields.Find(citation, "cited_text"u8)),
            });
        }
    }
}
