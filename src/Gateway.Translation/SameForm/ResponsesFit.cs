using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;

namespace Gateway.Translation.SameForm;

/// <summary>
/// The top level of a relayed Responses request: nothing is kept at the server, reasoning comes back in a form that can go
/// there again, and a knob that the model is known to refuse is lowered or left out.
/// </summary>
internal static class ResponsesFit
{
    private const string Limit = "max_output_tokens";
    private const string Reasoning = "reasoning";
    private const string Include = "include";
    private const string Encrypted = "reasoning.encrypted_content";

    /// <summary>What the server takes at least; clients that only knock ask for 1.</summary>
    private const int LeastOutput = 16;

    public static void Apply(RelayDraft draft)
    {
        bool keeps = !draft.Value("store").SequenceEqual("false"u8);
        FitStream(draft);
        FitLimit(draft);
        string? effort = FitEffort(draft);
        ChatKnobFit.FitSampling(draft, effort);
        if (!draft.Profile.ParallelTools)
        {
            draft.Drop("parallel_tool_calls");
        }

        if (!draft.Target.IsOpenAi)
        {
            // Codex tells of its window and turn. It is nobody else's business, and many refuse the field.
            draft.Drop("client_metadata");
        }

        foreach (string name in draft.Target.RejectedParameters)
        {
            Leave(draft, name);
        }

        if (keeps)
        {
            KeepNothing(draft);
            AskForReasoning(draft, effort);
        }
    }

    private static void FitStream(RelayDraft draft)
    {
        if (draft.Value("stream").SequenceEqual("true"u8) && !draft.Target.Accepts("stream"))
        {
            // The client gets its stream all the same, made of the whole answer.
            draft.Replace(draft.Find("stream")!, "false");
            draft.Report.Changed("stream", "true", "false");
            draft.Remove("stream_options");
        }
    }

    private static void FitLimit(RelayDraft draft)
    {
        if (draft.Find(Limit) is not { } member || !TokenUsage.TryCount(member.Value(draft.Body), out long wanted))
        {
            return;
        }

        long allowed = Math.Min(Math.Max(wanted, LeastOutput), draft.Profile.MaxOutputTokens ?? long.MaxValue);
        if (allowed != wanted)
        {
            draft.Replace(member, $"{allowed}");
            draft.Report.Changed(Limit, $"{wanted}", $"{allowed}");
        }
    }

    /// <summary>Returns the effort that goes along.</summary>
    private static string? FitEffort(RelayDraft draft)
    {
        if (draft.Find(Reasoning) is not { } member)
        {
            return null;
        }

        JsonFields fields = new(member.Value(draft.Body));
        string? effort = null;
        while (fields.MoveNext())
        {
            if (!fields.NameIs("effort"u8) || !JsonRaw.IsText(fields.Value))
            {
                continue;
            }

            effort = JsonRaw.Decode(fields.Value);
            if (draft.Profile.Effort.Count > 0 && Effort.Nearest(effort, draft.Profile.Effort) is { } nearest && nearest != effort)
            {
                draft.Edits.Replace(member.Start + fields.Start, fields.Value.Length, Encoding.UTF8.GetBytes($"\"{nearest}\""));
                draft.Report.Changed("effort", ChatKnobFit.Word(effort), nearest);
                effort = nearest;
            }
        }

        return effort;
    }

    /// <summary>What the model refused before: a member of the body, or one inside a member.</summary>
    private static void Leave(RelayDraft draft, string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        if (name is "stream" or ForeignSignatures.Parameter)
        {
            // Done elsewhere.
        }
        else if (name is "prompt_cache_breakpoint")
        {
            draft.DropInside(name, name, "input", "tools");
        }
        else if (name.StartsWith("tools.", StringComparison.Ordinal))
        {
            draft.DropInside(name[(dot + 1)..], name, "tools");
        }
        else if (dot > 0)
        {
            draft.DropInside(name[(dot + 1)..], name, name[..dot]);
        }
        else
        {
            draft.Drop(name);
        }
    }

    /// <summary>What the server kept, another caller could open: the account is everybody's.</summary>
    private static void KeepNothing(RelayDraft draft)
    {
        if (draft.Members.Find("store") is not { } store)
        {
            draft.Add("store", "false");
            return;
        }

        draft.Replace(store, "false");
        if (!store.IsNull(draft.Body))
        {
            draft.Report.Changed("store", "true", "false");
        }
    }

    /// <summary>A client that relies on what is kept sends reasoning back by its id: with what is encrypted beside, that works all the same.</summary>
    private static void AskForReasoning(RelayDraft draft, string? effort)
    {
        bool reasons = draft.Profile.Effort.Count > 0 && effort != "none";
        if (!reasons || !draft.Target.Accepts(Include))
        {
            return;
        }

        ReadOnlySpan<byte> include = draft.Value(Include);
        if (include.IsEmpty)
        {
            draft.Remove(Include);
            draft.Add(Include, $"[\"{Encrypted}\"]");
        }
        else if (include[0] == '[' && include.IndexOf(Encoding.UTF8.GetBytes($"\"{Encrypted}\"")) < 0)
        {
            JsonItems items = new(include);
            draft.Edits.Insert(draft.Find(Include)!.Start + 1, Encoding.UTF8.GetBytes($"\"{Encrypted}\"{(items.MoveNext() ? "," : "")}"));
        }
    }
}
