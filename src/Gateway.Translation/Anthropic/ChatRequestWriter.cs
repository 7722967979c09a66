using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Anthropic;

/// <summary>
/// Messages request in, Chat Completions request out. A pure function: the same request for the same target gives the
/// same bytes, so that the upstream's prefix cache keeps working.
/// </summary>
public static class ChatRequestWriter
{
    private const int MaxStops = 4;

    /// <summary>Top-level fields that mean something only to Anthropic's servers.</summary>
    private static readonly string[] s_dropped =
    [
        "betas", "container", "context_management", "diagnostics", "fallback_credit_token", "fallbacks", "inference_geo",
        "mcp_servers", "safeguards", "speed",
    ];

    /// <summary>Writes the upstream's body. Returns the error instead of the exchange when the request cannot be said there.</summary>
    public static GatewayError? TryWrite(MessagesRequest request, ChatTarget target, IBufferWriter<byte> output, out ChatExchange? exchange)
    {
        exchange = null;
        using RequestScope scope = new(request, target);
        ChatTools tools = new(scope);
        using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteString("model"u8, target.UpstreamModel);

        // Tools go first: what was dropped decides how the messages and the tool choice may look. They also are the stable part.
        tools.Write(json, ToolChoice.OnlyTool(scope));
        json.WriteStartArray("messages"u8);
        WriteMessages(json, scope, tools.Any);
        json.WriteEndArray();
        ToolChoice.Write(json, scope, tools);
        CheckMcpServers(scope, tools);
        WriteMaxTokens(json, scope);
        IReadOnlyList<string> stops = ReadStops(scope);
        bool enforceStops = WriteStops(json, scope, stops);
        WriteSampling(json, scope);
        Effort.Write(json, scope, tools.Any);
        StructuredOutput.Write(json, scope, tools.Any);
        Identity.Write(json, scope);
        WriteStream(json, scope);
        WriteSwitches(json, scope, tools);
        WriteCacheMark(json, scope);
        json.WriteEndObject();
        json.Flush();
        ReportDropped(scope);
        if (scope.Error is { } error)
        {
            return error;
        }

        exchange = new ChatExchange(target, scope.Report)
        {
            ToolNames = scope.ToolNames.Original,
            ThinkingWanted = Effort.IsThinkingWanted(scope),
            ThinkingOmitted = request.Get("thinking"u8).Text("display"u8) == "omitted",
            StopSequences = stops,
            EnforceStops = enforceStops,
            WebSearchOffered = tools.WebSearch,
            SearchQuery = (tools.WebSearch ? SearchQuery.Of(request.Get("messages"u8)) : null) ?? "web search",
        };
        return null;
    }

    private static void WriteMessages(Utf8JsonWriter json, RequestScope scope, bool hasTools)
    {
        ChatMessages messages = new(json, scope);
        WriteSystem(messages, scope, hasTools);
        int before = messages.Count;
        new ChatTurns(scope, messages).Write(scope.Request.Get("messages"u8));
        if (messages.Count == before)
        {
            scope.Fail("messages", "at least one message with content is required");
        }
    }

    private static void WriteSystem(ChatMessages messages, RequestScope scope, bool hasTools)
    {
        JsonElement content = scope.Request.Get("system"u8);
        List<ChatPart> parts = SystemText.MarkedParts(content, scope, "system");
        int start = scope.Scratch.Length;
        if (parts.Count == 0)
        {
            SystemText.Append(content, scope, "system");
        }

        if (StructuredOutput.GoesIntoPrompt(scope, hasTools))
        {
            StructuredOutput.AppendToPrompt(scope, first: scope.Scratch.Length == start);
        }

        EscapedText text = new(scope.Scratch, start);
        if (parts.Count > 0)
        {
            messages.AddParts(scope.SystemRole, text.IsEmpty ? parts : [.. parts, new ChatPart.Text(text)]);
        }
        else if (!text.IsEmpty)
        {
            messages.AddText(scope.SystemRole, text);
        }
    }

    private static void WriteMaxTokens(Utf8JsonWriter json, RequestScope scope)
    {
        long wanted = scope.Request.MaxTokens;
        if (wanted == 0)
        {
            // A count of tokens, or the warming of a cache, which is answered without a call.
            return;
        }

        long allowed = scope.Profile.MaxOutputTokens is { } max ? Math.Min(wanted, max) : wanted;
        if (allowed != wanted)
        {
            scope.Report.Changed("max_tokens", wanted.ToString(CultureInfo.InvariantCulture), allowed.ToString(CultureInfo.InvariantCulture));
        }

        // A server that refused one of the two names is given the other.
        string field = scope.Profile.TokenField;
        if (!scope.Target.Accepts(field))
        {
            string other = field == "max_tokens" ? "max_completion_tokens" : "max_tokens";
            scope.Report.Changed($"{field}->{other}");
            field = other;
        }

        json.WriteNumber(field, allowed);
    }

