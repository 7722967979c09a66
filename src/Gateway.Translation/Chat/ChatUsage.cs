using System.Buffers;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>
/// Reads and writes the usage of a Chat answer. Its counts overlap, so the cached part is taken out of the prompt. The last usage
/// of a stream counts: some servers send a running total in every chunk.
/// </summary>
internal static class ChatUsage
{
    /// <summary>Null when the object holds no counts, or nonsense in their place: zeros that nobody counted would hide an estimate.</summary>
    public static TokenUsage? Read(ReadOnlySpan<byte> usage, FactsReader facts)
    {
        facts.ReadUsage(usage);
        (long prompt, long output, long total, long read, long write, long reasoning) = (0, 0, 0, 0, 0, 0);
        (bool counted, bool nonsense) = (false, false);
        JsonFields fields = new(usage);
        while (fields.MoveNext())
        {
            if (fields.Name.SequenceEqual("prompt_tokens"u8))
            {
                counted |= Take(ref prompt, fields.Value, ref nonsense, "prompt_tokens", facts);
            }
            else if (fields.Name.SequenceEqual("completion_tokens"u8))
            {
                counted |= Take(ref output, fields.Value, ref nonsense, "completion_tokens", facts);
            }
            else if (fields.Name.SequenceEqual("total_tokens"u8))
            {
                Take(ref total, fields.Value, "total_tokens", facts);
            }
            else if (fields.Name.SequenceEqual("prompt_tokens_details"u8))
            {
                Take(ref read, JsonFields.Find(fields.Value, "cached_tokens"u8), "cached_tokens", facts);
                Take(ref write, JsonFields.Find(fields.Value, "cache_write_tokens"u8), "cache_write_tokens", facts);
            }
            else if (fields.Name.SequenceEqual("prompt_cache_hit_tokens"u8) || fields.Name.SequenceEqual("cached_tokens"u8) || fields.Name.SequenceEqual("cache_read_input_tokens"u8))
            {
                Take(ref read, fields.Value, "cached_tokens", facts);
            }
            else if (fields.Name.SequenceEqual("cache_creation_input_tokens"u8))
            {
                Take(ref write, fields.Value, "cache_write_tokens", facts);
            }
            else if (fields.Name.SequenceEqual("completion_tokens_details"u8))
            {
                Take(ref reasoning, JsonFields.Find(fields.Value, "reasoning_tokens"u8), "reasoning_tokens", facts);
            }
        }

        // What was cached is a part of the prompt. Some servers leave it out of that, and their total says so.
        bool beside = read + write > prompt && total == prompt + output + read + write;
        if (read + write > prompt && !beside)
        {
            facts.Refuse("cached_tokens");
            (read, write) = (0, 0);
        }

        // No prompt is without tokens: zeros stand for servers that did not count.
        return !counted || nonsense || (prompt | output | total | read | write) == 0 ? null : new TokenUsage
        {
            Input = beside ? prompt : prompt - read - write,
            CacheRead = read,
            CacheWrite5m = write,

            // xAI and Gemini leave reasoning out of completion_tokens, but not out of the total.
            Output = total > prompt + output && !beside ? total - prompt : output,
            Reasoning = reasoning,
        };
    }

    /// <summary>The last count of a stream, and of one that has not finished also what was said after it: that nobody counted.</summary>
    /// <param name="last">Null when there was none.</param>
    /// <param name="finished">The upstream has said how its answer ends.</param>
    /// <param name="since">Tokens of what was said after it.</param>
    public static TokenUsage? UpTo(TokenUsage? last, bool finished, long since) =>
        last is { } counted && !finished && since > 0 ? counted with { Output = counted.Output + since, Estimated = true } : last;

    /// <summary>Writes the usage object. Details that the upstream did not give are left out.</summary>
    public static void Write(in AnswerEnd end, IBufferWriter<byte> output)
    {
        TokenUsage usage = end.Usage;
        using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteNumber("prompt_tokens"u8, usage.TotalInput);
        json.WriteNumber("completion_tokens"u8, usage.Output);
        json.WriteNumber("total_tokens"u8, usage.TotalInput + usage.Output);
        bool hasWrites = end.Counted.HasFlag(UsageDetails.CacheWrite);
        if (hasWrites || end.Counted.HasFlag(UsageDetails.CacheRead))
        {
            json.WriteStartObject("prompt_tokens_details"u8);
            json.WriteNumber("cached_tokens"u8, usage.CacheRead);
            if (hasWrites)
            {
                json.WriteNumber("cache_write_tokens"u8, usage.CacheWrite);
            }

            json.WriteEndObject();
        }

        if (end.Counted.HasFlag(UsageDetails.Reasoning))
        {
            json.WriteStartObject("completion_tokens_details"u8);
            json.WriteNumber("reasoning_tokens"u8, usage.Reasoning);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static bool Take(ref long field, ReadOnlySpan<byte> value, ref bool nonsense, string name, FactsReader facts)
    {
        bool taken = Take(ref field, value, name, facts);
        nonsense |= !taken && !value.SequenceEqual("null"u8);
        return taken;
    }

    /// <summary>Some servers spell one count in two ways; the larger one counts. False when it is no count.</summary>
    private static bool Take(ref long field, ReadOnlySpan<byte> value, string name, FactsReader facts)
    {
        if (!TokenUsage.TryCount(value, out long number))
        {
            facts.Refuse(value, name);
            return false;
        }

        field = Math.Max(field, number);
        return true;
    }
}
