namespace Gateway.Translation.Hub;

/// <summary>Why an answer stopped, as it was delivered: "calls" means that the client was given one.</summary>
internal enum AnswerStop
{
    EndTurn,
    ToolUse,
    MaxTokens,
    ContextWindow,
    StopSequence,
    Refusal,

    /// <summary>The upstream stopped on its own account (a paused turn, a compaction): the text is whole as far as it goes.</summary>
    Pause,
}

/// <summary>Kinds of tokens that an upstream counted; a zero that it said is not the same as no word.</summary>
[Flags]
internal enum UsageDetails
{
    None = 0,
    CacheRead = 1,
    CacheWrite = 2,
    Reasoning = 4,
}

internal readonly record struct AnswerEnd(AnswerStop Stop, TokenUsage Usage)
{
    public UsageDetails Counted { get; init; }

    /// <summary>The stop sequence that matched.</summary>
    public string? StopSequence { get; init; }

    /// <summary>How the upstream served the call, in the words of Messages; null when they have none for it.</summary>
    public string? ServiceTier { get; init; }
}
