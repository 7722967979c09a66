using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Writes a Chat request as the body of <c>POST /v1/messages</c>. A pure function of its arguments.</summary>
public static class MessagesRequestWriter
{
    // Longer ids are refused.
    private const int LongestUserId = 256;

    // No API has as many; a body that does is not worth a complete report.
    private const int MostFields = 200;

    private static readonly HashSet<string> s_translated =
    [
        "model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "tools", "functions", "tool_choice",
        "function_call", "parallel_tool_calls", "web_search_options", "reasoning_effort", "temperature", "top_p", "top_k", "stop",
        "response_format", "user", "safety_identifier", "service_tier", "cache_control",
    ];

    /// <summary>
    /// Writes the body, or returns why the request cannot be put to an Anthropic upstream; <paramref name="output"/> is
    /// then untouched.
    /// </summary>
    /// <param name="request">The client's request.</param>
    /// <param name="upstreamModel">The model's name there; its family decides the finer points.</param>
    /// <param name="profile">What the model accepts.</param>
    /// <param name="report">Hears what was dropped, changed or repaired.</param>
    /// <param name="output">Takes the body.</param>
    /// <param name="stream">Whether to ask for a stream; null asks for what the client wants.</param>
    public static GatewayError? Write(ChatRequest request, string upstreamModel, Profile profile, TranslationReport report, IBufferWriter<byte> output, bool? stream = null)
    {
        JsonElement body = request.Body;
        ClaudeModel model = ClaudeModel.Of(upstreamModel, profile);
        MessagesOutputFormat structured = MessagesOutputFormat.Of(body, upstreamModel, profile);
        SystemPlacement placement = profile.SystemFirstOnly ? SystemPlacement.Tagged : model.SystemTurns;
        (List<ChatTool> tools, MessagesToolChoice choice, MessagesTurnOrder? order) = ([], default, null);
        GatewayError? error = body.Member("n"u8) is { ValueKind: JsonValueKind.Number } n && n.GetInt64() > 1 ? GatewayError.InvalidRequest("n: only one choice per request is supported by this model") : null;
        error ??= ToolsWriter.TryRead(body, report, out tools);
        error ??= MessagesToolChoice.TryRead(body, tools, tools.Count > 0 || body.Member("web_search_options"u8).IsObject(), out choice);
        error ??= MessagesTurnOrder.TryArrange(request.Messages, placement, report, out order);
        if (error is not null || order is null)
        {
            return error;
        }

        long limit = profile.MaxOutputTokens ?? model.MaxOutput(upstreamModel);
        long maxTokens = Clamp(Asked(body) ?? limit, profile.MaxOutputTokens, report);
        bool prefill = order.Turns[^1].Role == TurnRole.Assistant;
        if (prefill)
        {
            Prefill.Settle(order.Turns, model.RejectsPrefill || profile.Prefill == PrefillSupport.Reject, report);
            prefill = order.Turns[^1].Role == TurnRole.Assistant;
        }

        if (structured.Kind == OutputFormatKind.ForcedTool)
        {
            choice = new MessagesToolChoice("tool", MessagesOutputFormat.ToolName, OneAtATime: false);
        }

        string? obstacle = choice.Forces ? "tool_choice" : prefill ? "prefill" : LostThinking(order.Turns) ? "unsigned" : null;
        ThinkingPlan thinking = ThinkingPlan.Make(body, profile, maxTokens, limit, obstacle, report);
        ReportDropped(body, report);

        using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteString("model"u8, upstreamModel);
        json.WriteNumber("max_tokens"u8, thinking.MaxTokens);
        if (stream ?? request.Stream)
        {
            json.WriteBoolean("stream"u8, true);
        }

        WriteSystem(json, order.System, structured, report);
        WriteMessages(json, order.Turns);
        ToolsWriter.Write(json, tools, body, structured, report);
        choice.Write(json);
        thinking.WriteThinking(json);
        WriteOutputConfig(json, thinking, structured, report);
        SamplingWriter.Write(json, body, model, profile, thinking.IsOn, report);
        SamplingWriter.WriteStop(json, body.Member("stop"u8), report);
        WriteRest(json, body, report);
        json.WriteEndObject();
        return null;
    }

