using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.SameForm;

/// <summary>The choice of tools of a relayed Chat request, as far as the upstream takes it.</summary>
internal static class ChatToolFit
{
    private const string Choice = "tool_choice";

    /// <summary>Tools that alone go along, for upstreams that can be told "some tool" but not which.</summary>
    public static IReadOnlySet<string>? OnlyTools(RelayDraft draft)
    {
        ReadOnlySpan<byte> choice = draft.Value(Choice);
        HashSet<string> names = ToolChoices.NameOf(choice) switch
        {
            ToolChoices.Named when draft.Profile.ToolChoice == ToolChoiceSupport.NoNamed => [.. NameOf(choice) is { } name ? [name] : (ReadOnlySpan<string>)[]],
            ToolChoices.Allowed when !TakesAllowed(draft) => NamesIn(JsonFields.FindByName(JsonFields.FindByName(choice, "allowed_tools"u8), "tools"u8)),
            _ => [],
        };

        // A name that nobody declared is the client's mistake, and stays for the upstream to see.
        return names.Count > 0 && names.IsSubsetOf(NamesIn(draft.Value("tools"))) ? names : null;
    }

    /// <param name="draft">The body.</param>
    /// <param name="only">What <see cref="OnlyTools"/> said.</param>
    public static void Apply(RelayDraft draft, IReadOnlySet<string>? only)
    {
        if (!draft.Profile.ParallelTools)
        {
            draft.Drop("parallel_tool_calls");
        }

        if (draft.Find(Choice) is not { } member || ToolChoices.NameOf(member.Value(draft.Body)) is not { } wanted)
        {
            return;
        }

        string kind = only is null ? wanted : ModeOf(wanted, member.Value(draft.Body));
        if (kind is ToolChoices.Required or ToolChoices.Named && (!draft.Target.Accepts(kind) || !MayForce(draft)))
        {
            kind = ToolChoices.Auto;
        }

        if (kind == ToolChoices.None && !draft.Target.Accepts(kind))
        {
            // No tool may be called, and the upstream cannot be told: it gets none.
            draft.Drop("tools");
            draft.Drop("parallel_tool_calls");
            draft.Drop(Choice);
        }
        else if (kind == ToolChoices.Auto && !draft.Target.Accepts(kind))
        {
            draft.Drop(Choice);
        }
        else if (kind != wanted)
        {
            draft.Replace(member, $"\"{WordOf(kind)}\"");
            draft.Report.Changed(Choice, WordOf(wanted), WordOf(kind));
        }
    }

    /// <summary>The name of a declared or chosen tool, function or custom.</summary>
    public static string? NameOf(ReadOnlySpan<byte> tool)
    {
        ReadOnlySpan<byte> inner = JsonFields.FindByName(tool, "function"u8);
        ReadOnlySpan<byte> name = JsonFields.FindByName(inner.IsEmpty ? JsonFields.FindByName(tool, "custom"u8) : inner, "name"u8);
        return JsonRaw.IsText(name) ? JsonRaw.Decode(name) : null;
    }

    private static HashSet<string> NamesIn(ReadOnlySpan<byte> tools)
    {
        HashSet<string> names = [];
        JsonItems items = new(tools);
        while (items.MoveNext())
        {
            if (NameOf(items.Value) is { } name)
            {
                names.Add(name);
            }
        }

        return names;
    }

    private static bool TakesAllowed(RelayDraft draft) =>
        draft.Profile is { ToolChoice: ToolChoiceSupport.Full, OpenAiFields: true } && draft.Target.Accepts(ToolChoices.Allowed);

    /// <summary>What is left to say once only the chosen tools are there.</summary>
    private static string ModeOf(string wanted, ReadOnlySpan<byte> choice) =>
        wanted == ToolChoices.Named ? ToolChoices.Required
        : ToolChoices.NameOf(JsonFields.FindByName(JsonFields.FindByName(choice, "allowed_tools"u8), "mode"u8)) ?? ToolChoices.Auto;

    /// <summary>As for Messages clients: thinking that nobody asked for makes way for the call, thinking that somebody asked for stays.</summary>
    private static bool MayForce(RelayDraft draft)
    {
        (bool on, bool off) = Thinking(draft);
        if (draft.Profile.ToolChoice != ToolChoiceSupport.NotThinking)
        {
            return draft.Profile.ToolChoice != ToolChoiceSupport.AutoOnly && !(draft.Profile.ThinkingStyle == ThinkingStyle.EnableThinking && on);
        }

        if (off || on)
        {
            return off;
        }

        (string field, string value) = draft.Profile.ThinkingStyle switch
        {
            ThinkingStyle.ThinkingType => ("thinking", """{"type":"disabled"}"""),
            ThinkingStyle.EnableThinking => ("enable_thinking", "false"),
            ThinkingStyle.ChatTemplate => ("chat_template_kwargs", """{"enable_thinking":false}"""),
            _ => ("", ""),
        };
        if (field.Length == 0 || draft.Find(field) is not null || !draft.Target.Accepts(field))
        {
            return false;
        }

        draft.Remove(field);
        draft.Add(field, value);
        draft.Report.Changed("thinking", "default", "disabled");
        return true;
    }

    /// <summary>Whether the client asks for thinking, or for none, in any of the ways that servers have.</summary>
    private static (bool On, bool Off) Thinking(RelayDraft draft)
    {
        string type = JsonRaw.Decode(JsonFields.FindByName(draft.Value("thinking"), "type"u8));
        ReadOnlySpan<byte> enable = draft.Value("enable_thinking");
        ReadOnlySpan<byte> inTemplate = JsonFields.FindByName(draft.Value("chat_template_kwargs"), "enable_thinking"u8);
        string? effort = draft.Text("reasoning_effort");
        bool off = type == "disabled" || enable.SequenceEqual("false"u8) || inTemplate.SequenceEqual("false"u8) || effort == "none";
        bool on = type is "enabled" or "adaptive" || enable.SequenceEqual("true"u8) || inTemplate.SequenceEqual("true"u8) || effort is not (null or "none");
        return (on && !off, off);
    }

    private static string WordOf(string kind) => kind[(kind.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
