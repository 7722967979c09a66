using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Anthropic;

/// <summary>Reads OpenAI's usage, whose counts overlap, into kinds of tokens that do not.</summary>
internal static class ChatUsage
{
    /// <summary>Null when there is nothing to read: zeros that nobody counted would hide the estimate.</summary>
    public static TokenUsage? Read(ReadOnlySpan<byte> usage)
    {
        if (Number(usage, "prompt_tokens"u8) is null && Number(usage, "completion_tokens"u8) is null)
        {
            return null;
        }

        long prompt = Number(usage, "prompt_tokens"u8) ?? 0;
        long completion = Number(usage, "completion_tokens"u8) ?? 0;
        ReadOnlySpan<byte> details = ChatChunk.Find(usage, "prompt_tokens_details"u8);
        long read = Number(details, "cached_tokens"u8)
            ?? Number(usage, "prompt_cache_hit_tokens"u8)
            ?? Number(usage, "cached_tokens"u8)
            ?? Number(usage, "cache_read_input_tokens"u8)
            ?? 0;
        long written = Number(details, "cache_write_tokens"u8) ?? Number(usage, "cache_creation_input_tokens"u8) ?? 0;
        long reasoning = Number(ChatChunk.Find(usage, "completion_tokens_details"u8), "reasoning_tokens"u8) ?? 0;

        // xAI and Gemini leave reasoning out of completion_tokens; the total tells.
        long total = Number(usage, "total_tokens"u8) ?? 0;
        if (total > prompt + completion)
        {
            completion = total - prompt;
        }

        return new TokenUsage
        {
            Input = Math.Max(0, prompt - read - written),
            CacheRead = read,
            CacheWrite5m = written,
            Output = completion,
            Reasoning = reasoning,
        };
    }

    private static long? Number(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> value = ChatChunk.Find(json, name);
        if (value.IsEmpty)
        {
            return null;
        }

        Utf8JsonReader reader = new(value, JsonFormat.ReaderOptions);
        reader.Read();
        return reader.TokenType != JsonTokenType.Number ? null
            : reader.TryGetInt64(out long number) ? Math.Max(0, number)
            : reader.TryGetDouble(out double fraction) && fraction is >= 0 and < 1e15 ? (long)fraction
            : null;
    }
}
