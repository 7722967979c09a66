using System.Text;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.SameForm;

/// <summary>
/// What of a relayed Chat request only the server can read that made it: signed and encrypted reasoning of turns that
/// another one answered. Reasoning in plain words stays.
/// </summary>
internal static class ChatSignatureFit
{
    /// <summary>What Gemini's documentation gives those who have no signature for a call.</summary>
    private const string NoSignature = """{"google":{"thought_signature":"skip_thought_signature_validator"}}""";

    public static void Apply(RelayDraft draft)
    {
        int end = draft.Target.Foreign.EndIn(draft.Body);
        if (end == 0 || draft.Find("messages") is not { } messages)
        {
            return;
        }

        JsonItems items = new(messages.Value(draft.Body));
        while (items.MoveNext())
        {
            int start = messages.Start + items.Start;
            if (start < end && JsonRaw.Text(JsonFields.FindByName(items.Value, "role"u8)).SequenceEqual("assistant"u8))
            {
                FromMessage(draft, items.Value, start);
            }
        }
    }

    private static void FromMessage(RelayDraft draft, ReadOnlySpan<byte> message, int offset)
    {
        List<(int Start, int End, bool Remove)> members = [];
        JsonFields fields = new(message);
        while (fields.MoveNext())
        {
            string name = JsonUnescape.ToText(fields.Name);
            int at = offset + fields.Start;
            bool remove = name switch
            {
                "reasoning_details" or "thinking_blocks" => TakeSigned(draft, fields.Value, at),
                "extra_content" => IsThought(draft, fields.Value),
                "tool_calls" => FitCalls(draft, fields.Value, at),
                _ => false,
            };
            members.Add((offset + fields.NameStart, at + fields.Value.Length, remove));
            if (remove)
            {
                draft.Report.Dropped(name == "extra_content" ? "thought_signature" : name);
            }
        }

        if (members.Exists(member => member.Remove))
        {
            ListRemoval.Apply(members, draft.Edits);
        }
    }

    /// <summary>Takes out the entries that are bound to their maker. True when nothing would be left.</summary>
    private static bool TakeSigned(RelayDraft draft, ReadOnlySpan<byte> entries, int offset)
    {
        List<(int Start, int End, bool Remove)> all = [];
        JsonItems items = new(entries);
        while (items.MoveNext())
        {
            ReadOnlySpan<byte> bound = Bound(items.Value);
            draft.Target.Foreign.Note(bound);
            all.Add((offset + items.Start, offset + items.Start + items.Value.Length, !bound.IsEmpty));
        }

        if (all.Count > 0 && all.TrueForAll(entry => entry.Remove))
        {
            return true;
        }

        if (all.Exists(entry => entry.Remove))
        {
            ListRemoval.Apply(all, draft.Edits);
            draft.Report.Dropped("reasoning_details");
        }

        return false;
    }

    private static ReadOnlySpan<byte> Bound(ReadOnlySpan<byte> entry)
    {
        ReadOnlySpan<byte> signature = JsonFields.FindByName(entry, "signature"u8);
        return signature.IsEmpty ? JsonFields.FindByName(entry, "data"u8) : signature;
    }

    private static bool FitCalls(RelayDraft draft, ReadOnlySpan<byte> calls, int offset)
    {
        JsonItems items = new(calls);
        while (items.MoveNext())
        {
            FitCall(draft, items.Value, offset + items.Start);
        }

        return false;
    }

    /// <summary>Gemini refuses calls without a signature as it does those with another's.</summary>
    private static void FitCall(RelayDraft draft, ReadOnlySpan<byte> call, int offset)
    {
        bool gemini = draft.Profile.SchemaDialect == SchemaDialect.Gemini;
        bool said = false;
        List<(int Start, int End, bool Remove)> members = [];
        JsonFields fields = new(call);
        while (fields.MoveNext())
        {
            bool extra = fields.NameIs("extra_content"u8);
            bool bound = extra && IsThought(draft, fields.Value);
            said |= extra;
            int at = offset + fields.Start;
            members.Add((offset + fields.NameStart, at + fields.Value.Length, bound && !gemini));
            if (bound)
            {
                draft.Report.Dropped("thought_signature");
                if (gemini)
                {
                    draft.Edits.Replace(at, fields.Value.Length, Encoding.UTF8.GetBytes(NoSignature));
                }
            }
        }

        if (gemini && !said && members.Count > 0)
        {
            draft.Edits.Insert(members[^1].End, Encoding.UTF8.GetBytes($",\"extra_content\":{NoSignature}"));
        }

        if (members.Exists(member => member.Remove) && members.Exists(member => !member.Remove))
        {
            ListRemoval.Apply(members, draft.Edits);
        }
    }

    private static bool IsThought(RelayDraft draft, ReadOnlySpan<byte> extra)
    {
        ReadOnlySpan<byte> signature = JsonFields.FindByName(JsonFields.FindByName(extra, "google"u8), "thought_signature"u8);
        draft.Target.Foreign.Note(signature);
        return !signature.IsEmpty;
    }
}
