using System.Text;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.SameForm;

/// <summary>
/// What only Claude and Anthropic's servers know, taken out of a body for an upstream that speaks their form for other
/// models: such servers refuse it, or act as if it had been done.
/// </summary>
internal static class ClaudeOnly
{
    private const string Thinking = "thinking";
    private const string Config = "output_config";
    private const int LeastBudget = 1024;
    private const int MostBudget = 16_000;

    private static readonly string[] s_members = ["context_management", "mcp_servers", "container", "speed", "diagnostics", "inference_geo", "fallbacks"];
    private static readonly string[] s_toolMembers = ["eager_input_streaming", "defer_loading", "allowed_callers", "strict"];

    /// <summary>Tools that Anthropic's servers run have nobody to run them; those that the client runs are said in full.</summary>
    private static readonly ToolRules s_tools = new(
        ["web_search_*", "web_fetch_*", "code_execution_*", "tool_search_tool_*", "mcp_toolset", "advisor_*", "computer_toolset_*", "browser_toolset_*"],
        s_toolMembers)
    {
        SpellsOut = true,
    };

    /// <summary>Whatever was refused before, it is taken out here.</summary>
    public static bool Takes(RelayDraft draft, string rejected) =>
        !draft.Profile.AnthropicFields && rejected.StartsWith("tools.", StringComparison.Ordinal) && s_toolMembers.Contains(rejected["tools.".Length..]);

    public static GatewayError? Remove(RelayDraft draft)
    {
        if (draft.Profile.AnthropicFields)
        {
            return null;
        }

        foreach (string name in s_members)
        {
            draft.Drop(name);
        }

        FitEffort(draft);
        FitThinking(draft);
        SystemTurns.Fold(draft);
        UnseenImages.Replace(draft);
        return ToolFit.Apply(draft, s_tools);
    }

    /// <summary>The format of the answer is what the client asked for; how hard the model tries is not.</summary>
    private static void FitEffort(RelayDraft draft)
    {
        if (draft.Target.RejectedParameters.Contains(Config) || draft.Find(Config) is not { } config)
        {
            return;
        }

        ReadOnlySpan<byte> value = config.Value(draft.Body);
        ReadOnlySpan<byte> said = JsonFields.FindByName(value, "effort"u8);
        string? effort = JsonRaw.IsText(said) && draft.Profile.Effort.Count > 0 ? Effort.Nearest(JsonRaw.Decode(said), draft.Profile.Effort) : null;
        ReadOnlySpan<byte> format = JsonFields.FindByName(value, "format"u8);
        if (effort is null && format.IsEmpty)
        {
            draft.Drop(Config);
            return;
        }

        // What else there is, such as a budget for a task, only Claude knows.
        List<string> members = [];
        if (effort is not null)
        {
            members.Add($"\"effort\":\"{effort}\"");
        }

        if (!format.IsEmpty)
        {
            members.Add($"\"format\":{Encoding.UTF8.GetString(format)}");
        }

        ReportEffort(draft, JsonRaw.Decode(said), effort);
        JsonFields fields = new(value);
        bool isWhole = true;
        while (fields.MoveNext())
        {
            string name = JsonUnescape.ToText(fields.Name);
            isWhole &= name == "format" || (name == "effort" && effort is not null && fields.NameIs("effort"u8) && JsonRaw.Decode(fields.Value) == effort);
            if (name is not ("format" or "effort"))
            {
                draft.Report.Dropped($"{Config}.{name}");
            }
        }

        if (!isWhole)
        {
            draft.Replace(config, $"{{{string.Join(',', members)}}}");
        }
    }

    private static void ReportEffort(RelayDraft draft, string said, string? effort)
    {
        if (effort is null && said.Length > 0)
        {
            draft.Report.Dropped("effort");
        }
        else if (effort is not null && effort != said)
        {
            draft.Report.Changed("effort", said, effort);
        }
    }

    private static void FitThinking(RelayDraft draft)
    {
        if (draft.Profile.ClaudeThinking == ClaudeThinking.None)
        {
            draft.Drop(Thinking);
            return;
        }

        if (draft.Profile.ClaudeThinking == ClaudeThinking.Adaptive || draft.Find(Thinking) is not { } thinking || !JsonFields.FindByName(thinking.Value(draft.Body), "type"u8).SequenceEqual("\"adaptive\""u8))
        {
            return;
        }

        long budget = TokenUsage.TryCount(draft.Value("max_tokens"), out long limit) ? Math.Min(limit / 2, MostBudget) : MostBudget;
        if (budget < LeastBudget)
        {
            draft.Drop(Thinking);
            return;
        }

        draft.Replace(thinking, $$"""{"type":"enabled","budget_tokens":{{budget}}}""");
        draft.Report.Changed(Thinking, "adaptive", "enabled");
    }
}
