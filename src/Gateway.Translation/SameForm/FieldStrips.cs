using System.Text;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Takes fields out of a body that its server does not know: <c>speed</c> at the top, <c>output_config.task_budget</c> inside
/// it, <c>tools.strict</c> of each tool, <c>tools.web_fetch_*</c> the tools of a type (with <c>=</c> and another type they
/// become that); with <c>messages.system</c> words of the system amid the conversation become the user's.
/// </summary>
internal static class FieldStrips
{
    private const string SystemAmid = "messages.system";
    private const string OfTools = "tools.";

    /// <summary>What can be done beside all other edits. The rest waits for a body without them.</summary>
    public static void FoldSystem(RelayDraft draft)
    {
        if (draft.Profile.AnthropicFields && draft.Target.StripFields.Contains(SystemAmid))
        {
            SystemTurns.Fold(draft);
        }
    }

    /// <summary>Whether the body may hold one of the fields. Most hold none, and looking for a few bytes is cheap.</summary>
    public static bool MayHold(ReadOnlySpan<byte> body, IReadOnlyList<string> fields)
    {
        foreach (string field in fields)
        {
            string name = field.Split('=')[0].TrimEnd('*');
            if (field != SystemAmid && body.IndexOf(Encoding.UTF8.GetBytes('"' + name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..])) >= 0)
            {
                return true;
            }
        }

        // A name may be written with escapes.
        return fields.Count > 0 && body.IndexOf("\\u00"u8) >= 0;
    }

    public static GatewayError? Apply(RelayDraft draft)
    {
        string[] ofTools = [.. draft.Target.StripFields.Where(field => field.StartsWith(OfTools, StringComparison.Ordinal)).Select(field => field[OfTools.Length..])];
        foreach (IGrouping<string, string> fields in draft.Target.StripFields.Where(field => field != SystemAmid && !field.StartsWith(OfTools, StringComparison.Ordinal)).GroupBy(field => field.Split('.')[0]))
        {
            if (fields.Contains(fields.Key))
            {
                draft.Drop(fields.Key);
            }
            else if (draft.Find(fields.Key) is { } holder)
            {
                Inside(draft, holder, [.. fields.Select(field => field[(fields.Key.Length + 1)..])]);
            }
        }

        return ofTools.Length > 0 ? ToolFit.Apply(draft, new ToolRules(ofTools, ofTools)) : null;
    }

    private static void Inside(RelayDraft draft, BodyMember holder, string[] names)
    {
        ReadOnlySpan<byte> value = holder.Value(draft.Body);
        if (value[0] != '{')
        {
            return;
        }

        List<(int Start, int End, bool Remove)> members = [];
        JsonFields fields = new(value);
        while (fields.MoveNext())
        {
            string name = JsonUnescape.ToText(fields.Name);
            bool remove = names.Contains(name);
            members.Add((holder.Start + fields.NameStart, holder.Start + fields.Start + fields.Value.Length, remove));
            if (remove)
            {
                draft.Report.Dropped($"{holder.Name}.{name}");
            }
        }

        if (members.Count > 0 && members.TrueForAll(member => member.Remove))
        {
            draft.Remove(holder.Name);
        }
        else
        {
            ListRemoval.Apply(members, draft.Edits);
        }
    }
}
