namespace Gateway.Translation.Hub;

internal enum ReasoningStateKind
{
    /// <summary>The signature under a thought of Claude, in escaped characters. A later one takes its place.</summary>
    ClaudeSignature,

    /// <summary>A thought that only Claude can read, in escaped characters.</summary>
    RedactedThought,

    /// <summary>One object of OpenRouter's <c>reasoning_details</c>, whole or a piece of one.</summary>
    ReasoningDetail,

    /// <summary>The object that Gemini wants back with a call.</summary>
    CallData,

    /// <summary>The reasoning item of a response: an object with its id, what only its maker can read, and the lengths of its parts.</summary>
    ResponsesItem,
}

/// <summary>
/// What an upstream wants back on the next turn. The client is the only store: each sink packs it into what its form has
/// for such things.
/// </summary>
internal readonly ref struct ReasoningState(ReasoningStateKind kind, ReadOnlySpan<byte> data)
{
    public ReasoningStateKind Kind { get; } = kind;

    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>Of <see cref="ReasoningStateKind.ReasoningDetail"/>: it came in a stream, and may go on with what was kept before.</summary>
    public bool IsPiece { get; init; }

    /// <summary>Of <see cref="ReasoningStateKind.CallData"/>: the block that the call will be.</summary>
    public int Call { get; init; }

    /// <summary>Of <see cref="ReasoningStateKind.CallData"/>: the upstream's id of that call, if it has one.</summary>
    public JsonText CallId { get; init; }
}
