using System.Globalization;
using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>Thinking and effort, in the words of the upstream.</summary>
internal static class Effort
{
    private const int MinBudget = 1024;
    private static readonly string[] s_order = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

    public static bool IsThinkingWanted(ChatDraft draft) => Thinking(draft).Text("type"u8) is "enabled" or "adaptive";

    /// <summary>The client, or the operator for it, switched thinking off.</summary>
    public static bool IsThinkingOff(ChatDraft draft) => Wanted(draft, Thinking(draft)) == "none";

    /// <summary>The client wants thinking, or names how much of it.</summary>
    public static bool IsThinkingAsked(ChatDraft draft) => IsThinkingWanted(draft) || Wanted(draft, Thinking(draft)) is not (null or "none");

    /// <summary>The upstream has a word for no thinking.</summary>
    public static bool CanSwitchOff(ChatDraft draft) =>
        draft.Profile.ThinkingStyle != ThinkingStyle.Effort || (draft.Profile.Effort.Contains("none") && draft.Target.Accepts("reasoning_effort"));

    public static void Write(Utf8JsonWriter json, ChatDraft draft, bool hasTools)
    {
        JsonElement thinking = Thinking(draft);
        if (thinking.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object))
        {
            draft.Fail("thinking", "Input should be an object such as {\"type\": \"adaptive\"}");
            return;
        }

        string? wanted = Wanted(draft, thinking);
        switch (draft.Profile.ThinkingStyle)
        {
            case ThinkingStyle.ThinkingType when IsSaid(draft, thinking) && Accepts(draft, "thinking"):
                WriteThinkingType(json, enabled: wanted != "none");
                break;
            case ThinkingStyle.EnableThinking when IsSaid(draft, thinking) && Accepts(draft, "enable_thinking"):
                WriteEnableThinking(json, draft, thinking, enabled: wanted != "none");
                return;
            case ThinkingStyle.ChatTemplate when IsSaid(draft, thinking) && Accepts(draft, "chat_template_kwargs"):
                WriteChatTemplate(json, enabled: wanted != "none");
                return;
            case ThinkingStyle.ReasoningObject when draft.Target.Accepts("reasoning"):
                WriteReasoningObject(json, draft, thinking, wanted);
                return;
        }

