using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>A range of a chunk's bytes; it outlives the pass that found it, and no bytes are copied.</summary>
internal readonly record struct Slice(int Start, int Length)
{
    public bool IsEmpty => Length == 0;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> json) => json.Slice(Start, Length);
}

/// <summary>Walks a chunk once, member by member, and says where values lie. Throws <see cref="JsonException"/>.</summary>
internal ref struct ChatJson(ReadOnlySpan<byte> json)
{
    private Utf8JsonReader _reader = new(json, JsonFormat.ReaderOptions);

    public ReadOnlySpan<byte> Json { get; } = json;

    /// <summary>Where the value begins that the reader stands on.</summary>
    public readonly int Start => (int)_reader.TokenStartIndex;

    /// <summary>Where the last thing ended that was read.</summary>
    public readonly int End => (int)_reader.BytesConsumed;

    public readonly bool IsObject => _reader.TokenType == JsonTokenType.StartObject;

    /// <summary>Goes into the object that comes; anything else is passed over.</summary>
    public bool EnterObject() => Enter(JsonTokenType.StartObject);

    /// <summary>Goes into the array that comes; anything else is passed over.</summary>
    public bool EnterArray() => Enter(JsonTokenType.StartArray);

    public bool NextMember() => _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Names come with escapes from some servers.</summary>
    public readonly bool NameIs(ReadOnlySpan<byte> name) =>
        _reader.ValueIsEscaped ? JsonUnescape.Matches(_reader.ValueSpan, name) : _reader.ValueSpan.SequenceEqual(name);

    /// <summary>Stands on the next item of the array; it must be read or skipped.</summary>
    public bool NextItem() => _reader.Read() && _reader.TokenType != JsonTokenType.EndArray;

    public void SkipItem() => _reader.Skip();

    /// <summary>Passes over the member's value.</summary>
    public void Skip()
    {
        _reader.Read();
        _reader.Skip();
    }

    /// <summary>The value that comes; empty for null and for any other kind than the wanted one.</summary>
    public Slice Value(JsonTokenType wanted = JsonTokenType.None)
    {
        _reader.Read();
        bool fits = _reader.TokenType != JsonTokenType.Null && (wanted == JsonTokenType.None || _reader.TokenType == wanted);
        int start = Start;
        _reader.Skip();
        return fits ? new Slice(start, End - start) : default;
    }

    /// <summary>The escaped characters of the string that comes; empty for other values.</summary>
    public Slice Text() => Value(JsonTokenType.String) is { IsEmpty: false } text ? new Slice(text.Start + 1, text.Length - 2) : default;

    public int? Number()
    {
        _reader.Read();
        int? number = _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt32(out int value) ? value : null;
        _reader.Skip();
        return number;
    }

    /// <summary>A member of an object that was read already.</summary>
    public readonly Slice Find(Slice value, ReadOnlySpan<byte> name)
    {
        JsonFields fields = new(value.Of(Json));
        while (fields.MoveNext())
        {
            if (fields.NameIs(name))
            {
                return fields.Value.SequenceEqual("null"u8) ? default : new Slice(value.Start + fields.Start, fields.Value.Length);
            }
        }

        return default;
    }

    private bool Enter(JsonTokenType start)
    {
        if (_reader.Read() && _reader.TokenType == start)
        {
            return true;
        }

        _reader.Skip();
        return false;
    }
}
