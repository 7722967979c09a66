using Gateway.Translation.Hub;

namespace Gateway.Translation.Messages;

/// <summary>Anthropic's stop reasons in the hub's words, and back.</summary>
internal static class MessagesStop
{
    /// <param name="finish">Nothing said counts as an ordinary end.</param>
    /// <param name="calledTools">Whether there was a call: without one, "calls" would make agents loop.</param>
    public static AnswerStop Read(FinishKind finish, bool calledTools) => finish switch
    {
        FinishKind.Length => AnswerStop.MaxTokens,
        FinishKind.ContextWindow => AnswerStop.ContextWindow,
        FinishKind.Refusal => AnswerStop.Refusal,
        FinishKind.StopSequence => AnswerStop.StopSequence,
        FinishKind.Pause => AnswerStop.Pause,
        _ => calledTools ? AnswerStop.ToolUse : AnswerStop.EndTurn,
    };

    public static string Write(AnswerStop stop) => stop switch
    {
        AnswerStop.ToolUse => "tool_use",
        AnswerStop.MaxTokens => "max_tokens",
        AnswerStop.ContextWindow => "model_context_window_exceeded",
        AnswerStop.StopSequence => "stop_sequence",
        AnswerStop.Refusal => "refusal",
        AnswerStop.Pause => "pause_turn",
        _ => "end_turn",
    };
}
