using Gateway.Translation.Hub;

namespace Gateway.Translation.Chat;

/// <summary>Why a chat answer stopped, in the hub's words.</summary>
internal static class ChatStop
{
    /// <summary>
    /// What was delivered counts more than what the upstream says: a call without "calls" would stop an agent, and "calls"
    /// without a call would send it round in circles.
    /// </summary>
    public static AnswerStop Read(FinishKind finish, bool hasCalls, bool refused, bool stopMatched) => finish switch
    {
        FinishKind.Length => AnswerStop.MaxTokens,
        FinishKind.ContextWindow => AnswerStop.ContextWindow,
        FinishKind.Refusal => AnswerStop.Refusal,
        _ when hasCalls => AnswerStop.ToolUse,
        _ when refused => AnswerStop.Refusal,
        _ when stopMatched => AnswerStop.StopSequence,
        FinishKind.Pause => AnswerStop.Pause,
        _ => AnswerStop.EndTurn,
    };

    /// <summary>A service tier in the words of Messages; null for those they do not know.</summary>
    public static string? ServiceTier(ReadOnlySpan<byte> tier) =>
        tier.SequenceEqual("default"u8) ? "standard" : tier.SequenceEqual("priority"u8) ? "priority" : null;
}
