using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;
using Gateway.Translation.Schemas;

namespace Gateway.Translation.Claude;

/// <summary>
/// The last step for Claude: writes the hub's request as the body of <c>POST /v1/messages</c> that the model takes, and
/// reports what it could not be told. A pure function of its arguments; the request is used up.
/// </summary>
internal static class ClaudeRequestWriter
{
    // Longer ids are refused.
    private const int LongestUserId = 256;

    /// <summary>Writes the body, or returns why there is none; <paramref name="output"/> is then untouched.</summary>
    /// <param name="request">What the client meant.</param>
    /// <param name="upstreamModel">The model's name at the upstream; its family decides the finer points.</param>
    /// <param name="profile">What the model accepts.</param>
    /// <param name="report">Hears what was dropped, changed or repaired.</param>
    /// <param name="output">Takes the body.</param>
    /// <param name="stream">Whether to ask for a stream.</param>
    /// <param name="takesCacheControl">False where the model refused marks before.</param>
    public static GatewayError? Write(HubRequest request, string upstreamModel, Profile profile, TranslationReport report, IBufferWriter<byte> output, bool stream, bool takesCacheControl)
    {
        ClaudeModel model = ClaudeModel.Of(upstreamModel, profile);
        ClaudeOutputFormat structured = ClaudeOutputFormat.Of(request.Extras[Knob.ResponseFormat], request.DeclaresTools, upstreamModel, profile);
        SystemPlacement placement = profile.SystemFirstOnly ? SystemPlacement.Tagged : model.SystemTurns;
        if (request.Extras.OtherTools is [var unknown, ..])
        {
            return GatewayError.InvalidRequest($"{unknown.Path}.type: this model knows no such tool; declare it as a function");
        }

        if (ClaudeTurns.TryArrange(request, placement, report, out List<MessageBlock> system, out List<Turn> turns) is { } error)
        {
            return error;
        }

        long limit = profile.MaxOutputTokens ?? model.MaxOutput(upstreamModel);
        long maxTokens = Clamp(request.MaxTokens ?? limit, profile.MaxOutputTokens, report);
        bool prefill = turns[^1].Role == TurnRole.Assistant;
        if (prefill)
        {
            Prefill.Settle(turns, model.RejectsPrefill || profile.Prefill == PrefillSupport.Reject, report);
            prefill = turns[^1].Role == TurnRole.Assistant;
        }

        bool forced = structured.Kind == OutputFormatKind.ForcedTool;
        HubToolChoice choice = forced ? new HubToolChoice("tool", ClaudeOutputFormat.ToolName, OneAtATime: false) : request.ToolChoice;
        string? obstacle = choice.Forces ? "tool_choice" : prefill ? "prefill" : LostThinking(turns) ? "unsigned" : null;
        ThinkingPlan thinking = ThinkingPlan.Make(request.Effort, profile, maxTokens, limit, obstacle, report);
        ClaudeExtras.ReportDropped(request.Extras, report);

        if (structured.Kind == OutputFormatKind.Instruction)
        {
            system.Add(new MessageBlock.Note(structured.InstructionText()));
            report.Changed("response_format");
        }

        // Claude cannot be told which tools are allowed: the others are kept from it.
        IReadOnlySet<string>? allowed = request.Extras.AllowedTools;
        List<HubTool> tools = allowed is null ? request.Tools : request.Tools.FindAll(tool => allowed.Contains(tool.Name));
        ClaudeToolNames.Apply(tools, turns);
        choice = choice.Name is null ? choice : choice with { Name = ClaudeToolNames.ToUpstream(choice.Name) };
        CacheMarks marks = new(tools, system, turns, request.CacheControl);
        JsonElement cacheControl = marks.Settle(takesCacheControl, request.Bytes, profile.AutoCache, report);

        using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteString("model"u8, upstreamModel);
        json.WriteNumber("max_tokens"u8, thinking.MaxTokens);
        if (stream)
        {
            json.WriteBoolean("stream"u8, true);
        }

        HubRequest.WriteSystem(json, system);
        HubRequest.WriteMessages(json, turns);
        WriteTools(json, tools, request, structured, report);
        choice.Write(json);
        thinking.WriteThinking(json);
        WriteOutputConfig(json, thinking, structured, report);
        ClaudeSampling.Write(json, request, model, profile, thinking.IsOn, report);
        ClaudeSampling.WriteStop(json, request.Stop, report);
        WriteIdentity(json, request, report);
        if (cacheControl.IsObject())
        {
            json.WritePropertyName("cache_control"u8);
            json.WriteRaw(cacheControl);
        }

        json.WriteEndObject();
        return null;
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
            && last.Blocks.Exists(block => block is MessageBlock.ToolUse)
            && last.Blocks[0] is not (MessageBlock.Thinking or MessageBlock.RedactedThinking);
    }

    private static void WriteTools(Utf8JsonWriter json, List<HubTool> tools, HubRequest request, ClaudeOutputFormat structured, TranslationReport report)
    {
        JsonElement search = request.Extras[Knob.WebSearchOptions];
        bool searches = search.IsObject() && !tools.Exists(tool => tool.Name == HubTool.WebSearch);
        if (search.IsObject() && !searches)
        {
            report.Dropped("web_search_options");
        }

        bool forced = structured.Kind == OutputFormatKind.ForcedTool;
        if (tools.Count == 0 && !searches && !forced)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (HubTool tool in tools)
        {
            tool.Write(json, (writer, schema) => SchemaWriter.WriteClaude(writer, schema, report));
        }

        if (searches)
        {
            HubTool.WriteWebSearch(json, search);
        }

        if (forced)
        {
            structured.WriteTool(json, report);
        }

        json.WriteEndArray();
    }

    private static void WriteOutputConfig(Utf8JsonWriter json, ThinkingPlan thinking, ClaudeOutputFormat structured, TranslationReport report)
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
            StructuredSchema.Of(structured.Schema, report).WriteTo(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteIdentity(Utf8JsonWriter json, HubRequest request, TranslationReport report)
    {
        if (request.UserId is { Length: > 0 } id)
        {
            json.WriteStartObject("metadata"u8);
            json.WriteString("user_id"u8, id.Length <= LongestUserId ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id))));
            json.WriteEndObject();
        }

        JsonElement asked = request.Extras[Knob.ServiceTier];
        string? tier = asked.Text() switch { "auto" => "auto", "default" => "standard_only", _ => null };
        if (tier is not null)
        {
            json.WriteString("service_tier"u8, tier);
        }
        else if (asked.Exists())
        {
            report.Dropped("service_tier");
        }
    }
}
