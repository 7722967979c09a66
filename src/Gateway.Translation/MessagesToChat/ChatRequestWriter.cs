using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Messages request in, Chat Completions request out. A pure function: the same request for the same target gives the
/// same bytes, so that the upstream's prefix cache keeps working.
/// </summary>
public static class ChatRequestWriter
{
    /// <summary>Writes the upstream's body. Returns the error instead of the answer's context when the request cannot be said there.</summary>
    public static GatewayError? TryWrite(MessagesRequest request, ChatUpstream target, TranslationReport report, IBufferWriter<byte> output, out AnswerContext? context)
    {
        context = null;
        using ChatDraft draft = new(request, target, report);
        ChatTools tools = new(draft);
        using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteString("model"u8, target.UpstreamModel);

        // Tools go first: what was dropped decides how the messages and the tool choice may look. They also are the stable part.
        tools.Write(json, ChatToolChoice.OnlyTool(draft));
        json.WriteStartArray("messages"u8);
        WriteMessages(json, draft, tools.Any);
        json.WriteEndArray();
        ChatToolChoice.Write(json, draft, tools);
        CheckMcpServers(draft, tools);
        WriteMaxTokens(json, draft);
        IReadOnlyList<string> stops = ReadStops(draft);
        bool enforceStops = WriteStops(json, draft, stops);
        WriteSampling(json, draft);
        Effort.Write(json, draft, tools.Any);
        ChatResponseFormat.Write(json, draft, tools.Any);
        Identity.Write(json, draft);
        ChatExtras.Write(json, draft);
        WriteStream(json, draft);
        WriteSwitches(json, draft, tools);
        WriteCacheMark(json, draft);
        json.WriteEndObject();
        json.Flush();
        AnthropicOnly.Report(draft);
        if (draft.Error is { } error)
        {
            return error;
        }

        context = new AnswerContext
        {
            Report = report,
            Model = target.RequestedModel,
            Streaming = request.Stream,
            Profile = target.Profile,
            SignatureOrigin = target.SignatureOrigin,
            ToolNames = draft.ToolNames.Original,
            OfferedTools = tools.Offered,
            ThinkingWanted = Effort.IsThinkingWanted(draft),
            ThinkingOmitted = request.Get("thinking"u8).Text("display"u8) == "omitted",
            StopSequences = stops,
            EnforceStops = enforceStops,
            WebSearchOffered = tools.WebSearch,
            SearchQuery = (tools.WebSearch ? SearchQuery.Of(request.Get("messages"u8)) : null) ?? "web search",
        };
        return null;
    }

    private static void WriteMessages(Utf8JsonWriter json, ChatDraft draft, bool hasTools)
    {
        ChatMessageWriter messages = new(json, draft);
        WriteSystem(messages, draft, hasTools);
        int before = messages.Count;
        new ChatTurnOrder(draft, messages).Write(draft.Request.Get("messages"u8));
        if (messages.Count == before)
        {
            draft.Fail("messages", "at least one message with content is required");
        }
    }

    private static void WriteSystem(ChatMessageWriter messages, ChatDraft draft, bool hasTools)
    {
        JsonElement content = draft.Request.Get("system"u8);
        List<ChatPart> parts = SystemText.MarkedParts(content, draft, "system");
        int start = draft.Scratch.Length;
        if (parts.Count == 0)
        {
            SystemText.Append(content, draft, "system");
        }

        if (ChatResponseFormat.GoesIntoPrompt(draft, hasTools))
        {
            ChatResponseFormat.AppendToPrompt(draft, first: draft.Scratch.Length == start);
        }

        EscapedText text = new(draft.Scratch, start);
        if (parts.Count > 0)
        {
            messages.AddParts(draft.SystemRole, text.IsEmpty ? parts : [.. parts, new ChatPart.Text(text)]);
        }
        else if (!text.IsEmpty)
        {
            messages.AddText(draft.SystemRole, text);
        }
    }

    private static void WriteMaxTokens(Utf8JsonWriter json, ChatDraft draft)
    {
        long wanted = draft.Request.MaxTokens;
        if (wanted == 0)
        {
            // A count of tokens, or the warming of a cache, which is answered without a call.
            return;
        }

        long allowed = draft.Profile.MaxOutputTokens is { } max ? Math.Min(wanted, max) : wanted;
        if (allowed != wanted)
        {
            draft.Report.Changed("max_tokens", wanted.ToString(CultureInfo.InvariantCulture), allowed.ToString(CultureInfo.InvariantCulture));
        }

        // A server that refused one of the two names is given the other.
        string field = draft.Profile.TokenField;
        if (!draft.Target.Accepts(field))
        {
            string other = field == "max_tokens" ? "max_completion_tokens" : "max_tokens";
            draft.Report.Changed($"{field}->{other}");
            field = other;
        }

        json.WriteNumber(field, allowed);
    }

