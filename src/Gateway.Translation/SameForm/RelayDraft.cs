using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.SameForm;

/// <summary>A client's body on its way to an upstream of the same form: its bytes, and the few edits that they get.</summary>
internal readonly ref struct RelayDraft(ReadOnlySpan<byte> body, RelayTarget target, TranslationReport report)
{
    public ReadOnlySpan<byte> Body { get; } = body;

    public BodyMembers Members { get; } = BodyMembers.Read(body);

    public RelayTarget Target { get; } = target;

    public Profile Profile => Target.Profile;

    public TranslationReport Report { get; } = report;

    public ByteEdits Edits { get; } = new();

    /// <summary>The member that counts; null as a value counts as absent.</summary>
    public BodyMember? Find(string name) => Members.Find(name) is { } member && !member.IsNull(Body) ? member : null;

    /// <summary>Empty when it is missing or null.</summary>
    public ReadOnlySpan<byte> Value(string name) => Find(name) is { } member ? member.Value(Body) : [];

    /// <summary>A string's characters; null for anything else.</summary>
    public string? Text(string name) => Value(name) is var value && JsonRaw.IsText(value) ? JsonRaw.Decode(value) : null;

    /// <summary>The client offers tools.</summary>
    public bool HasTools
    {
        get
        {
            JsonItems tools = new(Value("tools"));
            return tools.MoveNext();
        }
    }

    /// <summary>Takes a member out, however often it is there, and reports it. Of one that says nothing the bytes stay.</summary>
    public void Drop(string name)
    {
        foreach (BodyMember member in Members.All)
        {
            if (member.Name == name && !member.Removed && !member.IsNull(Body))
            {
                Remove(name);
                Report.Dropped(name);
                return;
            }
        }
    }

    /// <summary>Takes a member out of all objects inside these members of the body, and reports it once.</summary>
    public void DropInside(string member, string reported, params ReadOnlySpan<string> places)
    {
        bool any = false;
        foreach (string place in places)
        {
            any |= Find(place) is { } value && MemberRemoval.Apply(value.Value(Body), value.Start, member, Edits);
        }

        if (any)
        {
            Report.Dropped(reported);
        }
    }

    /// <summary>Takes a member out that says nothing which is not said elsewhere.</summary>
    public void Remove(string name)
    {
        foreach (BodyMember member in Members.All)
        {
            member.Removed |= member.Name == name;
        }
    }

    public void Rename(BodyMember member, string name) =>
        Edits.Replace(member.NameStart, member.NameEnd - member.NameStart, Encoding.UTF8.GetBytes($"\"{name}\""));

    /// <param name="member">Gets another value.</param>
    /// <param name="json">The value as it is written.</param>
    public void Replace(BodyMember member, string json) =>
        Edits.Replace(member.Start, member.End - member.Start, Encoding.UTF8.GetBytes(json));

    public void Add(string name, string json) =>
        Edits.Insert(Members.End, Encoding.UTF8.GetBytes($",\"{name}\":{json}"));
}
