using System.Runtime.InteropServices;
using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// A JSON value that comes in pieces, as the deltas of a stream bring it: texts are joined, objects merged, lists made
/// longer. What came once keeps its bytes. Throws <see cref="System.Text.Json.JsonException"/> on what is not JSON.
/// </summary>
internal sealed class JoinedJson
{
    /// <summary>Said whole each time that they are said: joined they would name nothing.</summary>
    private static readonly HashSet<string> s_names = ["id", "type", "index", "role", "object", "model", "name", "format"];

    /// <summary>The value as it came, a text without its last quote; not in use once the value has parts.</summary>
    private readonly List<byte> _bytes = [];
    private OrderedDictionary<string, JoinedJson>? _members;
    private List<JoinedJson>? _items;

    /// <summary>Items of a list that are numbered, by their number.</summary>
    private Dictionary<string, JoinedJson>? _numbered;

    public JoinedJson(ReadOnlySpan<byte> json) => Set(json);

    private bool IsText => Starts('"');

    /// <summary>Null, or a text without characters.</summary>
    private bool IsEmpty => Starts('n') || (IsText && _bytes.Count == 1);

    /// <summary>Adds what a delta brings.</summary>
    public void Add(ReadOnlySpan<byte> delta)
    {
        if (delta.SequenceEqual("null"u8))
        {
            return;
        }

        if (IsText && JsonRaw.IsText(delta))
        {
            _bytes.AddRange(delta[1..^1]);
        }
        else if (Starts('{') && delta[0] == '{')
        {
            JsonFields fields = new(delta);
            while (fields.MoveNext())
            {
                Add(Name(fields), fields.Value);
            }
        }
        else if (Starts('[') && delta[0] == '[')
        {
            AddItems(delta);
        }
        else
        {
            Set(delta);
        }
    }

    /// <summary>Adds to one member.</summary>
    public void Add(string name, ReadOnlySpan<byte> delta)
    {
        OrderedDictionary<string, JoinedJson> members = Members();
        if (!members.TryGetValue(name, out JoinedJson? member))
        {
            members.Add(name, new JoinedJson(delta));
        }
        else if (member.IsEmpty || !s_names.Contains(name))
        {
            member.Add(delta);
        }
    }

    /// <summary>Puts a member in the place of what was there.</summary>
    public void Set(string name, ReadOnlySpan<byte> value) => Members()[name] = new JoinedJson(value);

    public void Remove(string name) => Members().Remove(name);

    /// <summary>A member, made as <paramref name="empty"/> if it is missing or null.</summary>
    public JoinedJson Member(string name, ReadOnlySpan<byte> empty)
    {
        if (!Members().TryGetValue(name, out JoinedJson? member) || member.Starts('n'))
        {
            Members()[name] = member = new JoinedJson(empty);
        }

        return member;
    }

    /// <summary>A member; null when it is missing or null.</summary>
    public JoinedJson? Find(string name) => Members().TryGetValue(name, out JoinedJson? member) && !member.Starts('n') ? member : null;

    /// <summary>The items of a list, none of anything else.</summary>
    public IReadOnlyList<JoinedJson> Items() => Starts('[') ? List() : [];

    public void Write(PooledBuffer output)
    {
        if (_members is not null)
        {
            WriteMembers(_members, output);
        }
        else if (_items is not null)
        {
            for (int i = 0; i < _items.Count; i++)
            {
                output.Append(i == 0 ? "["u8 : ","u8);
                _items[i].Write(output);
            }

            output.Append(_items.Count == 0 ? "[]"u8 : "]"u8);
        }
        else
        {
            output.Append(CollectionsMarshal.AsSpan(_bytes));
            output.Append(IsText ? "\""u8 : []);
        }
    }

    private static void WriteMembers(OrderedDictionary<string, JoinedJson> members, PooledBuffer output)
    {
        string before = "{\"";
        foreach ((string name, JoinedJson value) in members)
        {
            output.Append(Encoding.UTF8.GetBytes($"{before}{name}\":"));
            value.Write(output);
            before = ",\"";
        }

        output.Append(members.Count == 0 ? "{}"u8 : "}"u8);
    }

    private void Set(ReadOnlySpan<byte> json)
    {
        (_members, _items, _numbered) = (null, null, null);
        _bytes.Clear();
        _bytes.AddRange(JsonRaw.IsText(json) ? json[..^1] : json);
    }

    private void AddItems(ReadOnlySpan<byte> delta)
    {
        List<JoinedJson> list = List();
        JsonItems items = new(delta);
        while (items.MoveNext())
        {
            string number = Encoding.UTF8.GetString(JsonFields.Find(items.Value, "index"u8));
            if (number.Length > 0 && _numbered!.TryGetValue(number, out JoinedJson? item))
            {
                item.Add(items.Value);
            }
            else
            {
                list.Add(new JoinedJson(items.Value));
                _numbered!.TryAdd(number, list[^1]);
            }
        }
    }

    /// <summary>The parts of an object, taken apart only when one of them is asked for.</summary>
    private OrderedDictionary<string, JoinedJson> Members()
    {
        if (_members is null)
        {
            _members = [];
            JsonFields fields = new(CollectionsMarshal.AsSpan(_bytes));
            while (fields.MoveNext())
            {
                _members[Name(fields)] = new JoinedJson(fields.Value);
            }
        }

        return _members;
    }

    private List<JoinedJson> List()
    {
        if (_items is null)
        {
            (_items, _numbered) = ([], []);
            AddItems([.. _bytes]);
        }

        return _items;
    }

    private bool Starts(char first) => _bytes.Count > 0 && _bytes[0] == first;

    /// <summary>As it is written, escapes and all.</summary>
    private static string Name(JsonFields fields) => Encoding.UTF8.GetString(fields.Name);
}