        WriteEffort(json, draft, wanted, hasTools);
    }

    /// <summary>The nearest accepted value that is not higher; else the lowest accepted one that is not "none".</summary>
    public static string? Nearest(string wanted, IReadOnlyList<string> accepted)
    {
        if (accepted.Contains(wanted))
        {
            return wanted;
        }

        int rank = Array.IndexOf(s_order, wanted);
        if (wanted == "none")
        {
            return accepted.Contains("minimal") ? "minimal" : null;
        }

        if (rank > 0 && accepted.Contains("default"))
        {
            // Groq's Qwen models: thinking is on or off.
            return "default";
        }

        if (wanted == "medium" && accepted.Contains("high") && accepted.Contains("max"))
        {
            // DeepSeek knows low, high and max, and counts medium as high.
            return "high";
        }

        return rank < 0
            ? null
            : s_order[1..rank].LastOrDefault(accepted.Contains) ?? s_order[1..].FirstOrDefault(accepted.Contains);
    }

    /// <summary>The request, or the operator for it, says whether to think.</summary>
    private static bool IsSaid(ChatDraft draft, JsonElement thinking) =>
        thinking.ValueKind == JsonValueKind.Object || draft.Profile.AbsentMeansOff || draft.ThinkingYields;

    private static bool Accepts(ChatDraft draft, string field)
    {
        if (!draft.Target.Accepts(field))
        {
            draft.Report.Dropped(field);
            return false;
        }

        return true;
    }

    public static JsonElement Thinking(ChatDraft draft) => draft.Request.Get("thinking"u8);

    /// <summary>"disabled" beats everything, then the effort that was named, then the budget; null leaves it to the model.</summary>
    public static string? Wanted(ChatDraft draft, JsonElement thinking)
    {
        string? type = thinking.Text("type"u8);
        if (type == "disabled")
        {
            return "none";
        }

        if (draft.Request.Get("output_config"u8).Text("effort"u8) is { } effort)
        {
            return effort;
        }

        if (type is null && (draft.Profile.AbsentMeansOff || draft.ThinkingYields))
        {
            // Models that think unless told otherwise: for Anthropic's clients, not asked means off.
            return "none";
        }

        if (type != "enabled" || thinking.Member("budget_tokens"u8) is not { ValueKind: JsonValueKind.Number } budget)
        {
            return null;
        }

        return budget.GetDouble() switch
        {
            < 4096 => "low",
            < 16384 => "medium",
            < 32768 => "high",
            _ => "xhigh",
        };
    }

    private static void WriteEffort(Utf8JsonWriter json, ChatDraft draft, string? wanted, bool hasTools)
    {
        IReadOnlyList<string> accepted = draft.Profile.Effort;
        bool forced = hasTools && draft.Profile.EffortWithTools == EffortWithTools.ForceNone && accepted.Contains("none");
        if (!draft.Target.Accepts("reasoning_effort"))
        {
            if (forced || wanted is not null)
            {
                draft.Report.Dropped("effort");
            }

            return;
        }

        if (forced)
        {
            if (wanted is not (null or "none"))
            {
                draft.Report.Changed("effort", wanted, "none");
            }

            json.WriteString("reasoning_effort"u8, "none"u8);
            return;
        }

        if (wanted is null)
        {
            return;
        }

        string? effort = Nearest(wanted, accepted);
        if (effort != wanted && wanted != "none")
        {
            ReportEffort(draft, wanted, effort);
        }

        if (effort is not null)
        {
            json.WriteString("reasoning_effort"u8, effort);
        }
    }

    public static void ReportEffort(ChatDraft draft, string wanted, string? effort)
    {
        if (effort is null)
        {
            draft.Report.Dropped("effort");
        }
        else
        {
            draft.Report.Changed("effort", wanted, effort);
        }
    }

    /// <summary>Anthropic's lower bound: servers refuse less, or do not think at all.</summary>
    private static void WriteBudget(Utf8JsonWriter json, ChatDraft draft, JsonElement budget)
    {
        if (budget.GetDouble() >= MinBudget)
        {
            json.WriteRaw(budget);
            return;
        }

        draft.Report.Changed("budget_tokens", budget.GetDouble().ToString("0", CultureInfo.InvariantCulture), MinBudget.ToString(CultureInfo.InvariantCulture));
        json.WriteNumberValue(MinBudget);
    }

    private static void WriteThinkingType(Utf8JsonWriter json, bool enabled)
    {
        json.WriteStartObject("thinking"u8);
        json.WriteString("type"u8, enabled ? "enabled"u8 : "disabled"u8);
        json.WriteEndObject();
    }

    private static void WriteEnableThinking(Utf8JsonWriter json, ChatDraft draft, JsonElement thinking, bool enabled)
    {
        json.WriteBoolean("enable_thinking"u8, enabled);
        if (enabled && draft.Target.Accepts("thinking_budget") && thinking.Member("budget_tokens"u8) is { ValueKind: JsonValueKind.Number } budget)
        {
            json.WritePropertyName("thinking_budget"u8);
            WriteBudget(json, draft, budget);
        }
    }

    private static void WriteChatTemplate(Utf8JsonWriter json, bool enabled)
    {
        json.WriteStartObject("chat_template_kwargs"u8);
        json.WriteBoolean("enable_thinking"u8, enabled);
        json.WriteEndObject();
    }

    private static void WriteReasoningObject(Utf8JsonWriter json, ChatDraft draft, JsonElement thinking, string? wanted)
    {
        bool named = draft.Request.Get("output_config"u8).Text("effort"u8) is not null;
        if (named && wanted is not (null or "none") && Nearest(wanted, draft.Profile.Effort is { Count: > 0 } set ? set : s_order) is var nearest && nearest != wanted)
        {
            ReportEffort(draft, wanted, nearest);
            wanted = nearest;
        }

        if (wanted is null && thinking.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        json.WriteStartObject("reasoning"u8);
        if (wanted == "none")
        {
            json.WriteBoolean("enabled"u8, false);
        }
        else if (!named && thinking.Text("type"u8) == "enabled" && thinking.Member("budget_tokens"u8) is { ValueKind: JsonValueKind.Number } budget)
        {
            json.WritePropertyName("max_tokens"u8);
            WriteBudget(json, draft, budget);
        }
        else if (wanted is not null)
        {
            json.WriteString("effort"u8, wanted);
        }
        else
        {
            json.WriteBoolean("enabled"u8, true);
        }

        json.WriteEndObject();
    }
}
