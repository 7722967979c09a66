using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;

namespace Gateway.Translation.Chat;

/// <summary>Tells an answer to a client of Chat Completions, as chunks or as one body.</summary>
internal sealed class ChatSink(AnswerContext context, PooledBuffer output) : IAnswerSink
{
    private readonly IChatWriter _writer = context.Streaming ? new ChatChunkWriter(context, output) : new ChatBodyWriter(context, output);
    private readonly List<Block?> _blocks = [];
    private bool _begun;
    private int _tools;

    /// <summary>Characters of content so far: clients index into it.</summary>
    private int _characters;

    public bool Started => _writer.Started;

    public void Start()
    {
        if (context.Streaming)
        {
            Begin(default);
        }
    }

    public void Ping() => ChatFrames.WritePing(output);

    public void Fail(GatewayError error) => ChatFrames.WriteError(error, output);

    /// <summary>The upstream's id stays recognizable; an answer that has to begin without one gets the gateway's.</summary>
    public void Begin(in AnswerStart start)
    {
        if (_begun)
        {
            return;
        }

        _begun = true;
        using PooledBuffer id = new(64);
        start.UpstreamId.AppendEscaped(id);
        ReadOnlySpan<byte> rest = id.Span.StartsWith("msg_"u8) ? id.Span[4..] : id.Span;
        using PooledBuffer own = new(64);
        own.AppendEscaped(rest.IsEmpty ? context.Id : "chatcmpl-");
        own.Append(rest);
        _writer.Begin(own.Span);
    }

    public void Open(int block, BlockKind kind) => Set(block, new Block(kind) { Start = _characters });

    public void OpenCall(int block, in CallHead call)
    {
        Set(block, new Block(call.Kind, _tools));
        _writer.ToolStart(_tools++, call);
    }

    public void Append(int block, JsonText piece)
    {
        Block open = _blocks[block]!;
        if (open.Call is { } call)
        {
            open.HasInput = true;
            _writer.ToolInput(open.Tool, call, piece);
            return;
        }

        switch (open.Kind)
        {
            case BlockKind.Text:
                _characters += piece.CountCharacters();
                _writer.Content(piece);
                break;
            case BlockKind.Refusal:
                _writer.Refusal(piece);
                break;
            case BlockKind.Thinking:
                piece.AppendEscaped(open.Thought);
                _writer.Reasoning(piece);
                break;
        }
    }

    public void Keep(int block, in ReasoningState state)
    {
        Block open = _blocks[block]!;
        if (state.Kind == ReasoningStateKind.ClaudeSignature && open.Kind == BlockKind.Thinking)
        {
            open.Signature.Clear();
            open.Signature.Append(state.Data);
        }
        else if (state.Kind == ReasoningStateKind.ResponsesItem)
        {
            open.Item = state.Data.ToArray();
        }
        else if (state.Kind == ReasoningStateKind.RedactedThought)
        {
            using PooledBuffer detail = new(256);
            detail.Append("{\"type\":\"reasoning.encrypted\",\"data\":\""u8);
            detail.Append(state.Data);
            detail.Append("\"}"u8);
            _writer.ReasoningDetail(detail.Span);
        }
    }

    /// <summary>A reasoning item goes out under the gateway's own signature: only that says whose it is.</summary>
    private void Sign(Block thinking)
    {
        using PooledBuffer text = new(thinking.Thought.Length);
        JsonUnescape.Append(thinking.Thought.Span, text);
        ThinkingSignature signature = new(context.SignatureOrigin, ThinkingSignature.Hash(text.Span)) { Item = JsonElement.Parse(thinking.Item, JsonFormat.PartOptions) };
        thinking.Signature.Append(Encoding.UTF8.GetBytes(signature.Encode()));
    }

    public void Cite(int block, in WebSource source)
    {
        Block open = _blocks[block]!;
        if (open.Kind != BlockKind.Text)
        {
            return;
        }

        open.Sources.Add(source);

        // A citation that comes before its text has to wait until the end of the text is known.
        if (_characters > open.Start)
        {
            open.Sources.Flush(open.Start, _characters, _writer);
        }
    }

    public void Close(int block)
    {
        using Block open = _blocks[block]!;
        _blocks[block] = null;
        if (open.Call == CallKind.Function && !open.HasInput)
        {
            // A call without arguments still needs an object.
            _writer.ToolInput(open.Tool, CallKind.Function, JsonText.Plain("{}"u8));
        }

        if (open.HasSources)
        {
            open.Sources.Flush(open.Start, _characters, _writer);
        }

        if (open.Item is not null)
        {
            Sign(open);
        }

        if (open.IsSigned)
        {
            WriteSigned(open);
        }
    }

    public void End(in AnswerEnd end) => _writer.End(FinishReason(end.Stop), end);

    public void Dispose()
    {
        foreach (Block? block in _blocks)
        {
            block?.Dispose();
        }

        _writer.Dispose();
    }

    /// <summary>The thought and its signature go out together once more: this is what a client sends back.</summary>
    private void WriteSigned(Block thinking)
    {
        using PooledBuffer detail = new(thinking.Thought.Length + thinking.Signature.Length + 64);
        detail.Append("{\"type\":\"reasoning.text\",\"text\":\""u8);
        detail.Append(thinking.Thought.Span);
        detail.Append("\",\"signature\":\""u8);
        detail.Append(thinking.Signature.Span);
        detail.Append("\"}"u8);
        _writer.ReasoningDetail(detail.Span);
    }

    private void Set(int block, Block open)
    {
        while (_blocks.Count <= block)
        {
            _blocks.Add(null);
        }

        _blocks[block] = open;
    }

    private static string FinishReason(AnswerStop stop) => stop switch
    {
        AnswerStop.ToolUse => "tool_calls",
        AnswerStop.MaxTokens or AnswerStop.ContextWindow => "length",
        AnswerStop.Refusal => "content_filter",
        _ => "stop",
    };

    /// <summary>What must be known of a block until it closes.</summary>
    private sealed class Block(BlockKind kind) : IDisposable
    {
        public Block(CallKind call, int tool)
            : this(BlockKind.Text)
        {
            Call = call;
            Tool = tool;
        }

        public BlockKind Kind => kind;

        /// <summary>Null for what is no call.</summary>
        public CallKind? Call { get; }

        /// <summary>The number of the call.</summary>
        public int Tool { get; }

        public bool HasInput { get; set; }

        /// <summary>The reasoning item that it stands for.</summary>
        public byte[]? Item { get; set; }

        /// <summary>How many characters of content there were when it began.</summary>
        public int Start { get; init; }

        public PooledBuffer Thought => _thought ??= new PooledBuffer(256);

        public PooledBuffer Signature => _signature ??= new PooledBuffer(256);

        public ChatAnnotations Sources => _sources ??= new ChatAnnotations();

        public bool IsSigned => _signature is { Length: > 0 };

        public bool HasSources => _sources is not null;

        private PooledBuffer? _thought;
        private PooledBuffer? _signature;
        private ChatAnnotations? _sources;

        public void Dispose()
        {
            _thought?.Dispose();
            _signature?.Dispose();
            _sources?.Dispose();
        }
    }
}
