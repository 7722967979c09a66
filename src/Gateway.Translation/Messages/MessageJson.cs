using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>Members that a message body and the events of a stream have in common.</summary>
internal static class MessageJson
{
    /// <summary>The error of a body; empty when there is none. Some servers say beside every good message that there was none, member by member.</summary>
    public static ReadOnlySpan<byte> Error(ReadOnlySpan<byte> body, ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> error = JsonFields.Find(body, "error"u8);
        return !content.IsEmpty && JsonRaw.SaysNothing(error) ? [] : error;
    }

    public static void WriteEnd(Utf8JsonWriter json, MessageEnd end)
    {
        json.WriteString("stop_reason"u8, end.StopReason);
        json.WriteString("stop_sequence"u8, end.StopSequence);
        if (end.StopReason == "refusal")
        {
            json.WriteStartObject("stop_details"u8);
            json.WriteString("type"u8, "refusal"u8);
            json.WriteNull("category"u8);
            json.WriteString("explanation"u8, end.Refusal);
            json.WriteEndObject();
        }
    }

    public static void WriteUsage(Utf8JsonWriter json, MessageEnd end)
    {
        TokenUsage usage = end.Usage;
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, usage.Input);
        json.WriteNumber("output_tokens"u8, usage.Output);
        json.WriteNumber("cache_creation_input_tokens"u8, usage.CacheWrite);
        json.WriteNumber("cache_read_input_tokens"u8, usage.CacheRead);
        if (usage.CacheWrite > 0)
        {
            json.WriteStartObject("cache_creation"u8);
            json.WriteNumber("ephemeral_5m_input_tokens"u8, usage.CacheWrite5m);
            json.WriteNumber("ephemeral_1h_input_tokens"u8, usage.CacheWrite1h);
            json.WriteEndObject();
        }

        if (usage.Reasoning > 0)
        {
            json.WriteStartObject("output_tokens_details"u8);
            json.WriteNumber("thinking_tokens"u8, usage.Reasoning);
            json.WriteEndObject();
        }

        if (end.WebSearches is { } searches)
        {
            json.WriteStartObject("server_tool_use"u8);
            json.WriteNumber("web_search_requests"u8, searches);
            json.WriteNumber("web_fetch_requests"u8, 0);
            json.WriteEndObject();
        }

        if (end.ServiceTier is not null)
        {
            json.WriteString("service_tier"u8, end.ServiceTier);
        }

        json.WriteEndObject();
    }
}
