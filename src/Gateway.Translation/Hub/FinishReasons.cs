using System.Collections.Frozen;
using System.Text;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Hub;

/// <summary>
/// Reads the many spellings of <c>finish_reason</c> and <c>stop_reason</c>. The good ends are named; a word that is not
/// here is none of them. Case, separators and prefixes do not matter: <c>FINISH_REASON_MAX_TOKENS</c>, <c>max_tokens</c>
/// and <c>maxTokens</c> are one word.
/// </summary>
internal static class FinishReasons
{
    private static readonly string[] s_prefixes = ["finishreason", "stopreason"];

    private static readonly FrozenDictionary<string, FinishKind> s_words = Words(
        (FinishKind.None, ["", "null", "none", "unspecified", "notfinished", "inprogress"]),
        (FinishKind.Stop, ["stop", "endturn", "end", "eos", "eostoken", "eot", "endoftext", "endofturn", "stoptoken", "stopword", "word", "complete", "completed", "finish", "finished", "done", "normal"]),
        (FinishKind.StopSequence, ["stopsequence"]),
        (FinishKind.Length, ["length", "limit", "maxtokens", "maxlength", "modellength", "maxoutputtokens", "maxcompletiontokens", "maxnewtokens", "tokenlimit", "lengthlimit"]),
        (FinishKind.ContextWindow, ["modelcontextwindowexceeded", "contextwindowexceeded", "contextlengthexceeded", "contextlength"]),
        (FinishKind.Tools, ["toolcalls", "toolcall", "tooluse", "functioncall", "functioncalls"]),
        (FinishKind.Pause, ["pauseturn", "compaction"]),
        (FinishKind.Refusal, ["language", "blocklist", "spii", "sensitive", "refusal", "refused", "blocked", "filtered", "modelarmor", "errortoxic"]),
        (FinishKind.Overloaded, ["insufficientsystemresource", "resourceexhausted", "overloaded"]),
        (FinishKind.BadCall, ["unexpectedtoolcall", "toomanytoolcalls", "missingthoughtsignature", "invalidtoolcall", "toolusefailed"]),
        (FinishKind.Unknown, ["other", "unknown", "imageother", "noimage"]));

    /// <summary>Makers add words by the same pattern: IMAGE_SAFETY came after SAFETY.</summary>
    private static readonly (string Part, FinishKind Kind)[] s_parts =
    [
        ("contentfilter", FinishKind.Refusal), ("contentpolicy", FinishKind.Refusal), ("policyviolation", FinishKind.Refusal),
        ("safety", FinishKind.Refusal), ("prohibited", FinishKind.Refusal), ("recitation", FinishKind.Refusal),
        ("moderat", FinishKind.Refusal), ("guardrail", FinishKind.Refusal),
        ("malformed", FinishKind.BadCall),
        ("abort", FinishKind.Interrupted), ("cancel", FinishKind.Interrupted), ("interrupt", FinishKind.Interrupted),
        ("error", FinishKind.Interrupted), ("fail", FinishKind.Interrupted), ("timeout", FinishKind.Interrupted), ("timelimit", FinishKind.Interrupted),
    ];

    /// <summary>Reads the word as it stands in JSON, without its quotes.</summary>
    public static FinishKind Read(ReadOnlySpan<byte> reason) => reason.IsEmpty ? FinishKind.None : Read(Encoding.UTF8.GetString(reason));

    public static FinishKind Read(string reason)
    {
        // Gemini's OpenAI form says "content_filter: RECITATION" and "function_call_filter: MALFORMED_FUNCTION_CALL".
        int colon = reason.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return OfWord(reason);
        }

        FinishKind head = OfWord(reason[..colon]);
        FinishKind detail = OfWord(reason[(colon + 1)..]);
        return detail == FinishKind.BadCall || head is FinishKind.Unknown or FinishKind.None ? detail : head;
    }

    /// <summary>The error that an end stands for which is no success; null for a good one.</summary>
    public static GatewayError? Failure(FinishKind finish) => finish switch
    {
        FinishKind.Interrupted => GatewayError.Api("The upstream stopped with an error. Please try again."),
        FinishKind.Overloaded => GatewayError.Overloaded("The upstream ran out of resources. Please try again."),
        FinishKind.BadCall => GatewayError.Api("The model called a tool in a way that its upstream could not read. Please try again."),
        FinishKind.Unknown => GatewayError.Api("The upstream stopped for a reason that is no success. Please try again."),
        _ => null,
    };

    /// <summary>
    /// Whether an answer can be used although its end is no success: a call that came whole can be run, however the answer
    /// ended, and a text may be all there was to say unless the word itself says that something is missing.
    /// </summary>
    public static bool IsUsable(FinishKind finish, bool hasWholeCalls, bool hasText) =>
        hasWholeCalls || (hasText && finish == FinishKind.Unknown);

    /// <summary>An answer that was used without a good end says so.</summary>
    public static void Report(FinishKind finish, TranslationReport report)
    {
        if (finish is FinishKind.None or >= FinishKind.Interrupted)
        {
            report.Repaired(finish == FinishKind.None ? "finish_reason_missing" : finish == FinishKind.Unknown ? "finish_reason_unknown" : "finish_reason_failed");
        }
    }

    private static FinishKind OfWord(string reason)
    {
        string word = string.Concat(reason.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        foreach (string prefix in s_prefixes)
        {
            word = word.StartsWith(prefix, StringComparison.Ordinal) ? word[prefix.Length..] : word;
        }

        if (s_words.TryGetValue(word, out FinishKind kind))
        {
            // A word of other letters is one nobody knows, and not none.
            return kind == FinishKind.None && word.Length == 0 && !string.IsNullOrWhiteSpace(reason) ? FinishKind.Unknown : kind;
        }

        foreach ((string part, FinishKind found) in s_parts)
        {
            if (word.Contains(part, StringComparison.Ordinal))
            {
                return found;
            }
        }

        return FinishKind.Unknown;
    }

    private static FrozenDictionary<string, FinishKind> Words(params ReadOnlySpan<(FinishKind Kind, string[] Words)> kinds)
    {
        Dictionary<string, FinishKind> words = [];
        foreach ((FinishKind kind, string[] spellings) in kinds)
        {
            foreach (string spelling in spellings)
            {
                words.Add(spelling, kind);
            }
        }

        return words.ToFrozenDictionary();
    }
}
