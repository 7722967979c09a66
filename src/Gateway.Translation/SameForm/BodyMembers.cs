using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// The members at the top of a body, by where they stand. Several readers mark what is to go; it goes in one step with its
/// commas, so that no two of them tear at the same comma.
/// </summary>
internal sealed class BodyMembers
{
    private readonly List<BodyMember> _all = [];

    public IReadOnlyList<BodyMember> All => _all;

    /// <summary>Behind the last one: where another can be inserted.</summary>
    public int End => _all[^1].End;

    /// <summary>Walks the whole body, so that what is not JSON is found here and not at the upstream.</summary>
    public static BodyMembers Read(ReadOnlySpan<byte> body)
    {
        BodyMembers members = new();
        JsonFields fields = new(body);
        while (fields.MoveNext())
        {
            int nameEnd = fields.NameStart + fields.Name.Length + 2;
            members._all.Add(new BodyMember(JsonUnescape.ToText(fields.Name), fields.NameStart, nameEnd, fields.Start, fields.Start + fields.Value.Length));
        }

        return members;
    }

    /// <summary>The last one of a name, which counts.</summary>
    public BodyMember? Find(string name) => _all.FindLast(member => member.Name == name && !member.Removed);

    public void Apply(ByteEdits edits)
    {
        if (_all.Exists(member => member.Removed))
        {
            ListRemoval.Apply([.. _all.Select(member => (member.NameStart, member.End, member.Removed))], edits);
        }
    }
}

/// <param name="Name">With its escapes undone.</param>
/// <param name="NameStart">At the quote before it.</param>
/// <param name="NameEnd">Behind the quote after it.</param>
/// <param name="Start">Of the value.</param>
/// <param name="End">Of the value.</param>
internal sealed record BodyMember(string Name, int NameStart, int NameEnd, int Start, int End)
{
    public bool Removed { get; set; }

    public ReadOnlySpan<byte> RawName(ReadOnlySpan<byte> body) => body[(NameStart + 1)..(NameEnd - 1)];

    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> body) => body[Start..End];

    public bool IsNull(ReadOnlySpan<byte> body) => Value(body).SequenceEqual("null"u8);
}
