using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Anthropic;

/// <summary>Thinking and effort, in the words of the upstream.</summary>
internal static class Effort
{
    private const int MinBudget = 1024;

    private static readonly string[] s_order = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

    public static bool IsThinkingWanted(RequestScope scope) => Thinking(scope).Text("type"u8) is "enabled" or "adaptive";

    public static void Write(Utf8JsonWriter json, RequestScope scope, bool hasTools)
    {
        JsonElement thinking = Thinking(scope);
        if (thinking.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object))
        {
            scope.Fail("thinking", "Input should be an object such as {\"type\": \"adaptive\"}");
            return;
        }

        string? wanted = Wanted(scope, thinking);
        switch (scope.Profile.ThinkingStyle)
        {
            case ThinkingStyle.ThinkingType when thinking.ValueKind == JsonValueKind.Object:
                WriteThinkingType(json, enabled: wanted != "none");
                break;
            case ThinkingStyle.EnableThinking when thinking.ValueKind == JsonValueKind.Object:
                WriteEnableThinking(json, scope, thinking, enabled: wanted != "none");
                return;
            case ThinkingStyle.ChatTemplate when thinking.ValueKind == JsonValueKind.Object:
                WriteChatTemplate(json, enabled: wanted != "none");
                return;
            case ThinkingStyle.ReasoningObject:
                WriteReasoningObject(json, scope, thinking, wanted);
                return;
        }

        WriteEffort(json, scope, wanted, hasTools);
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

        // DeepSeek's own reading of the values between its three.
        if (wanted == "medium" && accepted.Contains("high") && accepted.Contains("max"))
        {
            return "high";
        }

        return rank < 0
            ? null
            : s_order[1..rank].LastOrDefault(accepted.Contains)
                ?? s_order[1..].FirstOrDefault(accepted.Contains)
                ?? accepted.FirstOrDefault(value => value == "default");
    }

    private static JsonElement Thinking(RequestScope scope) => scope.Request.Get("thinking"u8);

    /// <summary>"disabled" beats everything, then the effort that was named, then the budget; null leaves it to the model.</summary>
    private static string? Wanted(RequestScope scope, JsonElement thinking)
    {
        string? type = thinking.Text("type"u8);
        if (type == "disabled")
        {
            return "none";
        }

        if (scope.Request.Get("output_config"u8).Text("effort"u8) is { } effort)
        {
            return effort;
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

    private static void WriteEffort(Utf8JsonWriter json, RequestScope scope, string? wanted, bool hasTools)
    {
        if (!scope.Target.Accepts("reasoning_effort"))
        {
            return;
        }

        IReadOnlyList<string> accepted = scope.Profile.Effort;
        if (hasTools && scope.Profile.EffortWithTools == EffortWithTools.ForceNone && accepted.Contains("none"))
        {
            if (wanted is not (null or "none"))
            {
                scope.Report.Changed("effort", wanted, "none");
            }

            json.WriteString("reasoning_effort"u8, "none"u8);
            return;
        }

        if (wanted is null)
        {
            return;
        }

        if (Nearest(wanted, accepted) is not { } effort)
        {
            if (wanted != "none")
            {
                scope.Report.Dropped("effort");
            }

            return;
        }

        if (effort != wanted)
        {
            scope.Report.Changed("effort", Array.IndexOf(s_order, wanted) < 0 ? "unknown" : wanted, effort);
        }

        json.WriteString("reasoning_effort"u8, effort);
    }

    private static void WriteThinkingType(Utf8JsonWriter json, bool enabled)
    {
        json.WriteStartObject("thinking"u8);
        json.WriteString("type"u8, enabled ? "enabled"u8 : "disabled"u8);
        json.WriteEndObject();
    }

    private static void WriteEnableThinking(Utf8JsonWriter json, RequestScope scope, JsonElement thinking, bool enabled)
    {
        json.WriteBoolean("enable_thinking"u8, enabled);
        if (enabled)
        {
            WriteBudget(json, scope, thinking, "thinking_budget");
        }
    }

    /// <summary>Anthropic refuses less than 1024; clients of a gateway should not have to know.</summary>
    private static bool WriteBudget(Utf8JsonWriter json, RequestScope scope, JsonElement thinking, string name)
    {
        if (thinking.Member("budget_tokens"u8) is not { ValueKind: JsonValueKind.Number } budget)
        {
            return false;
        }

        json.WritePropertyName(name);
        if (budget.GetDouble() < MinBudget)
        {
            scope.Report.Changed("budget_tokens", budget.GetRawText(), "1024");
            json.WriteNumberValue(MinBudget);
        }
        else
        {
            json.WriteRaw(budget);
        }

        return true;
    }

    private static void WriteChatTemplate(Utf8JsonWriter json, bool enabled)
    {
        json.WriteStartObject("chat_template_kwargs"u8);
        json.WriteBoolean("enable_thinking"u8, enabled);
        json.WriteEndObject();
    }

    private static void WriteReasoningObject(Utf8JsonWriter json, RequestScope scope, JsonElement thinking, string? wanted)
    {
        bool named = scope.Request.Get("output_config"u8).Text("effort"u8) is not null;
        if (wanted is null && thinking.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        json.WriteStartObject("reasoning"u8);
        if (wanted == "none")
        {
            json.WriteBoolean("enabled"u8, false);
        }
        else if (!named && thinking.Text("type"u8) == "enabled" && WriteBudget(json, scope, thinking, "max_tokens"))
        {
            // The upstream turns it into an effort itself where it has to.
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
