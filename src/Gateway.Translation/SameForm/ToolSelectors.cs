using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Takes tools out of a relayed request that have the upstream call a model of the client's choice (Anthropic's advisor,
/// OpenRouter's server tools). Tools that the client runs itself stay, without such a member.
/// </summary>
internal static class ToolSelectors
{
    /// <summary>No server's tool has its model deeper; each level more is one more look at all that is in it.</summary>
    private const int Depth = 6;

    /// <summary>Returns whether no tool is left, so that nothing may be said about their choice.</summary>
    /// <param name="tools">The list.</param>
    /// <param name="offset">Where it stands in the body.</param>
    /// <param name="only">If given, the names of those that stay.</param>
    /// <param name="edits">Takes the removals.</param>
    /// <param name="report">Hears of them.</param>
    public static bool Remove(ReadOnlySpan<byte> tools, int offset, IReadOnlySet<string>? only, ByteEdits edits, TranslationReport report)
    {
        List<(int Start, int End, bool Remove)> all = [];
        JsonItems items = new(tools);
        while (items.MoveNext())
        {
            int start = offset + items.Start;
            bool clients = IsClients(items.Value);
            bool chooses = ChoosesModel(items.Value, clients ? 0 : Depth);
            if (chooses)
            {
                report.Dropped(clients ? "tools.model" : "tool_with_model");
            }

            if (chooses && clients)
            {
                RemoveMember(items.Value, start, edits);
            }

            bool hidden = only is not null && !(ChatToolFit.NameOf(items.Value) is { } name && only.Contains(name));
            all.Add((start, start + items.Value.Length, hidden || (chooses && !clients)));
        }

        if (all.Exists(tool => tool.Remove))
        {
            RemoveTools(all, edits);
            return all.TrueForAll(tool => tool.Remove);
        }

        return false;
    }

    /// <summary>No type is a tool of the client's in the Messages API.</summary>
    private static bool IsClients(ReadOnlySpan<byte> tool)
    {
        JsonFields fields = new(tool);
        while (fields.MoveNext())
        {
            if (SelectorNames.IsType(fields.Name) && JsonRaw.Decode(fields.Value) is not ("function" or "custom"))
            {
                return false;
            }
        }

        return true;
    }

    private static void RemoveTools(List<(int Start, int End, bool Remove)> all, ByteEdits edits)
    {
        if (all.TrueForAll(tool => tool.Remove))
        {
            edits.Remove(all[0].Start, all[^1].End - all[0].Start);
        }
        else
        {
            ListRemoval.Apply(all, edits);
        }
    }

    private static bool ChoosesModel(ReadOnlySpan<byte> tool, int depth)
    {
        JsonItems items = new(tool[0] == '[' ? tool : []);
        while (items.MoveNext())
        {
            if (depth > 0 && ChoosesModel(items.Value, depth - 1))
            {
                return true;
            }
        }

        JsonFields fields = new(tool);
        while (fields.MoveNext())
        {
            bool names = fields.Value[0] is (byte)'"' or (byte)'[' && SelectorNames.IsModel(fields.Name);
            if (names || (depth > 0 && fields.Value[0] is (byte)'{' or (byte)'[' && ChoosesModel(fields.Value, depth - 1)))
            {
                return true;
            }
        }

        return false;
    }

    private static void RemoveMember(ReadOnlySpan<byte> tool, int offset, ByteEdits edits)
    {
        List<(int Start, int End, bool Remove)> members = [];
        JsonFields fields = new(tool);
        while (fields.MoveNext())
        {
            bool names = fields.Value[0] is (byte)'"' or (byte)'[' && SelectorNames.IsModel(fields.Name);
            members.Add((offset + fields.NameStart, offset + fields.Start + fields.Value.Length, names));
        }

        ListRemoval.Apply(members, edits);
    }
}
