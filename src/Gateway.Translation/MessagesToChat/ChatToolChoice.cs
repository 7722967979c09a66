using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>Which tool the model may or must call.</summary>
internal static class ChatToolChoice
{
    /// <summary>The one tool to send along, for upstreams that can be told "some tool" but not which.</summary>
    public static string? OnlyTool(ChatDraft draft)
    {
        JsonElement choice = draft.Request.Get("tool_choice"u8);
        return draft.Profile.ToolChoice == ToolChoiceSupport.NoNamed && choice.Member("type"u8).Is("tool"u8)
            ? choice.Text("name"u8)
            : null;
    }

    /// <summary>The client allows some of its tools, and the upstream can be told which: it gets the whole list, so that its cache keeps working.</summary>
    public static bool SaysAllowed(ChatDraft draft) =>
        draft.Extras.AllowedTools is not null && draft.Profile is { ToolChoice: ToolChoiceSupport.Full, OpenAiFields: true } && draft.Target.Accepts(ToolChoices.Allowed);

    /// <summary>No tool may be called, and the upstream cannot be told: it gets none.</summary>
    public static bool LeavesNone(ChatDraft draft) =>
        draft.Request.Get("tool_choice"u8).Member("type"u8).Is("none"u8) && !draft.Target.Accepts(ToolChoices.None);

    /// <summary>Writes <c>tool_choice</c> and <c>parallel_tool_calls</c>; neither is legal without tools.</summary>
    public static void Write(Utf8JsonWriter json, ChatDraft draft, ChatTools tools)
    {
        if (draft.Extras.Has(Knob.ParallelToolCalls))
        {
            draft.WriteSaid(json, Knob.ParallelToolCalls, tools.Any && draft.Profile.ParallelTools);
        }

        JsonElement choice = draft.Request.Get("tool_choice"u8);
        if (SaysAllowed(draft) && tools.Any && choice.Text("type"u8) is null or "auto" or "any")
        {
            WriteAllowed(json, draft, choice.Text("type"u8) == "any");
            return;
        }

        if (choice.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        if (choice.ValueKind != JsonValueKind.Object)
        {
            draft.Fail("tool_choice", "Input should be an object such as {\"type\": \"auto\"}");
            return;
        }

        string? type = choice.Text("type"u8);
        if (draft.Request.Get("tools"u8).Items().MoveNext() is false && !tools.Any)
        {
            // Nothing to choose from: Anthropic refuses it, for an upstream it just has no meaning.
            draft.Report.Dropped("tool_choice");
            return;
        }

        if (type == "tool" && tools.WebSearch && draft.Profile.WebSearch && choice.Text("name"u8) == "web_search")
        {
            // The upstream searches by itself; there is no function of that name to be chosen.
            if (draft.IsResponses)
            {
                json.WriteStartObject("tool_choice"u8);
                json.WriteString("type"u8, "web_search"u8);
                json.WriteEndObject();
            }

            return;
        }

        if (type == "tool" && choice.Text("name"u8) is { } name && !tools.Has(name))
        {
            draft.Fail("tool_choice.name", $"Tool '{name}' is not among the tools, or cannot be used with this model");
            return;
        }

        if (!tools.Any)
        {
            return;
        }

        WriteChoice(json, draft, choice, type);
        if (choice.IsTrue("disable_parallel_tool_use"u8) && type != "none" && !draft.Extras.Has(Knob.ParallelToolCalls))
        {
            if (draft.Profile.ParallelTools && draft.Target.Accepts("parallel_tool_calls"))
            {
                json.WriteBoolean("parallel_tool_calls"u8, false);
            }
            else
            {
                draft.Report.Dropped("disable_parallel_tool_use");
            }
        }
    }

    private static void WriteChoice(Utf8JsonWriter json, ChatDraft draft, JsonElement choice, string? type)
    {
        if (type is "any" or "tool" && (!MayForce(draft) || !draft.Target.Accepts(NameOf(draft, type))))
        {
            draft.Report.Changed("tool_choice", type, "auto");
            type = "auto";
        }

        switch (type)
        {
            case "auto" when !draft.Target.Accepts(ToolChoices.Auto):
                draft.Report.Dropped("tool_choice");
                break;
            case "auto":
                json.WriteString("tool_choice"u8, "auto"u8);
                break;
            case "none":
                json.WriteString("tool_choice"u8, "none"u8);
                break;
            case "any":
            case "tool" when draft.Profile.ToolChoice == ToolChoiceSupport.NoNamed:
                json.WriteString("tool_choice"u8, "required"u8);
                break;
            case "tool" when choice.Text("name"u8) is { Length: > 0 } name:
                json.WritePropertyName("tool_choice"u8);
                WriteName(json, draft, name);
                break;
            case "tool":
                draft.Fail("tool_choice.name", "Field required");
                break;
            default:
                draft.Fail("tool_choice.type", "Input should be 'auto', 'any', 'tool' or 'none'");
                break;
        }
    }

    /// <summary>What a choice that forces a call is to the upstream.</summary>
    private static string NameOf(ChatDraft draft, string type) =>
        type == "tool" && draft.Profile.ToolChoice != ToolChoiceSupport.NoNamed ? ToolChoices.Named : ToolChoices.Required;

    private static void WriteAllowed(Utf8JsonWriter json, ChatDraft draft, bool required)
    {
        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, "allowed_tools"u8);
        if (!draft.IsResponses)
        {
            json.WriteStartObject("allowed_tools"u8);
        }

        json.WriteString("mode"u8, required ? "required"u8 : "auto"u8);
        json.WriteStartArray("tools"u8);
        foreach (string name in draft.Extras.AllowedTools!)
        {
            WriteName(json, draft, name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        if (!draft.IsResponses)
        {
            json.WriteEndObject();
        }
    }

    private static void WriteName(Utf8JsonWriter json, ChatDraft draft, string name)
    {
        ReadOnlySpan<byte> kind = draft.SaysCustom(name) ? "custom"u8 : "function"u8;
        json.WriteStartObject();
        json.WriteString("type"u8, kind);
        if (draft.IsResponses)
        {
            json.WriteString("name"u8, draft.ToolNames.ToUpstream(name));
        }
        else
        {
            json.WriteStartObject(kind);
            json.WriteString("name"u8, draft.ToolNames.ToUpstream(name));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>
    /// Kimi, DeepSeek and Alibaba's servers force no call while the model thinks, and their models think unless told not
    /// to. Thinking that nobody asked for makes way for the call; thinking that somebody asked for stays.
    /// </summary>
    private static bool MayForce(ChatDraft draft)
    {
        if (draft.Profile.ToolChoice != ToolChoiceSupport.NotThinking)
        {
            return draft.Profile.ToolChoice != ToolChoiceSupport.AutoOnly
                && !(draft.Profile.ThinkingStyle == ThinkingStyle.EnableThinking && Effort.IsThinkingWanted(draft));
        }

        if (!Effort.IsThinkingOff(draft) && !Effort.IsThinkingAsked(draft) && Effort.CanSwitchOff(draft))
        {
            draft.ThinkingYields = true;
            draft.Report.Changed("thinking", "default", "disabled");
        }

        return Effort.IsThinkingOff(draft);
    }
}
