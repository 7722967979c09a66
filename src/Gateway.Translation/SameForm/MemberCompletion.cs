using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>Adds to a JSON object what it lacks; the rest stays byte for byte.</summary>
internal static class MemberCompletion
{
    /// <param name="json">An object.</param>
    /// <param name="offset">Where it begins in what the edits are for.</param>
    /// <param name="edits">Take what is missing.</param>
    /// <param name="members">By name, as they are written; where null is no value, it is replaced.</param>
    /// <returns>Whether something was missing.</returns>
    public static bool Apply(ReadOnlySpan<byte> json, int offset, ByteEdits edits, params ReadOnlySpan<(string Name, string Json)> members)
    {
        List<string> missing = [];
        bool any = false;
        bool replaced = false;
        foreach ((string name, string value) in members)
        {
            bool found = false;
            JsonFields fields = new(json);
            while (fields.MoveNext())
            {
                any = true;
                if (JsonUnescape.ToText(fields.Name) != name)
                {
                    continue;
                }

                found = true;
                if (value != "null" && fields.Value.SequenceEqual("null"u8))
                {
                    edits.Replace(offset + fields.Start, fields.Value.Length, Encoding.UTF8.GetBytes(value));
                    replaced = true;
                }
            }

            if (!found)
            {
                missing.Add($"\"{name}\":{value}");
            }
        }

        if (missing.Count > 0)
        {
            int end = json.LastIndexOf((byte)'}');
            edits.Insert(offset + end, Encoding.UTF8.GetBytes((any ? "," : "") + string.Join(',', missing)));
        }

        return replaced || missing.Count > 0;
    }

    /// <summary>The object with what it lacked.</summary>
    public static byte[] Of(ReadOnlySpan<byte> json, params ReadOnlySpan<(string Name, string Json)> members)
    {
        ByteEdits edits = new();
        if (!Apply(json, 0, edits, members))
        {
            return json.ToArray();
        }

        using PooledBuffer completed = new(json.Length + 128);
        edits.Apply(json, completed);
        return completed.Span.ToArray();
    }
}
