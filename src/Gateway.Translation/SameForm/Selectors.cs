using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Puts the upstream's model into a request that passes as it came, and takes out whatever would choose a model, a
/// provider, a key or an address beside it: the permissions, prices and limits of the caller hang on <c>model</c> alone.
/// </summary>
internal static class Selectors
{
    /// <summary>False without a model.</summary>
    /// <param name="draft">The body.</param>
    /// <param name="onlyTools">If given, the tools of which the upstream cannot be told that only they may be called: the others go.</param>
    public static bool Replace(RelayDraft draft, IReadOnlySet<string>? onlyTools = null)
    {
        bool found = false;
        bool lostTools = false;
        List<(BodyMember Member, string? Name, bool Exact)> members = [];
        foreach (BodyMember member in draft.Members.All)
        {
            ReadOnlySpan<byte> value = member.Value(draft.Body);
            FieldKind kind = SelectorNames.KindOf(member.RawName(draft.Body), out string? name);
            bool exact = kind == FieldKind.Single && member.Name == name;
            exact &= name != "service_tier" || IsUsualTier(value);
            members.Add((member, name, exact));
            switch (exact ? name : null)
            {
                case "model":
                    found |= JsonRaw.IsText(value);
                    draft.Edits.Replace(member.Start, value.Length, SameFormRequest.Quote(draft.Target.Model));
                    break;
                case "tools":
                    lostTools = ToolSelectors.Remove(value, member.Start, onlyTools, draft.Edits, draft.Report);
                    break;
                case "metadata":
                    RemoveTags(value, member.Start, draft.Edits, draft.Report);
                    break;
            }
        }

        Mark(members, lostTools, draft.Report);
        return found;
    }

    /// <summary>Of fields that may be there once, the last one in the right spelling stays: it is the one that was checked.</summary>
    private static void Mark(List<(BodyMember Member, string? Name, bool Exact)> members, bool lostTools, TranslationReport report)
    {
        HashSet<string> kept = [];
        for (int i = members.Count - 1; i >= 0; i--)
        {
            (BodyMember member, string? name, bool exact) = members[i];
            member.Removed = name is not null && (!exact || !kept.Add(name) || (lostTools && (name is "tools" or "tool_choice")));
            if (member.Removed)
            {
                report.Dropped(name!);
            }
        }
    }

    /// <summary>Faster tiers cost up to twice the model's price, which budgets are reckoned with; these cost it at most.</summary>
    private static bool IsUsualTier(ReadOnlySpan<byte> value) =>
        JsonUnescape.ToText(value) is "\"auto\"" or "\"default\"" or "\"flex\"" or "\"on_demand\"" or "\"standard_only\"" or "null";

    /// <summary>OpenAI's metadata are texts; a list of tags is how LiteLLM is told which deployment to take.</summary>
    private static void RemoveTags(ReadOnlySpan<byte> metadata, int offset, ByteEdits edits, TranslationReport report)
    {
        JsonFields fields = new(metadata);
        while (fields.MoveNext())
        {
            SelectorNames.KindOf(fields.Name, out string? name);
            if (name is "tags" && fields.Value[0] == '[')
            {
                edits.Replace(offset + fields.Start, fields.Value.Length, "[]"u8.ToArray());
                report.Dropped("metadata.tags");
            }
        }
    }
}
