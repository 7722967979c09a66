using Gateway.Translation.Hub;

namespace Gateway.Translation.Messages;

/// <summary>Anthropic's stop reasons in the hub's words, and back.</summary>
internal static class MessagesStop
{
    /// <param name="stopReason">Empty or unknown counts as an ordinary end.</param>
    /// <param name="calledTools">Whether there was a call: without one, "calls" would make agents loop.</param>
    public static AnswerStop Read(string stopReason, bool calledTools) => stopReason switch
    {
        "max_tokens" => AnswerStop.MaxTokens,
        "model_context_window_exceeded" => AnswerStop.ContextWindow,
        "refusal" => AnswerStop.Refusal,
        "stop_sequence" => AnswerStop.StopSequence,
        "pause_turn" or "compaction" => AnswerStop.Pause,
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
