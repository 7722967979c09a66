namespace Gateway.Translation.Hub;

/// <summary>
/// One answer in the hub's words, told to a client in its own form. <see cref="Begin"/> comes first and
/// <see cref="End"/> last, once each. Blocks are numbered from 0 without gaps; several may be open at once, and all are
/// closed before the end. Pieces of text never end in half a character. A sink may pass over what its form has no word for.
/// </summary>
internal interface IAnswerSink : IClientVoice
{
    void Begin(in AnswerStart start);

    void Open(int block, BlockKind kind);

    /// <summary>A call whose name is known. Its arguments put together are one JSON object; none at all stand for an empty one.</summary>
    void OpenCall(int block, in CallHead call);

    /// <summary>More of a block: text, thinking, the words of a refusal, arguments, a custom tool's input, a search's query.</summary>
    void Append(int block, JsonText piece);

    /// <summary>What the next turn must bring back. What belongs in front of a call is kept before the call opens.</summary>
    void Keep(int block, in ReasoningState state);

    /// <summary>A source of a text, or a result of a search.</summary>
    void Cite(int block, in WebSource source);

    /// <summary>Nothing more comes; when the end is written is the sink's matter.</summary>
    void Close(int block);

    void End(in AnswerEnd end);
}

internal enum BlockKind
{
    Text,

    /// <summary>Text in which the model says that it will not answer.</summary>
    Refusal,

    Thinking,

    /// <summary>A web search that the upstream ran by itself, and its results.</summary>
    Search,
}

internal enum CallKind
{
    /// <summary>Arguments are JSON.</summary>
    Function,

    /// <summary>A free-text tool: its input is no JSON.</summary>
    Custom,
}

internal readonly ref struct AnswerStart(JsonText upstreamId)
{
    /// <summary>The upstream's id of the answer; empty when it gave none.</summary>
    public JsonText UpstreamId { get; } = upstreamId;
}

internal readonly ref struct CallHead(JsonText id, JsonText name, CallKind kind)
{
    /// <summary>The upstream's id; empty when it gave none.</summary>
    public JsonText Id { get; } = id;

    public JsonText Name { get; } = name;

    public CallKind Kind { get; } = kind;
}

/// <summary>A page on the web, in escaped characters; what is not known is empty.</summary>
internal readonly ref struct WebSource
{
    public ReadOnlySpan<byte> Url { get; init; }

    public ReadOnlySpan<byte> Title { get; init; }

    public bool HasTitle { get; init; }

    /// <summary>The words that were found there.</summary>
    public ReadOnlySpan<byte> Quote { get; init; }
}
