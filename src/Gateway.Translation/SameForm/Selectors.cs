using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Puts the upstream's model into a request that passes as it came, and takes out whatever would choose a model, a
/// provider, a key or an address beside it: the permissions, prices and limits of the caller hang on <c>model</c> alone.
/// </summary>
internal static class Selectors
{
    /// <summary>Walks the whole body, so that what is not JSON is found here and not at the upstream. False without a model.</summary>
    public static bool Replace(ReadOnlySpan<byte> body, byte[] model, ByteEdits edits, TranslationReport report)
    {
        bool found = false;
        bool lostTools = false;
        List<(int Start, int End, string? Name, bool Exact)> members = [];
        JsonFields fields = new(body);
        while (fields.MoveNext())
        {
            FieldKind kind = SelectorNames.KindOf(fields.Name, out string? name);
            bool exact = kind == FieldKind.Single && fields.NameIs(Encoding.UTF8.GetBytes(name!));
            exact &= name != "service_tier" || IsUsualTier(fields.Value);
            members.Add((fields.NameStart, fields.Start + fields.Value.Length, name, exact));
            switch (exact ? name : null)
            {
                case "model":
                    found |= JsonRaw.IsText(fields.Value);
                    edits.Replace(fields.Start, fields.Value.Length, model);
                    break;
                case "tools":
                    lostTools = ToolSelectors.Remove(fields.Value, fields.Start, edits, report);
                    break;
                case "metadata":
                    RemoveTags(fields.Value, fields.Start, edits, report);
                    break;
            }
        }

        RemoveMembers(members, lostTools, edits, report);
        return found;
    }

    /// <summary>Of fields that may be there once, the last one in the right spelling stays: it is the one that was checked.</summary>
    private static void RemoveMembers(List<(int Start, int End, string? Name, bool Exact)> members, bool lostTools, ByteEdits edits, TranslationReport report)
    {
        HashSet<string> kept = [];
        List<(int Start, int End, bool Remove)> items = [];
        for (int i = members.Count - 1; i >= 0; i--)
        {
            (int start, int end, string? name, bool exact) = members[i];
            bool remove = name is not null && (!exact || !kept.Add(name) || (lostTools && (name is "tools" or "tool_choice")));
            if (remove)
            {
                report.Dropped(name!);
            }

            items.Add((start, end, remove));
        }

        items.Reverse();
        if (items.Exists(item => item.Remove))
        {
            ListRemoval.Apply(items, edits);
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