    internal static List<string> ReadStops(ChatDraft draft)
    {
        JsonElement stops = draft.Request.Get("stop_sequences"u8);
        if (stops.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Array))
        {
            draft.Fail("stop_sequences", "Input should be an array of strings");
        }

        List<string> texts = [];
        int index = 0;
        foreach (JsonElement stop in stops.Items())
        {
            // Only Anthropic refuses to stop at white space.
            if (stop.AsText() is { Length: > 0 } text && (draft.Extras.FromOpenAi || !string.IsNullOrWhiteSpace(text)))
            {
                texts.Add(text);
            }
            else
            {
                draft.Fail($"stop_sequences.{index}", "Input should be a string that is not only white space");
            }

            index++;
        }

        return texts;
    }

    /// <summary>Returns whether the gateway has to look for the stop sequences itself.</summary>
    private static bool WriteStops(Utf8JsonWriter json, ChatDraft draft, IReadOnlyList<string> stops)
    {
        if (stops.Count == 0)
        {
            return false;
        }

        if (draft.Profile.Stop && !draft.Target.Accepts("stop"))
        {
            draft.Report.Changed("stop", "upstream", "gateway");
            return true;
        }

        if (!draft.Profile.Stop)
        {
            return true;
        }

        json.WriteStartArray("stop"u8);
        foreach (string stop in stops.Take(OpenAiLimits.Stops))
        {
            json.WriteStringValue(stop);
        }

        json.WriteEndArray();
        return stops.Count > OpenAiLimits.Stops;
    }

    private static void WriteSampling(Utf8JsonWriter json, ChatDraft draft)
    {
        CopyNumber(json, draft, "temperature", draft.Profile.Sampling);
        CopyNumber(json, draft, "top_p", draft.Profile.Sampling);
        CopyNumber(json, draft, "top_k", draft.Profile.TopK);
    }

    internal static void CopyNumber(Utf8JsonWriter json, ChatDraft draft, string name, bool accepted)
    {
        JsonElement value = draft.Request.Get(Encoding.UTF8.GetBytes(name));
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            draft.Fail(name, "Input should be a number");
        }
        else if (accepted && draft.Target.Accepts(name))
        {
            json.WritePropertyName(name);
            json.WriteRaw(value);
        }
        else
        {
            draft.Report.Dropped(name);
        }
    }

    private static void WriteStream(Utf8JsonWriter json, ChatDraft draft)
    {
        if (!draft.Request.Stream)
        {
            return;
        }

        if (!draft.Target.Accepts("stream"))
        {
            // The client gets its stream all the same, made of the whole answer.
            draft.Report.Changed("stream", "true", "false");
            return;
        }

        json.WriteBoolean("stream"u8, true);
        if (!draft.Target.Accepts("stream_options"))
        {
            draft.Report.Dropped("stream_options");
        }
        else if (draft.Profile.StreamUsage)
        {
            json.WriteStartObject("stream_options"u8);
            json.WriteBoolean("include_usage"u8, true);
            json.WriteEndObject();
        }
    }

    private static void WriteSwitches(Utf8JsonWriter json, ChatDraft draft, ChatTools tools)
    {
        if (draft.Extras.Has(Knob.WebSearchOptions))
        {
            draft.WriteSaid(json, Knob.WebSearchOptions, draft.Profile.WebSearch);
        }
        else if (tools.WebSearch && draft.Profile.WebSearch)
        {
            json.WriteStartObject("web_search_options"u8);
            json.WriteEndObject();
        }

        if (draft.EndsWithPrefill && draft.Profile.Prefill == PrefillSupport.ContinueVllm)
        {
            json.WriteBoolean("continue_final_message"u8, true);
            json.WriteBoolean("add_generation_prompt"u8, false);
        }
    }

    /// <summary>A mark of the whole request: the upstream puts it behind the last block that it can cache.</summary>
    private static void WriteCacheMark(Utf8JsonWriter json, ChatDraft draft)
    {
        if (draft.Profile.PromptCache == PromptCache.CacheControl)
        {
            CacheMark.Take(draft.Request.Root, draft)?.Write(json);
        }
    }

    /// <summary>A client whose only tools are on MCP servers would get a model without any: that must not happen unseen.</summary>
    internal static void CheckMcpServers(ChatDraft draft, ChatTools tools)
    {
        if (!tools.Any && !(tools.WebSearch && draft.Profile.WebSearch) && draft.Request.Get("mcp_servers"u8).Items().MoveNext())
        {
            draft.Fail("mcp_servers", "mcp_servers is not supported by this model; run the MCP client yourself and declare its tools in tools");
        }
    }
}
