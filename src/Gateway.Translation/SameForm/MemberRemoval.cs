using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Takes a member out of the objects of messages and tools, wherever it stands among what the API knows: what tools are
/// called with and what their arguments look like is the client's own.
/// </summary>
internal static class MemberRemoval
{
    private static readonly string[] s_clients = ["input", "arguments", "input_schema", "parameters", "schema"];

    /// <summary>A part in a result in a message is the deepest that there is.</summary>
    private const int Depth = 8;

    /// <summary>Returns whether there was one.</summary>
    public static bool Apply(ReadOnlySpan<byte> value, int offset, string name, ByteEdits edits, int depth = Depth)
    {
        if (depth == 0 || value.IndexOf(Encoding.UTF8.GetBytes($"\"{name}\"")) < 0)
        {
            return false;
        }

        bool any = false;
        JsonItems items = new(value[0] == '[' ? value : []);
        while (items.MoveNext())
        {
            any |= Apply(items.Value, offset + items.Start, name, edits, depth - 1);
        }

        List<(int Start, int End, bool Remove)> members = [];
        JsonFields fields = new(value[0] == '{' ? value : []);
        while (fields.MoveNext())
        {
            string member = JsonUnescape.ToText(fields.Name);
            members.Add((offset + fields.NameStart, offset + fields.Start + fields.Value.Length, member == name));
            any |= member == name || (!s_clients.Contains(member) && Apply(fields.Value, offset + fields.Start, name, edits, depth - 1));
        }

        if (members.TrueForAll(member => member.Remove) && members.Count > 0)
        {
            edits.Remove(members[0].Start, members[^1].End - members[0].Start);
        }
        else if (members.Exists(member => member.Remove))
        {
            ListRemoval.Apply(members, edits);
        }

        return any;
    }
}
