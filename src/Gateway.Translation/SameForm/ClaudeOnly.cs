using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// What only Claude and Anthropic's servers know, taken out of a body for an upstream that speaks their form for other
/// models: such servers refuse it, or act as if it had been done.
/// </summary>
internal static class ClaudeOnly
{
    private const string Thinking = "thinking";
    private const string Config = "output_config";
    private const string Tools = "tools";
    private const int LeastBudget = 1024;
    private const int MostBudget = 16_000;

    private static readonly string[] s_members = ["context_management", "mcp_servers", "container", "speed", "diagnostics", "inference_geo", "fallbacks"];
    private static readonly string[] s_toolMembers = ["eager_input_streaming", "defer_loading", "allowed_callers", "strict"];

    /// <summary>Run by Anthropic's servers; the rest of the name is a date.</summary>
    private static readonly string[] s_serverTools = ["web_search_", "web_fetch_", "code_execution_", "tool_search_tool_", "mcp_toolset", "advisor_"];

    /// <summary>Whatever was refused before, it is taken out here.</summary>
    public static bool Takes(RelayDraft draft, string rejected) =>
        !draft.Profile.AnthropicFields && rejected.StartsWith("tools.", StringComparison.Ordinal) && s_toolMembers.Contains(rejected["tools.".Length..]);

    public static void Remove(RelayDraft draft)
    {
        if (draft.Profile.AnthropicFields)
        {
            return;
        }

        foreach (string name in s_members)
        {
            draft.Drop(name);
        }

        FitEffort(draft);
        FitThinking(draft);
        FitTools(draft);
        FitSystemTurns(draft);
    }

    /// <summary>The format of the answer is what the client asked for; how hard the model tries is not.</summary>
    private static void FitEffort(RelayDraft draft)
    {
        if (draft.Profile.Effort.Count > 0 || draft.Target.RejectedParameters.Contains(Config) || draft.Find(Config) is not { } config)
        {
            return;
        }

        if (JsonFields.FindByName(config.Value(draft.Body), "format"u8).IsEmpty)
        {
            draft.Drop(Config);
        }
        else if (MemberRemoval.Apply(config.Value(draft.Body), config.Start, "effort", draft.Edits, depth: 1))
        {
            draft.Report.Dropped("effort");
        }
    }

    private static void FitThinking(RelayDraft draft)
    {
        if (draft.Find(Thinking) is not { } thinking || !JsonFields.FindByName(thinking.Value(draft.Body), "type"u8).SequenceEqual("\"adaptive\""u8))
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

    private static void FitTools(RelayDraft draft)
    {
        if (draft.Find(Tools) is not { } tools)
        {
            return;
        }

        List<(int Start, int End, bool Remove)> all = [];
        JsonItems items = new(tools.Value(draft.Body));
        while (items.MoveNext())
        {
            string type = JsonFields.FindByName(items.Value, "type"u8) is var said && JsonRaw.IsText(said) ? JsonRaw.Decode(said) : "";
            bool remove = s_serverTools.Any(known => type.StartsWith(known, StringComparison.Ordinal));
            all.Add((tools.Start + items.Start, tools.Start + items.Start + items.Value.Length, remove));
            if (remove)
            {
                draft.Report.Dropped($"{Tools}.{type}");
            }
        }

        if (all.Count > 0 && all.TrueForAll(tool => tool.Remove))
        {
            draft.Remove(Tools);
            draft.Remove("tool_choice");
            return;
        }

        ListRemoval.Apply(all, draft.Edits);
        foreach ((int start, int end, _) in all.Where(tool => !tool.Remove))
        {
            FitTool(draft, start, end);
        }
    }

    /// <summary>Several members of one tool go in one step, so that no two edits tear at one comma.</summary>
    private static void FitTool(RelayDraft draft, int start, int end)
    {
        List<(int Start, int End, bool Remove)> members = [];
        JsonFields fields = new(draft.Body[start..end]);
        while (fields.MoveNext())
        {
            string name = JsonUnescape.ToText(fields.Name);
            bool remove = s_toolMembers.Contains(name);
            members.Add((start + fields.NameStart, start + fields.Start + fields.Value.Length, remove));
            if (remove)
            {
                draft.Report.Dropped($"{Tools}.{name}");
            }
        }

        if (members.Exists(member => member.Remove) && !members.TrueForAll(member => member.Remove))
        {
            ListRemoval.Apply(members, draft.Edits);
        }
    }

    /// <summary>A word of the system amid the conversation is said by the user, in a tag; its place stays, and with it the cached prefix.</summary>
    private static void FitSystemTurns(RelayDraft draft)
    {
        if (draft.Find("messages") is not { } messages)
        {
            return;
        }

        JsonItems items = new(messages.Value(draft.Body));
        while (items.MoveNext())
        {
            int at = messages.Start + items.Start;
            JsonFields fields = new(items.Value);
            (int Start, int Length) role = default;
            (int Start, int Length) content = default;
            while (fields.MoveNext())
            {
                if (fields.Name.SequenceEqual("role"u8) && fields.Value.SequenceEqual("\"system\""u8))
                {
                    role = (at + fields.Start, fields.Value.Length);
                }
                else if (fields.Name.SequenceEqual("content"u8))
                {
                    content = (at + fields.Start, fields.Value.Length);
                }
            }

            if (role.Length == 0)
            {
                continue;
            }

            draft.Edits.Replace(role.Start, role.Length, "\"user\""u8.ToArray());
            draft.Report.Changed("messages.role", "system", "user");
            if (content.Length > 1 && JsonRaw.IsText(draft.Body.Slice(content.Start, content.Length)))
            {
                draft.Edits.Insert(content.Start + 1, Encoding.UTF8.GetBytes("<system-reminder>\\n"));
                draft.Edits.Insert(content.Start + content.Length - 1, Encoding.UTF8.GetBytes("\\n</system-reminder>"));
            }
        }
    }
}
