using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>Tells an answer to a client of the Messages API, as events or as one body.</summary>
internal sealed class MessagesSink : IAnswerSink
{
    private readonly AnswerContext _context;
    private readonly PooledBuffer _output;
    private readonly IMessagesWriter _writer;
    private readonly BlockQueue _queue = new();
    private readonly List<QueuedBlock?> _blocks = [];
    private readonly ReasoningDetails _details = new();
    private readonly ToolUseIds _ids;
    private readonly WebSearchBlocks _searches;
    private readonly PooledBuffer _refusal = new(64);

    /// <summary>Ids that were promised to calls before they opened, by block.</summary>
    private readonly Dictionary<int, string> _promised = [];
    private int _refusalBlock = -1;
    private int _searchBlock = -1;
    private bool _begun;

    public MessagesSink(AnswerContext context, PooledBuffer output)
    {
        _context = context;
        _output = output;
        _writer = context.Streaming ? new MessagesEventWriter(context, output) : new MessagesBodyWriter(context, output);
        _ids = new ToolUseIds(context.Id);
        _searches = new WebSearchBlocks(context);
    }

    public bool Started => _writer.Started;

    public void Start()
    {
        if (!_begun)
        {
            _begun = true;
            _writer.Start(_context.EstimatedInput);
        }
    }

    public void Ping() => MessagesFrames.WritePing(_output);

    public void Fail(GatewayError error) => MessagesFrames.WriteError(error, requestId: null, _output);

    /// <summary>
    /// Nothing yet: many servers begin with a chunk that says only whose turn it is, and then fail. As long as the client
    /// has got nothing, that can be an HTTP error, and another upstream may be asked.
    /// </summary>
    public void Begin(in AnswerStart start)
    {
    }

    public void Open(int block, BlockKind kind)
    {
        Start();
        switch (kind)
        {
            case BlockKind.Text or BlockKind.Refusal:
                // A refusal is text here, and goes on in the text before it.
                _refusalBlock = kind == BlockKind.Refusal ? block : _refusalBlock;
                Set(block, _queue.Last as QueuedText ?? Queue(new QueuedText(_writer)));
                break;
            case BlockKind.Thinking:
                Set(block, Queue(new QueuedThinking(_writer, _details, _context.SignatureOrigin, _context.ThinkingOmitted)));
                break;
            case BlockKind.Search:
                _searchBlock = block;
                Set(block, null);
                break;
        }
    }

    public void OpenCall(int block, in CallHead call)
    {
        Start();
        Set(block, Queue(_promised.Remove(block, out string? id) ? new QueuedCall(_writer, _ids, call) { Id = id } : new QueuedCall(_writer, _ids, call)));
    }

    public void Append(int block, JsonText piece)
    {
        if (block == _refusalBlock)
        {
            piece.AppendEscaped(_refusal);
        }

        if (block == _searchBlock)
        {
            _searches.AddQuery(piece);
        }

        _blocks[block]?.Append(piece);
    }

    public void Keep(int block, in ReasoningState state)
    {
        if (_blocks[block] is not QueuedThinking thinking)
        {
            return;
        }

        if (state.Kind == ReasoningStateKind.ReasoningDetail)
        {
            thinking.KeepDetail(state.Data, state.IsPiece);
        }
        else if (state.Kind == ReasoningStateKind.ResponsesItem)
        {
            thinking.KeepItem(state.Data);
        }
        else if (state.Kind == ReasoningStateKind.CallData)
        {
            string id = _ids.For(state.CallId.ToString());
            _promised[state.Call] = id;
            thinking.KeepCallData(id, state.Data);
        }
    }

    public void Cite(int block, in WebSource source)
    {
        if (_blocks[block] is QueuedText text)
        {
            using PooledBuffer citation = WebSearchBlocks.Citation(source);
            text.Cite(citation.Span);
        }
        else if (block == _searchBlock)
        {
            _searches.Add(source);
        }
    }

    public void Close(int block)
    {
        if (_blocks[block] is { } queued)
        {
            _queue.Close(queued);
        }
        else if (block == _searchBlock && _searches.HasSearch)
        {
            (byte[] call, byte[] results) = _searches.Take();
            Queue(new QueuedWhole(_writer, call));
            Queue(new QueuedWhole(_writer, results));
        }

        _blocks[block] = null;
    }

    public void End(in AnswerEnd end)
    {
        Start();
        _queue.End();
        _writer.Finish(new MessageEnd(MessagesStop.Write(end.Stop), end.StopSequence, _refusal.Length > 0 ? JsonUnescape.ToText(_refusal.Span) : null, end.Usage, _searches.Count)
        {
            // A stream has no place for it: its usage began before anyone knew.
            ServiceTier = _context.Streaming ? null : end.ServiceTier,
        });
    }

    public void Dispose()
    {
        _queue.Dispose();
        _refusal.Dispose();
        _writer.Dispose();
    }

    private QueuedBlock Queue(QueuedBlock block)
    {
        _queue.Add(block);
        return block;
    }

    private void Set(int block, QueuedBlock? queued)
    {
        while (_blocks.Count <= block)
        {
            _blocks.Add(null);
        }

        _blocks[block] = queued;
    }
}
