using Gateway.Translation.Hub;

namespace Gateway.Translation.Chat;

/// <summary>Where the parts of a chat completion go: chunks now, or one body at the end.</summary>
internal interface IChatWriter : IDisposable
{
    bool Started { get; }

    /// <param name="id">Escaped characters.</param>
    void Begin(ReadOnlySpan<byte> id);

    void Content(JsonText text);

    void Refusal(JsonText text);

    void Reasoning(JsonText text);

    /// <summary>One whole object of <c>reasoning_details</c>.</summary>
    void ReasoningDetail(ReadOnlySpan<byte> json);

    /// <summary>One whole object of <c>annotations</c>.</summary>
    void Annotation(ReadOnlySpan<byte> json);

    void ToolStart(int index, in CallHead call);

    void ToolInput(int index, CallKind kind, JsonText text);

    void End(string finishReason, in AnswerEnd end);
}
