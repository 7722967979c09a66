using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>
/// Follows Anthropic's content blocks. At Anthropic one is open at a time; servers that only speak its form begin a call
/// before another is over, so calls go by their number. Whole answers go the same way: each of their blocks is a start
/// that holds everything, and a stop.
/// </summary>
internal sealed class MessagesBlockReader(IAnswerSink sink) : IDisposable
{
    private const int Unnumbered = -1;

    /// <summary>Calls that are open, by the server's number of their blocks.</summary>
    private readonly Dictionary<int, MessagesCall> _calls = [];
    private readonly ClaudeSearches _searches = new(sink);
    private Kind _kind;
    private int _block = -1;

    /// <summary>The last number that was given out; calls may have newer ones than the text that is being said.</summary>
    private int _last = -1;

    private enum Kind
    {
        None,
        Text,
        Thinking,

        /// <summary>What other forms have no word for, such as server tools and their results.</summary>
        Ignored,
    }

    public bool CalledTools { get; private set; }

    public bool HasText { get; private set; }

    /// <summary>There is a word of the answer, a thought or a call, and not only its frame.</summary>
    public bool HasSaid { get; private set; }

    public void Start(ReadOnlySpan<byte> block, int? index)
    {
        Stop(index);
        if (_searches.TryTakeResult(block))
        {
            Ignore();
            return;
        }

        _searches.Close();
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
            Ignore();
        }
        else if (type.SequenceEqual("tool_use"u8))
        {
            StartCall(block, index);
        }
        else
        {
            Ignore();
            _last += _searches.TryOpen(block, index, _last + 1) ? 1 : 0;
        }
    }

    public void Delta(in MessagesEvent delta)
    {
        if (delta.DeltaType.SequenceEqual("input_json_delta"u8))
        {
            Input(delta);
        }
        else if (_kind == Kind.Ignored)
        {
            return;
        }
        else if (delta.DeltaType.SequenceEqual("text_delta"u8))
        {
            Say(Kind.Text, delta.DeltaText);
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
        Finish();
        sink.Open(++_last, BlockKind.Refusal);
        sink.Append(_last, JsonText.Escaped(explanation));
        sink.Close(_last);
    }

    /// <summary>The block of this number is over. Without a number, whatever is open.</summary>
    public void Stop(int? index)
    {
        if (index is null)
        {
            StopAll();
        }
        else if (_calls.Remove(index.Value, out MessagesCall? call))
        {
            call.Close(sink);
        }
        else
        {
            StopSaying();
        }
    }

    public void StopAll()
    {
        StopSaying();
        foreach (MessagesCall call in _calls.Values.OrderBy(call => call.Block))
        {
            call.Close(sink);
        }

        _calls.Clear();
    }

    /// <summary>The message is over.</summary>
    public void Finish()
    {
        StopAll();
        _searches.Close();
    }

    public void Dispose()
    {
        _searches.Dispose();
        foreach (MessagesCall call in _calls.Values)
        {
            call.Dispose();
        }
    }

    private void Ignore()
    {
        StopSaying();
        _kind = Kind.Ignored;
    }

    private void StopSaying()
    {
        if (_kind is not (Kind.None or Kind.Ignored))
        {
            sink.Close(_block);
        }

        _kind = Kind.None;
    }

    private void StartCall(ReadOnlySpan<byte> block, int? index)
    {
        StopSaying();
        CalledTools = true;
        MessagesCall call = new(++_last);
        call.Keep(JsonFields.Find(block, "input"u8));
        _calls.Add(index ?? Unnumbered, call);
        JsonText id = JsonText.Escaped(JsonRaw.Text(JsonFields.Find(block, "id"u8)));
        JsonText name = JsonText.Escaped(JsonRaw.Text(JsonFields.Find(block, "name"u8)));
        sink.OpenCall(call.Block, new CallHead(id, name, CallKind.Function));
    }

    private void Open(Kind kind)
    {
        StopSaying();
        _kind = kind;
        _block = ++_last;
        sink.Open(_block, kind == Kind.Thinking ? BlockKind.Thinking : BlockKind.Text);
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
            Open(kind);
        }

        HasText |= kind == Kind.Text;
        HasSaid = true;
        sink.Append(_block, JsonText.Escaped(text));
    }

    private void Input(in MessagesEvent delta)
    {
        if (!delta.DeltaText.IsEmpty && !_searches.TryAppend(delta.DeltaText, delta.Index) && _calls.TryGetValue(delta.Index ?? Unnumbered, out MessagesCall? call))
        {
            HasSaid = true;
            call.Append(delta.DeltaText, sink);
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
