using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Responses;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.SameForm;

/// <summary>What the items of a relayed response say: counted, and kept only for a client that waits for all of them.</summary>
internal sealed class RelayedItems
{
    private readonly List<byte[]> _done = [];
    private SpokenText _spoken;
    private int _searches;

    /// <summary>Tokens of texts, thoughts and the inputs of calls.</summary>
    public long Tokens => _spoken.Tokens;

    /// <summary>Some item came as events of its own.</summary>
    public bool Any { get; private set; }

    /// <summary>Takes an event. True when it says something, and does not only tell what is going to be said.</summary>
    public bool Take(in ResponsesEvent e, FactsReader facts, bool keep)
    {
        ReadOnlySpan<byte> delta = JsonRaw.Text(e.Delta);
        Any |= !delta.IsEmpty || !e.Item.IsEmpty;
        if (!delta.IsEmpty)
        {
            Count(e.Type, delta);
        }

        if (!e.Type.SequenceEqual(ResponsesEvents.ItemDone))
        {
            return !delta.IsEmpty || (e.Type.SequenceEqual(ResponsesEvents.ItemAdded) && UpstreamItemReader.KindOf(e.Item) is not (UpstreamItemKind.Message or UpstreamItemKind.Reasoning));
        }

        CountSearch(e.Item, facts);
        if (keep)
        {
            _done.Add(e.Item.ToArray());
        }

        return true;
    }

    /// <summary>Takes all items of the whole response: of what was said in pieces nothing is counted twice.</summary>
    public void AddAll(ReadOnlySpan<byte> output, FactsReader facts)
    {
        bool isCounted = _spoken.Tokens > 0;
        int known = _searches;
        JsonItems items = new(output);
        while (items.MoveNext())
        {
            if (!isCounted)
            {
                Add(items.Value);
            }

            if (UpstreamItemReader.IsSearch(items.Value) && known-- <= 0)
            {
                CountSearch(items.Value, facts);
            }
        }
    }

    /// <summary>The response with its items, where its last event left them out.</summary>
    public byte[] Complete(ReadOnlySpan<byte> response)
    {
        JsonFields fields = new(response);
        ByteEdits edits = new();
        bool isThere = false;
        while (fields.MoveNext())
        {
            if (fields.NameIs("output"u8))
            {
                isThere = true;
                JsonItems items = new(fields.Value);
                if (!items.MoveNext() && _done.Count > 0)
                {
                    edits.Replace(fields.Start, fields.Value.Length, All());
                }
            }
        }

        if (!isThere && response is [(byte)'{', ..] && _done.Count > 0)
        {
            edits.Insert(1, (byte[])[.. "\"output\":"u8, .. All(), .. ","u8]);
        }

        using PooledBuffer whole = new(response.Length + 64);
        edits.Apply(response, whole);
        return whole.Span.ToArray();
    }

    private byte[] All() => [.. "["u8, .. _done.SelectMany((item, index) => index == 0 ? item : [(byte)',', .. item]), .. "]"u8];

    /// <summary>Servers say the same thought as a summary and as a text.</summary>
    private void Count(ReadOnlySpan<byte> type, ReadOnlySpan<byte> escaped)
    {
        if (type.StartsWith("response.reasoning"u8))
        {
            _spoken.AddThought(type.StartsWith("response.reasoning_summary"u8) ? "reasoning_content"u8 : "reasoning"u8, escaped);
        }
        else
        {
            _spoken.Add(escaped);
        }
    }

    private void Add(ReadOnlySpan<byte> item)
    {
        bool isThought = UpstreamItemReader.KindOf(item) == UpstreamItemKind.Reasoning;
        ReadOnlySpan<byte> content = JsonFields.FindByName(item, "content"u8);
        _spoken.AddParts(content.IsEmpty || (isThought && !UpstreamItemReader.HasText(content)) ? JsonFields.FindByName(item, "summary"u8) : content);
        _spoken.AddArguments(JsonFields.FindByName(item, "arguments"u8));
        _spoken.AddArguments(JsonFields.FindByName(item, "input"u8));
    }

    private void CountSearch(ReadOnlySpan<byte> item, FactsReader facts)
    {
        if (UpstreamItemReader.IsSearch(item))
        {
            _searches++;
            facts.CountSearch();
        }
    }
}
