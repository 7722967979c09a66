using System.Text;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Chat;

/// <summary>How an answer ended, from the many spellings of <c>finish_reason</c>.</summary>
internal enum FinishKind
{
    None,
    Stop,
    Length,
    Tools,
    Refusal,
    Failed,
    Overloaded,
}

internal static class FinishReasons
{
    public static FinishKind Read(ReadOnlySpan<byte> finishReason) =>
        Encoding.UTF8.GetString(finishReason).ToLowerInvariant() switch
        {
            "" => FinishKind.None,
            "length" or "max_tokens" or "model_length" => FinishKind.Length,
            "tool_calls" or "function_call" or "tool_use" => FinishKind.Tools,
            "content_filter" or "safety" or "recitation" or "sensitive" or "prohibited_content" or "blocklist" or "spii" => FinishKind.Refusal,
            "error" or "network_error" => FinishKind.Failed,
            "insufficient_system_resource" => FinishKind.Overloaded,
            _ => FinishKind.Stop,
        };

    /// <summary>The error that a finish reason stands for; null when it is an ordinary end.</summary>
    public static GatewayError? Failure(FinishKind finish) => finish switch
    {
        FinishKind.Failed => GatewayError.Api("The upstream stopped with an error. Please try again."),
        FinishKind.Overloaded => GatewayError.Overloaded("The upstream ran out of resources. Please try again."),
        _ => null,
    };

    /// <summary>A service tier in the words of Messages; null for those they do not know.</summary>
    public static string? ServiceTier(ReadOnlySpan<byte> tier) =>
        tier.SequenceEqual("default"u8) ? "standard" : tier.SequenceEqual("priority"u8) ? "priority" : null;

    /// <summary>
    /// What was delivered counts more than what the upstream says: a call without "calls" would stop an agent, and "calls"
    /// without a call would send it round in circles.
    /// </summary>
    public static AnswerStop ToStop(FinishKind finish, bool hasCalls, bool refused, bool stopMatched) => finish switch
    {
        FinishKind.Length => AnswerStop.MaxTokens,
        FinishKind.Refusal => AnswerStop.Refusal,
        _ when hasCalls => AnswerStop.ToolUse,
        _ when refused => AnswerStop.Refusal,
        _ when stopMatched => AnswerStop.StopSequence,
        _ => AnswerStop.EndTurn,
    };
}
