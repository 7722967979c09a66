using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Responses;

/// <summary>The items of one answer: numbered as they are shown, and kept, since the response repeats them all at its end.</summary>
/// <param name="events">Null for a client that waits for one body.</param>
/// <param name="id">What the ids of the items have in common.</param>
internal sealed class ResponsesOutput(ResponsesEventWriter? events, string id)
{
    private readonly List<byte[]?> _done = [];

    public ResponsesEventWriter? Events => events;

    /// <summary>Shows a new item; it gets the next number.</summary>
    /// <param name="prefix">Tells the kind of an item by its id.</param>
    /// <param name="members">What the item says of itself besides its id.</param>
    public ItemPlace Add(string prefix, ReadOnlySpan<byte> members)
    {
        ItemPlace place = new($"{prefix}{id}_{_done.Count}", _done.Count);
        _done.Add(null);
        if (events is not null)
        {
            PooledBuffer output = events.Begin(ResponsesEvents.ItemAdded);
            output.Append(",\"output_index\":"u8);
            ResponsesEventWriter.Append(output, place.Index);
            output.Append(",\"item\":{\"id\":\""u8);
            output.Append(place.Id);
            output.Append("\","u8);
            output.Append(members);
            output.Append("}"u8);
            events.End();
        }

        return place;
    }

    /// <summary>Nothing more comes to the item.</summary>
    public void Finish(ItemPlace place, ReadOnlySpan<byte> members)
    {
        byte[] item = [.. "{\"id\":\""u8, .. place.Id, .. "\","u8, .. members, .. "}"u8];
        _done[place.Index] = item;
        if (events is not null)
        {
            PooledBuffer output = events.Begin(ResponsesEvents.ItemDone);
            output.Append(",\"output_index\":"u8);
            ResponsesEventWriter.Append(output, place.Index);
            output.Append(",\"item\":"u8);
            output.Append(item);
            events.End();
        }
    }

    /// <summary>Writes the list of all items that are whole.</summary>
    public void Write(PooledBuffer output)
    {
        bool first = true;
        output.Append("["u8);
        foreach (byte[]? item in _done)
        {
            if (item is not null)
            {
                output.Append(first ? ""u8 : ","u8);
                output.Append(item);
                first = false;
            }
        }

        output.Append("]"u8);
    }
}

/// <summary>Where an item stands. What its events have in common is made once.</summary>
internal sealed class ItemPlace(string id, int index)
{
    public byte[] Id { get; } = Encoding.ASCII.GetBytes(id);

    public int Index => index;

    /// <summary>The members of an event that say of which item it speaks.</summary>
    public byte[] Members { get; } = Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $",\"item_id\":\"{id}\",\"output_index\":{index}"));
}

/// <summary>An item that is being told.</summary>
internal abstract class ResponsesItem(ResponsesOutput output) : IDisposable
{
    private ItemPlace? _place;

    public bool IsShown => _place is not null;

    protected ResponsesEventWriter? Events => output.Events;

    protected void Show(string prefix, ReadOnlySpan<byte> members) => _place ??= output.Add(prefix, members);

    protected void Done(ReadOnlySpan<byte> members) => output.Finish(_place!, members);

    /// <summary>Begins an event of this item. Not for a client that waits for one body.</summary>
    protected PooledBuffer Begin(ReadOnlySpan<byte> type)
    {
        PooledBuffer buffer = Events!.Begin(type);
        buffer.Append(_place!.Members);
        return buffer;
    }

    /// <summary>Tells more of a text.</summary>
    /// <param name="type">The event.</param>
    /// <param name="where">Which text of the item it is; members with a comma before each.</param>
    /// <param name="piece">What is new.</param>
    /// <param name="after">Members behind it.</param>
    protected void Delta(ReadOnlySpan<byte> type, ReadOnlySpan<byte> where, JsonText piece, ReadOnlySpan<byte> after = default)
    {
        if (Events is null)
        {
            return;
        }

        PooledBuffer buffer = Begin(type);
        buffer.Append(where);
        buffer.Append(",\"delta\":\""u8);
        piece.AppendEscaped(buffer);
        buffer.Append("\""u8);
        buffer.Append(after);
        Events.End();
    }

    public abstract void Append(JsonText piece);

    public virtual void Keep(in ReasoningState state)
    {
    }

    public virtual void Cite(in WebSource source)
    {
    }

    /// <summary>Nothing more comes.</summary>
    public abstract void Close();

    public abstract void Dispose();
}
