using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gateway.Translation.Chat;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;

namespace Gateway.Translation.MessagesToResponses;

/// <summary>
/// Messages request in, Responses request out. A pure function, as the writer for Chat: the same request for the same
/// target gives the same bytes. Nothing is kept at the server: what it wants back it gets with the conversation.
/// </summary>
public static class ResponsesRequestWriter
{
    /// <summary>What the server takes at least; clients that only knock ask for 1.</summary>
    private const int LeastOutput = 16;

    /// <summary>Below it a model that thinks this hard has used up all before its first word.</summary>
    private const int LeastThinkingOutput = 4096;

    /// <summary>Writes the upstream's body. Returns the error instead of the answer's context when the request cannot be said there.</summary>
    public static GatewayError? TryWrite(MessagesRequest request, ChatUpstream target, TranslationReport report, IBufferWriter<byte> output, out AnswerContext? context)
    {
        context = null;
        using ChatDraft draft = new(request, target, report, isResponses: true);
        ChatTools tools = new(draft);
        using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteString("model"u8, target.UpstreamModel);
        tools.Write(json, ChatToolChoice.OnlyTool(draft));
        WriteInput(json, draft, tools.Any);
        ChatToolChoice.Write(json, draft, tools);
        ChatRequestWriter.CheckMcpServers(draft, tools);
        bool searches = tools.WebSearch && draft.Profile.WebSearch;
        string? effort = ResponsesReasoning.EffortOf(draft, searches);
        WriteMaxOutput(json, draft, effort);
        List<string> stops = ChatRequestWriter.ReadStops(draft);
        ChatRequestWriter.CopyNumber(json, draft, "temperature", draft.Profile.Sampling);
        ChatRequestWriter.CopyNumber(json, draft, "top_p", draft.Profile.Sampling);
        ChatRequestWriter.CopyNumber(json, draft, "top_k", accepted: false);
        ResponsesReasoning.Write(json, draft, effort);
        WriteInclude(json, draft, searches, effort);
        ResponsesText.Write(json, draft, tools.Any);
        Identity.Write(json, draft);
        WriteExtras(json, draft);
        WriteStream(json, draft);
        json.WriteBoolean("store"u8, false);
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
            ThinkingWanted = ResponsesReasoning.IsTold(draft),
            ThinkingOmitted = request.Get("thinking"u8).Text("display"u8) == "omitted",
            StopSequences = stops,
            EnforceStops = stops.Count > 0,
            WebSearchOffered = tools.WebSearch,
            SearchQuery = (tools.WebSearch ? SearchQuery.Of(request.Get("messages"u8)) : null) ?? "web search",
        };
        return null;
    }

    private static void WriteInput(Utf8JsonWriter json, ChatDraft draft, bool hasTools)
    {
        JsonElement system = draft.Request.Get("system"u8);
        List<ChatPart> parts = SystemText.MarkedParts(system, draft, "system");
        int start = draft.Scratch.Length;
        if (parts.Count == 0)
        {
            SystemText.Append(system, draft, "system");
        }

        if (ChatResponseFormat.GoesIntoPrompt(draft, hasTools))
        {
            ChatResponseFormat.AppendToPrompt(draft, first: draft.Scratch.Length == start);
        }

        EscapedText text = new(draft.Scratch, start);
        if (parts.Count == 0 && !text.IsEmpty)
        {
            // One text keeps the prefix for the cache; some servers refuse an empty one.
            json.WritePropertyName("instructions"u8);
            text.WriteTo(json);
        }

        json.WriteStartArray("input"u8);
        ResponsesInput input = new(json, draft);
        if (parts.Count > 0)
        {
            // A mark has its place in a part only.
            input.AddMessage("developer"u8, text.IsEmpty ? parts : [.. parts, new ChatPart.Text(text)]);
        }

        int before = input.Count;
        new ResponsesTurns(draft, input).Write(draft.Request.Get("messages"u8));
        if (input.Count == before)
        {
            draft.Fail("messages", "at least one message with content is required");
        }

        json.WriteEndArray();
    }

    private static void WriteMaxOutput(Utf8JsonWriter json, ChatDraft draft, string? effort)
    {
        long wanted = draft.Request.MaxTokens;
        if (wanted == 0)
        {
            return;
        }

        long least = effort is "medium" or "high" or "xhigh" or "max" ? LeastThinkingOutput : LeastOutput;
        long allowed = Math.Max(wanted, least);
        allowed = draft.Profile.MaxOutputTokens is { } most ? Math.Min(allowed, most) : allowed;
        if (allowed != wanted)
        {
            draft.Report.Changed("max_tokens", wanted.ToString(CultureInfo.InvariantCulture), allowed.ToString(CultureInfo.InvariantCulture));
        }

        json.WriteNumber("max_output_tokens"u8, allowed);
    }

    /// <summary>What only its maker can read of a thought comes when it is asked for, and so do the pages of a search.</summary>
    private static void WriteInclude(Utf8JsonWriter json, ChatDraft draft, bool searches, string? effort)
    {
        bool reasons = ResponsesReasoning.Reasons(draft, effort);
        if (!reasons && !searches)
        {
            return;
        }

        if (!draft.Target.Accepts("include"))
        {
            draft.Report.Dropped("include");
            return;
        }

        json.WriteStartArray("include"u8);
        if (reasons)
        {
            json.WriteStringValue("reasoning.encrypted_content"u8);
        }

        if (searches)
        {
            json.WriteStringValue("web_search_call.action.sources"u8);
        }

        json.WriteEndArray();
    }

    private static void WriteExtras(Utf8JsonWriter json, ChatDraft draft)
    {
        foreach (RequestExtras.Entry entry in draft.Extras.Entries)
        {
            switch (entry.Knob)
            {
                case Knob.N when entry.Value.RawString() != "1":
                    draft.Fail("n", "this model gives one answer only; leave n out, or set it to 1");
                    break;
                case Knob.Metadata or Knob.PromptCacheRetention:
                    draft.WriteSaid(json, entry.Knob, draft.Profile.OpenAiFields);
                    break;
                case Knob.Store when entry.Value.ValueKind == JsonValueKind.True:
                    draft.Report.Dropped("store");
                    break;
                case Knob.Seed or Knob.FrequencyPenalty or Knob.PresencePenalty or Knob.LogitBias or Knob.Logprobs or Knob.TopLogprobs
                    or Knob.Audio or Knob.Modalities or Knob.Prediction:
                    draft.Report.Dropped(ChatKnobs.NameOf(entry.Knob));
                    break;
                case Knob.Other:
                    draft.Report.Dropped(entry.PlainName);
                    break;
            }
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
            draft.Report.Changed("stream", "true", "false");
            return;
        }

        json.WriteBoolean("stream"u8, true);
        if (draft.Target.IsOpenAi && draft.Target.Accepts("stream_options"))
        {
            // Padding against those who read along by the sizes of packets: the client's bytes have other sizes anyway.
            json.WriteStartObject("stream_options"u8);
            json.WriteBoolean("include_obfuscation"u8, false);
            json.WriteEndObject();
        }
    }
}
