using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;

namespace Gateway.Translation.Responses;

/// <summary>
/// Tells an answer to a client of Responses, as events or as one body. It keeps what it said, since each item is repeated at
/// its end, and all of them at the end of the response.
/// </summary>
internal sealed class ResponsesSink : IAnswerSink
{
    private readonly AnswerContext _context;
    private readonly PooledBuffer _buffer;
    private readonly ResponsesEventWriter? _events;
    private readonly ResponsesOutput _output;
    private readonly ToolUseIds _ids;
    private readonly ReasoningDetails _details = new();
    private readonly List<ResponsesBlock?> _blocks = [];
    private readonly List<ResponsesBlock> _all = [];

    /// <summary>Ids that were promised to calls before they opened, by block.</summary>
    private readonly Dictionary<int, string> _promised = [];
    private ResponseBody? _body;
    private string _upstreamId = "";

    /// <summary>The message that the next text goes on.</summary>
    private MessageItem? _message;
    private bool _refused;

    public ResponsesSink(AnswerContext context, PooledBuffer output)
    {
        (_context, _buffer) = (context, output);
        _events = context.Streaming ? new ResponsesEventWriter(output) : null;
        string own = context.Id[(context.Id.IndexOf('_', StringComparison.Ordinal) + 1)..];
        _output = new ResponsesOutput(_events, own);
        _ids = new ToolUseIds(own);
    }

    public bool Started { get; private set; }

    public void Start()
    {
        if (_body is not null)
        {
            return;
        }

        _body = new ResponseBody(_context, _upstreamId, _output);
        if (_events is not null)
        {
            Started = true;
            Tell(ResponsesEvents.Created, "in_progress"u8);
            Tell(ResponsesEvents.InProgress, "in_progress"u8);
        }
    }

    public void Ping() => _events?.Ping();

    /// <summary>Clients differ in which of the two they look at; none takes such an answer for whole.</summary>
    public void Fail(GatewayError error)
    {
        using PooledBuffer told = new(256);
        ResponsesError.Write(error, told);
        _events?.TellError(told.Span);
        Tell(ResponsesEvents.Failed, "failed"u8, error: told.Span);
    }

    /// <summary>Nothing is told yet: many servers begin with an event that says only whose turn it is, and then fail.</summary>
    public void Begin(in AnswerStart start) => _upstreamId = start.UpstreamId.ToString();

    public void Open(int block, BlockKind kind)
    {
        Start();
        switch (kind)
        {
            case BlockKind.Text or BlockKind.Refusal:
                _refused |= kind == BlockKind.Refusal;
                Set(block, new MessagePart(_message ??= new MessageItem(_output, _context.Wish.PhaseWanted), kind == BlockKind.Refusal));
                break;
            case BlockKind.Thinking:
                Follow();
                Set(block, new ReasoningItem(_output, _context, _details));
                break;
            default:
                Follow();
                Set(block, new SearchItem(_output));
                break;
        }
    }

    public void OpenCall(int block, in CallHead call)
    {
        Start();
        Follow();
        string id = _promised.Remove(block, out string? promised) ? promised : _ids.For(call.Id.ToString());
        Set(block, new CallItem(_output, call.Kind, id, call.Name.ToString(), _context.Wish.Namespaces));
    }

    public void Append(int block, JsonText piece) => _blocks[block]!.Append(piece);

    public void Keep(int block, in ReasoningState state)
    {
        if (state.Kind == ReasoningStateKind.CallData && _blocks[block] is ReasoningItem reasoning)
        {
            string id = _ids.For(state.CallId.ToString());
            _promised[state.Call] = id;
            reasoning.KeepCallData(id, state.Data);
        }
        else
        {
            _blocks[block]!.Keep(state);
        }
    }

    public void Cite(int block, in WebSource source) => _blocks[block]!.Cite(source);

    public void Close(int block)
    {
        _blocks[block]!.Close();
        _blocks[block] = null;
    }

    public void End(in AnswerEnd end)
    {
        Start();
        if (end.Stop == AnswerStop.Refusal && !_refused)
        {
            Refuse();
        }

        bool cut = end.Stop is AnswerStop.MaxTokens or AnswerStop.ContextWindow;
        _message?.Finish(isLast: true, cut);
        Tell(cut ? ResponsesEvents.Incomplete : ResponsesEvents.Completed, cut ? "incomplete"u8 : "completed"u8, end);
        Started = true;
    }

    public void Dispose()
    {
        foreach (ResponsesBlock block in _all)
        {
            block.Dispose();
        }
    }

    /// <summary>Clients that look for a refusal look for its words.</summary>
    private void Refuse()
    {
        MessagePart words = new(_message ??= new MessageItem(_output, _context.Wish.PhaseWanted), isRefusal: true);
        _all.Add(words);
        words.Append(JsonText.Plain("The model refused to answer."u8));
        words.Close();
    }

    private void Follow()
    {
        _message?.Follow();
        _message = null;
    }

    /// <summary>Tells where the response stands; the last time it is whole.</summary>
    private void Tell(ReadOnlySpan<byte> type, ReadOnlySpan<byte> status, AnswerEnd? end = null, ReadOnlySpan<byte> error = default)
    {
        _events?.Begin(type).Append(",\"response\":"u8);
        _body!.Write(_buffer, status, end, error);
        _events?.End();
    }

    private void Set(int block, ResponsesBlock opened)
    {
        while (_blocks.Count <= block)
        {
            _blocks.Add(null);
        }

        _blocks[block] = opened;
        _all.Add(opened);
    }
}
