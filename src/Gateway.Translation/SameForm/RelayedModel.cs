using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>The name of the model in an answer that passes: the one that the client asked for, unless another one answered.</summary>
internal static class RelayedModel
{
    /// <summary>The upstream's name for it, as JSON, when that is another model's of the same maker; else null.</summary>
    public static byte[]? Of(string? answered, AnswerContext context) =>
        answered is not null && ModelName.IsSibling(context.UpstreamModel, answered) ? SameFormRequest.Quote(answered) : null;

    /// <param name="message">A JSON object.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="model">The name, as JSON.</param>
    /// <param name="edits">Take the change.</param>
    public static void Edit(ReadOnlySpan<byte> message, int offset, byte[] model, ByteEdits edits) => Edit(message, offset, model, edits, "model"u8);

    /// <summary>The same for another member.</summary>
    public static void Edit(ReadOnlySpan<byte> message, int offset, byte[] value, ByteEdits edits, ReadOnlySpan<byte> member)
    {
        JsonFields fields = new(message);
        while (fields.MoveNext())
        {
            if (fields.Name.SequenceEqual(member))
            {
                edits.Replace(offset + fields.Start, fields.Value.Length, value);
            }
        }
    }
}
