using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>
/// Follows Anthropic's content blocks. At Anthropic one is open at a time; servers that only speak its form begin a call
/// before another is over, so calls go by their number. Whole answers go the same way: each of their blocks is a start
/// that holds everything, and a stop.
/// </summary>
/// <param name="sink">Where to.</param>
/// <param name="messageId">For calls without an id.</param>
/// <param name="tellsSearches">The client has a word for searches that the server ran.</param>
internal sealed class MessagesBlockReader(IAnswerSink sink, string messageId, bool tellsSearches) : IDisposable
{
    private const int Unnumbered = -1;

    /// <summary>Calls that are open, by the server's number of their blocks.</summary>
    private readonly Dictionary<int, MessagesCall> _calls = [];
    private readonly PooledBuffer _query = new(64);
    private Kind _kind;
    private int _block = -1;

    /// <summary>The last number that was given out; calls may have newer ones than the text that is being said.</summary>
    private int _last = -1;

    private enum Kind
    {
        None,
        Text,
        Thinking,

        /// <summary>A search that the server runs. It goes on until its sources are there.</summary>
        Search,

        /// <summary>What other forms have no word for, such as server tools and their results.</summary>
        Ignored,
    }

    public bool CalledTools { get; private set; }

    public bool HasText { get; private set; }

    /// <summary>There is a word of the answer, a thought or a call, and not only its frame.</summary>
    public bool HasSaid { get; private set; }

    public void Start(ReadOnlySpan<byte> block, int? index)
    {
        ReadOnlySpan<byte> type = JsonRaw.Text(JsonFields.Find(block, "type"u8));
        if (_kind == Kind.Search && type.SequenceEqual("web_search_tool_result"u8))
        {
            EndSearch(JsonFields.Find(block, "content"u8));
            return;
        }

        StopSearch();
        Stop(index);
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
            StopSaying();
            _kind = Kind.Ignored;
        }
        else if (type.SequenceEqual("tool_use"u8))
        {
            StartCall(block, index);
        }
        else if (tellsSearches && type.SequenceEqual("server_tool_use"u8) && JsonRaw.Text(JsonFields.Find(block, "name"u8)).SequenceEqual("web_search"u8))
        {
            Open(Kind.Search);
            _query.Clear();
            _query.Append(JsonFields.Find(block, "input"u8) is [(byte)'{', .., (byte)'}'] input && !input[1..^1].Trim(" \t\r\n"u8).IsEmpty ? input : []);
        }
        else
        {
            StopSaying();
            _kind = Kind.Ignored;
        }
    }

    public void Delta(in MessagesEvent delta)
    {
        if (delta.DeltaType.SequenceEqual("input_json_delta"u8))
        {
            if (_kind == Kind.Search)
            {
                JsonUnescape.Append(delta.DeltaText, _query);
                return;
            }

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
        StopAll();
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
        else if (_kind != Kind.Search)
        {
            StopSaying();
        }
    }

    public void StopAll()
    {
        StopSearch();
        StopSaying();
        foreach (MessagesCall call in _calls.Values.OrderBy(call => call.Block))
        {
            call.Close(sink);
        }

        _calls.Clear();
    }

    public void Dispose()
    {
        _query.Dispose();
        foreach (MessagesCall call in _calls.Values)
        {
            call.Dispose();
        }
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
        ReadOnlySpan<byte> said = JsonRaw.Text(JsonFields.Find(block, "id"u8));
        JsonText id = JsonText.Escaped(said.IsEmpty ? Encoding.ASCII.GetBytes(ToolCallIds.Create(messageId, call.Block)) : said);
        JsonText name = JsonText.Escaped(JsonRaw.Text(JsonFields.Find(block, "name"u8)));
        sink.OpenCall(call.Block, new CallHead(id, name, CallKind.Function));
    }

    private void Open(Kind kind)
    {
        StopSearch();
        StopSaying();
        _kind = kind;
        _block = ++_last;
        sink.Open(_block, kind switch { Kind.Thinking => BlockKind.Thinking, Kind.Search => BlockKind.Search, _ => BlockKind.Text });
    }

    private void EndSearch(ReadOnlySpan<byte> results)
    {
        TellQuery();
        JsonItems sources = new(results);
        while (sources.MoveNext())
        {
            sink.Cite(_block, SourceIn(sources.Value));
        }

        StopSaying();
        _kind = Kind.Ignored;
    }

    /// <summary>Its sources never came.</summary>
    private void StopSearch()
    {
        if (_kind == Kind.Search)
        {
            TellQuery();
            StopSaying();
        }
    }

    private void TellQuery()
    {
        if (JsonFormat.IsWhole(_query.Span))
        {
            sink.Append(_block, JsonText.Escaped(JsonRaw.Text(JsonFields.Find(_query.Span, "query"u8))));
        }
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
        if (!delta.DeltaText.IsEmpty && _calls.TryGetValue(delta.Index ?? Unnumbered, out MessagesCall? call))
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
            sink.Cite(_block, SourceIn(citation));
        }
    }

    private static WebSource SourceIn(ReadOnlySpan<byte> json)
    {
        ReadOnlySpan<byte> title = JsonFields.Find(json, "title"u8);
        return new WebSource
        {
            Url = JsonRaw.Text(JsonFields.Find(json, "url"u8)),
            Title = JsonRaw.Text(title),
            HasTitle = JsonRaw.IsText(title),
            Quote = JsonRaw.Text(JsonFields.Find(json, "cited_text"u8)),
        };
    }
}
