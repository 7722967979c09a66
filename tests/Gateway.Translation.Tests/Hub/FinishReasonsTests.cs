using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.Hub;

public sealed class FinishReasonsTests
{
    [Theory]
    [InlineData(nameof(FinishKind.None), "", "null", "NONE", "unspecified")]
    [InlineData(nameof(FinishKind.Stop), "stop", "end_turn", "eos", "eos_token", "COMPLETE", "finished")]
    [InlineData(nameof(FinishKind.StopSequence), "stop_sequence")]
    [InlineData(nameof(FinishKind.Length), "length", "max_tokens", "maxTokens", "model_length", "max_output_tokens", "limit")]
    [InlineData(nameof(FinishKind.ContextWindow), "model_context_window_exceeded")]
    [InlineData(nameof(FinishKind.Tools), "tool_calls", "tool-calls", "tool_use", "function_call", "toolCalls")]
    [InlineData(nameof(FinishKind.Pause), "pause_turn", "compaction")]
    [InlineData(nameof(FinishKind.Refusal), "content_filter", "content-filter", "safety", "recitation", "language", "blocklist", "prohibited_content", "spii", "image_safety", "image_prohibited_content", "image_recitation", "model_armor", "sensitive", "refusal", "guardrail_intervened", "content_filtered", "error_toxic", "content_filter: PROHIBITED_CONTENT", "content_filter: OTHER")]
    [InlineData(nameof(FinishKind.Interrupted), "abort", "aborted", "error", "cancelled", "canceled", "user_cancel", "network_error", "time_limit", "timeout", "failed", "interrupted")]
    [InlineData(nameof(FinishKind.Overloaded), "insufficient_system_resource", "overloaded")]
    [InlineData(nameof(FinishKind.BadCall), "malformed_function_call", "unexpected_tool_call", "too_many_tool_calls", "missing_thought_signature", "malformed_response", "malformed_tool_use", "function_call_filter: MALFORMED_FUNCTION_CALL", "content_filter: MALFORMED_FUNCTION_CALL")]
    [InlineData(nameof(FinishKind.Unknown), "other", "unknown", "image_other", "no_image", "something_new", "？")]
    public void A_word_means_the_same_in_every_spelling(string kind, params string[] words)
    {
        foreach (string word in words)
        {
            foreach (string spelling in (string[])[word, word.ToUpperInvariant(), "FINISH_REASON_" + word, "FinishReason." + word.ToUpperInvariant(), "finish_reason_" + word])
            {
                Assert.Equal((word, kind), (word, FinishReasons.Read(word.Length == 0 ? word : spelling).ToString()));
            }
        }
    }

    /// <summary>A word that nobody named must never be a success by itself.</summary>
    [Fact]
    public void Whatever_is_no_good_end_has_an_error()
    {
        FinishKind[] good = [FinishKind.None, FinishKind.Stop, FinishKind.StopSequence, FinishKind.Length, FinishKind.ContextWindow, FinishKind.Tools, FinishKind.Pause, FinishKind.Refusal];
        Assert.All(Enum.GetValues<FinishKind>(), kind => Assert.Equal(good.Contains(kind), FinishReasons.Failure(kind) is null));
    }

    [Theory]
    [InlineData(nameof(FinishKind.Interrupted), false, true, false)]
    [InlineData(nameof(FinishKind.BadCall), false, true, false)]
    [InlineData(nameof(FinishKind.Unknown), false, true, true)]
    [InlineData(nameof(FinishKind.Unknown), false, false, false)]
    [InlineData(nameof(FinishKind.Interrupted), true, false, true)]
    [InlineData(nameof(FinishKind.BadCall), true, true, true)]
    public void A_whole_call_can_be_used_and_a_text_where_nobody_says_that_it_is_cut(string kind, bool calls, bool text, bool usable) =>
        Assert.Equal(usable, FinishReasons.IsUsable(Enum.Parse<FinishKind>(kind), calls, text));
}
