using Gateway.Translation.Json;

namespace Gateway.Translation.Tokens;

/// <summary>
/// What an upstream has said so far: texts, thoughts and the arguments of calls, never the JSON around them. Where it does
/// not count its output, this does, in both forms and in both directions: the same words are the same tokens, however
/// they were escaped and cut into events.
/// </summary>
internal struct SpokenText
{
    private const int BytesPerToken = 4;

    private long _bytes;
    private ThoughtSource _thoughts;

    private enum ThoughtSource
    {
        None,
        Field,
        OtherField,
        Details,
    }

    public readonly long Tokens => (_bytes + BytesPerToken - 1) / BytesPerToken;

    /// <param name="escaped">Text as it stands between its quotes.</param>
    public void Add(ReadOnlySpan<byte> escaped) => _bytes += PlainLength(escaped);

    /// <summary>The arguments of a call: a string that holds JSON, or the JSON itself.</summary>
    public void AddArguments(ReadOnlySpan<byte> value) =>
        _bytes += JsonRaw.IsText(value) ? PlainLength(JsonRaw.Text(value)) : value.SequenceEqual("{}"u8) || value.SequenceEqual("null"u8) ? 0 : value.Length;

    /// <summary>Servers say the same thought in two fields and in details: the first that speaks is counted.</summary>
    /// <param name="field">Its name.</param>
    /// <param name="escaped">What is new of it.</param>
    public void AddThought(ReadOnlySpan<byte> field, ReadOnlySpan<byte> escaped) =>
        AddThought(escaped, field.SequenceEqual("reasoning_content"u8) ? ThoughtSource.Field : ThoughtSource.OtherField);

    public void AddThought(ReadOnlySpan<byte> escaped) => AddThought(escaped, ThoughtSource.Field);

    /// <param name="details">OpenRouter's list; what is encrypted is nothing that was said.</param>
    public void AddThoughts(ReadOnlySpan<byte> details)
    {
        JsonItems items = new(details);
        while (items.MoveNext())
        {
            ReadOnlySpan<byte> text = JsonRaw.Text(JsonFields.FindByName(items.Value, "text"u8));
            AddThought(text.IsEmpty ? JsonRaw.Text(JsonFields.FindByName(items.Value, "summary"u8)) : text, ThoughtSource.Details);
        }
    }

    /// <param name="parts">A list of texts and thoughts, or a text.</param>
    public void AddParts(ReadOnlySpan<byte> parts)
    {
        JsonItems items = new(parts);
        while (items.MoveNext())
        {
            ReadOnlySpan<byte> part = items.Value;
            Add(JsonRaw.Text(part));
            Add(JsonRaw.Text(JsonFields.FindByName(part, "text"u8)));
            Add(JsonRaw.Text(JsonFields.FindByName(part, "refusal"u8)));
            ReadOnlySpan<byte> thinking = JsonFields.FindByName(part, "thinking"u8);
            AddThought(JsonRaw.Text(thinking));
            JsonItems thoughts = new(thinking);
            while (thoughts.MoveNext())
            {
                AddThought(JsonRaw.Text(JsonFields.FindByName(thoughts.Value, "text"u8)));
            }
        }
    }

    /// <summary>A content block of Messages: what it begins with, or all of it.</summary>
    public void AddBlock(ReadOnlySpan<byte> block)
    {
        Add(JsonRaw.Text(JsonFields.Find(block, "text"u8)));
        Add(JsonRaw.Text(JsonFields.Find(block, "thinking"u8)));
        AddArguments(JsonFields.Find(block, "input"u8));
    }

    /// <param name="content">All blocks of a message.</param>
    public void AddBlocks(ReadOnlySpan<byte> content)
    {
        JsonItems blocks = new(content);
        while (blocks.MoveNext())
        {
            AddBlock(blocks.Value);
        }
    }

    /// <param name="type">Of the delta of a content block.</param>
    /// <param name="escaped">What it adds.</param>
    public void AddDelta(ReadOnlySpan<byte> type, ReadOnlySpan<byte> escaped)
    {
        if (!type.SequenceEqual("signature_delta"u8))
        {
            Add(escaped);
        }
    }

    private void AddThought(ReadOnlySpan<byte> escaped, ThoughtSource source)
    {
        if (!escaped.IsEmpty)
        {
            _thoughts = _thoughts == ThoughtSource.None ? source : _thoughts;
            _bytes += _thoughts == source ? PlainLength(escaped) : 0;
        }
    }

    /// <summary>Bytes of UTF-8 that an escaped text stands for.</summary>
    private static long PlainLength(ReadOnlySpan<byte> escaped)
    {
        long length = escaped.Length;
        while (escaped.IndexOf((byte)'\\') is var at && at >= 0 && at + 1 < escaped.Length)
        {
            bool unicode = escaped[at + 1] == 'u' && at + 5 < escaped.Length;
            length -= unicode ? 6 - Utf8Length(escaped.Slice(at + 2, 4)) : 1;
            escaped = escaped[(at + (unicode ? 6 : 2))..];
        }

        return length;
    }

    /// <summary>Of one UTF-16 unit; each half of a pair is half of four bytes.</summary>
    private static int Utf8Length(ReadOnlySpan<byte> hex)
    {
        bool zero = hex[0] == '0';
        bool isHalf = hex[0] is (byte)'d' or (byte)'D' && hex[1] is (>= (byte)'8' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f') or (>= (byte)'A' and <= (byte)'F');
        return zero && hex[1] == '0' && hex[2] < '8' ? 1 : isHalf || (zero && hex[1] < '8') ? 2 : 3;
    }
}