    private static List<string> ReadStops(RequestScope scope)
    {
        JsonElement stops = scope.Request.Get("stop_sequences"u8);
        if (stops.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Array))
        {
            scope.Fail("stop_sequences", "Input should be an array of strings");
        }

        List<string> texts = [];
        int index = 0;
        foreach (JsonElement stop in stops.Items())
        {
            if (stop.AsText() is { } text && !string.IsNullOrWhiteSpace(text))
            {
                texts.Add(text);
            }
            else
            {
                scope.Fail($"stop_sequences.{index}", "Input should be a string that is not only white space");
            }

            index++;
        }

        return texts;
    }

    /// <summary>Returns whether the gateway has to look for the stop sequences itself.</summary>
    private static bool WriteStops(Utf8JsonWriter json, RequestScope scope, IReadOnlyList<string> stops)
    {
        if (stops.Count == 0)
        {
            return false;
        }

        if (scope.Profile.Stop && !scope.Target.Accepts("stop"))
        {
            scope.Report.Changed("stop", "upstream", "gateway");
            return true;
        }

        if (!scope.Profile.Stop)
        {
            return true;
        }

        json.WriteStartArray("stop"u8);
        foreach (string stop in stops.Take(MaxStops))
        {
            json.WriteStringValue(stop);
        }

        json.WriteEndArray();
        return stops.Count > MaxStops;
    }

    private static void WriteSampling(Utf8JsonWriter json, RequestScope scope)
    {
        CopyNumber(json, scope, "temperature", scope.Profile.Sampling);
        CopyNumber(json, scope, "top_p", scope.Profile.Sampling);
        CopyNumber(json, scope, "top_k", scope.Profile.TopK);
    }

    private static void CopyNumber(Utf8JsonWriter json, RequestScope scope, string name, bool accepted)
    {
        JsonElement value = scope.Request.Get(Encoding.UTF8.GetBytes(name));
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            scope.Fail(name, "Input should be a number");
        }
        else if (accepted && scope.Target.Accepts(name))
        {
            json.WritePropertyName(name);
            json.WriteRaw(value);
        }
        else
        {
            scope.Report.Dropped(name);
        }
    }

    private static void WriteStream(Utf8JsonWriter json, RequestScope scope)
    {
        if (!scope.Request.Stream)
        {
            return;
        }

        json.WriteBoolean("stream"u8, true);
        if (!scope.Target.Accepts("stream_options"))
        {
            scope.Report.Dropped("stream_options");
        }
        else if (scope.Profile.StreamUsage)
        {
            json.WriteStartObject("stream_options"u8);
            json.WriteBoolean("include_usage"u8, true);
            json.WriteEndObject();
        }
    }

    private static void WriteSwitches(Utf8JsonWriter json, RequestScope scope, ChatTools tools)
    {
        if (tools.WebSearch && scope.Profile.WebSearch)
        {
            json.WriteStartObject("web_search_options"u8);
            json.WriteEndObject();
        }

        if (scope.EndsWithPrefill && scope.Profile.Prefill == PrefillSupport.ContinueVllm)
        {
            json.WriteBoolean("continue_final_message"u8, true);
            json.WriteBoolean("add_generation_prompt"u8, false);
        }
    }

    /// <summary>A mark of the whole request: the upstream puts it behind the last block that it can cache.</summary>
    private static void WriteCacheMark(Utf8JsonWriter json, RequestScope scope)
    {
        if (scope.Profile.PromptCache == PromptCache.CacheControl)
        {
            CacheMark.Take(scope.Request.Root, scope)?.Write(json);
        }
    }

    /// <summary>A client whose only tools are on MCP servers would get a model without any: that must not happen unseen.</summary>
    private static void CheckMcpServers(RequestScope scope, ChatTools tools)
    {
        if (!tools.Any && !(tools.WebSearch && scope.Profile.WebSearch) && scope.Request.Get("mcp_servers"u8).Items().MoveNext())
        {
            scope.Fail("mcp_servers", "mcp_servers is not supported by this model; run the MCP client yourself and declare its tools in tools");
        }
    }

    private static void ReportDropped(RequestScope scope)
    {
        if (scope.Request.Get("output_config"u8).Member("task_budget"u8).Exists())
        {
            scope.Report.Dropped("output_config.task_budget");
        }

        foreach (string field in s_dropped)
        {
            if (scope.Request.Root.TryGetProperty(field, out JsonElement value) && !IsNothing(value))
            {
                scope.Report.Dropped(field);
            }
        }
    }

    /// <summary>Null or an empty list: leaving it out loses nothing.</summary>
    private static bool IsNothing(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
}