    /// <summary>The newer name wins.</summary>
    private static long? Asked(JsonElement body)
    {
        JsonElement newer = body.Member("max_completion_tokens"u8);
        JsonElement asked = newer.Exists() ? newer : body.Member("max_tokens"u8);
        return asked.Exists() ? asked.GetInt64() : null;
    }

    private static long Clamp(long maxTokens, int? limit, TranslationReport report)
    {
        if (limit is not { } most || maxTokens <= most)
        {
            return maxTokens;
        }

        report.Changed("max_tokens", maxTokens.ToString(CultureInfo.InvariantCulture), most.ToString(CultureInfo.InvariantCulture));
        return most;
    }

    /// <summary>
    /// With thinking on, a turn that called tools must begin with its signed thinking while their results go back.
    /// Chat clients that dropped it can go on without thinking only.
    /// </summary>
    private static bool LostThinking(List<Turn> turns)
    {
        Turn? last = turns.FindLast(turn => turn.Role == TurnRole.Assistant);
        return last is not null
            && last.Blocks.Any(block => block is MessageBlock.ToolUse)
            && last.Blocks[0] is not (MessageBlock.Thinking or MessageBlock.RedactedThinking);
    }

    private static void WriteSystem(Utf8JsonWriter json, List<MessageBlock> system, MessagesOutputFormat structured, TranslationReport report)
    {
        if (structured.Kind == OutputFormatKind.Instruction)
        {
            system.Add(new MessageBlock.Note(structured.InstructionText()));
            report.Changed("response_format");
        }

        if (system.Count == 0)
        {
            return;
        }

        json.WriteStartArray("system"u8);
        foreach (MessageBlock block in system)
        {
            block.Write(json);
        }

        json.WriteEndArray();
    }

    private static void WriteMessages(Utf8JsonWriter json, List<Turn> turns)
    {
        json.WriteStartArray("messages"u8);
        foreach (Turn turn in turns)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, turn.Role switch
            {
                TurnRole.User => "user"u8,
                TurnRole.Assistant => "assistant"u8,
                _ => "system"u8,
            });
            json.WritePropertyName("content"u8);
            MessageBlock.WriteContent(json, turn.Content);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOutputConfig(Utf8JsonWriter json, ThinkingPlan thinking, MessagesOutputFormat structured, TranslationReport report)
    {
        if (thinking.Effort is null && structured.Kind != OutputFormatKind.Format)
        {
            return;
        }

        json.WriteStartObject("output_config"u8);
        if (thinking.Effort is not null)
        {
            json.WriteString("effort"u8, thinking.Effort);
        }

        if (structured.Kind == OutputFormatKind.Format)
        {
            json.WriteStartObject("format"u8);
            json.WriteString("type"u8, "json_schema"u8);
            json.WritePropertyName("schema"u8);
            StructuredSchema.Write(json, structured.Schema, report);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteRest(Utf8JsonWriter json, JsonElement body, TranslationReport report)
    {
        JsonElement user = body.Member("user"u8);
        user = user.IsText() ? user : body.Member("safety_identifier"u8);
        if (user.Text() is { Length: > 0 } id)
        {
            json.WriteStartObject("metadata"u8);
            json.WriteString("user_id"u8, id.Length <= LongestUserId ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id))));
            json.WriteEndObject();
        }

        string? tier = body.Member("service_tier"u8).Text() switch { "auto" => "auto", "default" => "standard_only", _ => null };
        if (tier is not null)
        {
            json.WriteString("service_tier"u8, tier);
        }
        else if (body.Member("service_tier"u8).Exists())
        {
            report.Dropped("service_tier");
        }

        JsonElement cacheControl = body.Member("cache_control"u8);
        if (cacheControl.IsObject())
        {
            json.WritePropertyName("cache_control"u8);
            json.WriteRaw(cacheControl);
        }
    }

    private static void ReportDropped(JsonElement body, TranslationReport report)
    {
        foreach (JsonProperty field in body.EnumerateObject().Take(MostFields))
        {
            if (field.Value.ValueKind != JsonValueKind.Null && !s_translated.Contains(field.Name))
            {
                // The report becomes a header: a made-up name must not end up there.
                bool plain = field.Name.Length is > 0 and <= 40 && field.Name.All(c => char.IsAsciiLetterLower(c) || c == '_');
                report.Dropped(plain ? field.Name : "other");
            }
        }
    }
}
