using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Responses;

/// <summary>The members of one event, found in one pass; what is not there is empty. Some servers send no names of events, so the type in the data counts.</summary>
internal readonly ref struct ResponsesEvent
{
    private ResponsesEvent(ReadOnlySpan<byte> json, ReadOnlySpan<byte> eventName)
    {
        JsonFields fields = new(json);
        while (fields.MoveNext())
        {
            ReadOnlySpan<byte> value = fields.Value.SequenceEqual("null"u8) ? [] : fields.Value;
            if (fields.NameIs("type"u8))
            {
                Type = JsonRaw.Text(value);
            }
            else if (fields.NameIs("delta"u8))
            {
                Delta = value;
            }
            else if (fields.NameIs("output_index"u8))
            {
                OutputIndex = Number(value);
            }
            else if (fields.NameIs("item_id"u8))
            {
                ItemId = JsonRaw.Text(value);
            }
            else if (fields.NameIs("content_index"u8) || fields.NameIs("summary_index"u8))
            {
                Part = Number(value) ?? 0;
            }
            else if (fields.NameIs("item"u8))
            {
                Item = value;
            }
            else if (fields.NameIs("text"u8) || fields.NameIs("refusal"u8) || fields.NameIs("arguments"u8) || fields.NameIs("input"u8))
            {
                Whole = value;
            }
            else if (fields.NameIs("annotation"u8))
            {
                Annotation = value;
            }
            else if (fields.NameIs("response"u8))
            {
                Response = value;
                ResponseStart = fields.Start;
            }
            else if (fields.NameIs("sequence_number"u8))
            {
                Sequence = value;
                SequenceStart = fields.Start;
            }
            else if (fields.NameIs("error"u8))
            {
                Error = value;
            }
            else if (fields.NameIs("output"u8))
            {
                Output = value;
            }
        }

        Type = Type.IsEmpty ? eventName : Type;
    }

    public ReadOnlySpan<byte> Type { get; }

    /// <summary>Which item it speaks of; servers are surer of it than of <see cref="ItemId"/>.</summary>
    public int? OutputIndex { get; }

    public ReadOnlySpan<byte> ItemId { get; }

    /// <summary>Which part of the item.</summary>
    public int Part { get; }

    /// <summary>What is new, as JSON.</summary>
    public ReadOnlySpan<byte> Delta { get; }

    /// <summary>All of what came in pieces, as JSON.</summary>
    public ReadOnlySpan<byte> Whole { get; }

    public ReadOnlySpan<byte> Item { get; }

    public ReadOnlySpan<byte> Annotation { get; }

    public ReadOnlySpan<byte> Response { get; }

    /// <summary>Where <see cref="Response"/> begins.</summary>
    public int ResponseStart { get; }

    /// <summary>Its number in the stream, as JSON.</summary>
    public ReadOnlySpan<byte> Sequence { get; }

    /// <summary>Where <see cref="Sequence"/> begins.</summary>
    public int SequenceStart { get; }

    public ReadOnlySpan<byte> Error { get; }

    /// <summary>Only where the data is a response itself, and no event.</summary>
    public ReadOnlySpan<byte> Output { get; }

    public static ResponsesEvent Read(ReadOnlySpan<byte> json, ReadOnlySpan<byte> eventName) => new(json, eventName);

    private static int? Number(ReadOnlySpan<byte> value) =>
        TokenUsage.TryCount(value, out long number) && number <= int.MaxValue ? (int)number : null;
}
