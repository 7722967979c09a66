using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>What an upstream of Anthropic's form has refused before, taken out of a body of that form.</summary>
internal static class MessagesFit
{
    private const string Choice = "tool_choice";
    private const string Limit = "max_tokens";

    public static GatewayError? Apply(RelayDraft draft)
    {
        if (draft.Profile.MaxOutputTokens is { } max && draft.Find(Limit) is { } limit && TokenUsage.TryCount(limit.Value(draft.Body), out long wanted) && wanted > max)
        {
            draft.Replace(limit, $"{max}");
            draft.Report.Changed(Limit, $"{wanted}", $"{max}");
        }

        foreach (string name in draft.Target.RejectedParameters)
        {
            if (!ClaudeOnly.Takes(draft, name))
            {
                Leave(draft, name);
            }
        }

        FitChoice(draft);
        FieldStrips.FoldSystem(draft);
        return ClaudeOnly.Remove(draft);
    }

    private static void Leave(RelayDraft draft, string name)
    {
        switch (name)
        {
            case Limit or "response_format":
                // Required, or of the other form.
                break;
            case "stream" when draft.Find("stream") is { } stream:
                draft.Replace(stream, "false");
                draft.Report.Changed("stream", "true", "false");
                break;
            case "thinking":
                draft.Drop(name);
                if (draft.Value("context_management").IndexOf("clear_thinking"u8) >= 0)
                {
                    // Clearing thinking is refused where there is none.
                    draft.Drop("context_management");
                }

                break;
            case "output_config" when !JsonFields.FindByName(draft.Value(name), "format"u8).IsEmpty:
                LeaveEffort(draft, name);
                break;
            case "cache_control":
                draft.DropInside(name, name, "messages", "system", "tools");
                draft.Drop(name);
                break;
            case RejectedParameters.ToolDescription or ForeignSignatures.Parameter:
                // Words of the client, and what is taken out elsewhere.
                break;
            case var _ when name.StartsWith("tools.", StringComparison.Ordinal):
                draft.DropInside(name["tools.".Length..], name, "tools");
                break;
            default:
                draft.Drop(name);
                break;
        }
    }

    /// <summary>The format of the answer is what the client asked for, not how.</summary>
    private static void LeaveEffort(RelayDraft draft, string name)
    {
        BodyMember member = draft.Find(name)!;
        if (MemberRemoval.Apply(member.Value(draft.Body), member.Start, "effort", draft.Edits, depth: 1))
        {
            draft.Report.Dropped("effort");
        }
    }

    private static void FitChoice(RelayDraft draft)
    {
        if (draft.Find(Choice) is not { } member || ToolChoices.NameOf(member.Value(draft.Body)) is not { } kind || draft.Target.Accepts(kind))
        {
            return;
        }

        if (kind is ToolChoices.Required or ToolChoices.Named)
        {
            bool oneAtATime = JsonFields.FindByName(member.Value(draft.Body), "disable_parallel_tool_use"u8).SequenceEqual("true"u8);
            draft.Replace(member, oneAtATime ? """{"type":"auto","disable_parallel_tool_use":true}""" : """{"type":"auto"}""");
            draft.Report.Changed(Choice, kind == ToolChoices.Named ? "tool" : "any", "auto");
        }
        else if (kind == ToolChoices.Auto)
        {
            draft.Drop(Choice);
        }
        // Tools cannot be left out where the conversation has calls of them: "none" stays, and so does its refusal.
    }
}
