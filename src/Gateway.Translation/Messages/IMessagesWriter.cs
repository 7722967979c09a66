using Gateway.Translation.Hub;

namespace Gateway.Translation.Messages;

/// <summary>
/// Where the parts of an Anthropic message go: onto an event stream, or into one body. Blocks come strictly one after
/// the other.
/// </summary>
internal interface IMessagesWriter : IDisposable
{
    bool Started { get; }

    void Start(long estimatedInputTokens);

    void StartText();

    void StartThinking();

    void StartToolUse(string id, string name);

    /// <summary>A whole block that needs no deltas, as JSON.</summary>
    void WriteBlock(ReadOnlySpan<byte> json);

    void WriteText(JsonText text);

    void WriteThinking(JsonText text);

    void WriteSignature(string signature);

    /// <summary>A piece of the input's JSON.</summary>
    void WriteInput(JsonText json);

    /// <summary>A citation of the open text block, as JSON.</summary>
    void WriteCitation(ReadOnlySpan<byte> json);

    void StopBlock();

    void Finish(MessageEnd end);
}

/// <summary>How a message ended.</summary>
/// <param name="StopReason">One of Anthropic's stop reasons.</param>
/// <param name="StopSequence">The stop sequence that matched.</param>
/// <param name="Refusal">What the model said when it refused; null when it said nothing.</param>
/// <param name="Usage">Final numbers.</param>
/// <param name="WebSearches">Searches that the upstream ran; null when it was not asked to.</param>
internal sealed record MessageEnd(string StopReason, string? StopSequence, string? Refusal, TokenUsage Usage, int? WebSearches)
{
    /// <summary>How the upstream served the call, in Anthropic's words; null when it has none for it.</summary>
    public string? ServiceTier { get; init; }
}
