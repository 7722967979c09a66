namespace Gateway.Translation.ChatToMessages;

/// <summary>Anthropic's stop reasons in Chat's words.</summary>
internal static class FinishReason
{
    /// <param name="stopReason">Null or unknown counts as an ordinary end.</param>
    /// <param name="calledTools">Whether the client was given a call: without one, "tool_calls" would make agents loop.</param>
    public static string From(string stopReason, bool calledTools) => stopReason switch
    {
        "max_tokens" or "model_context_window_exceeded" => "length",
        "refusal" => "content_filter",
        "stop_sequence" or "pause_turn" or "compaction" => "stop",
        _ => calledTools ? "tool_calls" : "stop",
    };
}
