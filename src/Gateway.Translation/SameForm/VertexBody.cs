using System.Buffers;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>A Messages body as Vertex AI takes it: the version stands in it, and the model in the path instead. All other bytes stay.</summary>
public static class VertexBody
{
    private const string Version = "anthropic_version";

    /// <param name="body">As Anthropic's own servers take it.</param>
    /// <param name="keepModel">Where tokens are counted the path does not name it.</param>
    public static ReadOnlyMemory<byte> Of(ReadOnlySpan<byte> body, bool keepModel)
    {
        BodyMembers members = BodyMembers.Read(body);
        ByteEdits edits = new();
        foreach (BodyMember member in members.All)
        {
            member.Removed = member.Name == Version;
        }

        if (members.Find("model") is { } model)
        {
            byte[] version = "\"anthropic_version\":\"vertex-2023-10-16\""u8.ToArray();
            if (keepModel)
            {
                edits.Insert(model.NameStart, (byte[])[.. version, (byte)',']);
            }
            else
            {
                edits.Replace(model.NameStart, model.End - model.NameStart, version);
            }
        }

        members.Apply(edits);
        ArrayBufferWriter<byte> written = new(body.Length + 64);
        edits.Apply(body, written);
        return written.WrittenMemory;
    }
}
