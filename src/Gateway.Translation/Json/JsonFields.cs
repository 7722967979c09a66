using System.Text.Json;

namespace Gateway.Translation.Json;

/// <summary>
/// Walks the members of one JSON object and hands out their bytes: no document, no allocation. Names are compared as
/// they are written. Throws <see cref="JsonException"/> on what is not JSON.
/// </summary>
internal ref struct JsonFields
{
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;
    private readonly bool _isObject;

    public JsonFields(ReadOnlySpan<byte> json)
    {
        _json = json;
        _reader = new Utf8JsonReader(json, JsonFormat.ReaderOptions);
        _isObject = !json.IsEmpty && _reader.Read() && _reader.TokenType == JsonTokenType.StartObject;
    }

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Where the member begins in the object: at the quote before its name.</summary>
    public int NameStart { get; private set; }

    /// <summary>The value's own bytes, strings with their quotes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Where <see cref="Value"/> begins in the object.</summary>
    public int Start { get; private set; }

    public bool MoveNext()
    {
        if (!_isObject || !_reader.Read() || _reader.TokenType != JsonTokenType.PropertyName)
        {
            return false;
        }

        Name = _reader.ValueSpan;
        NameStart = (int)_reader.TokenStartIndex;
        _reader.Read();
        Start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Value = _json[Start..(int)_reader.BytesConsumed];
        return true;
    }

    /// <summary>Compares the name with its escapes undone, as a client may have written it.</summary>
    public readonly bool NameIs(ReadOnlySpan<byte> name) => JsonUnescape.Matches(Name, name);

    /// <summary>The bytes of one member, empty when it is missing or null.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        JsonFields fields = new(json);
        while (fields.MoveNext())
        {
            if (fields.Name.SequenceEqual(name))
            {
                return fields.Value.SequenceEqual("null"u8) ? [] : fields.Value;
            }
        }

        return [];
    }

    /// <summary>As <see cref="Find"/>, also when the name is written with escapes.</summary>
    public static ReadOnlySpan<byte> FindByName(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        JsonFields fields = new(json);
        while (fields.MoveNext())
        {
            if (fields.NameIs(name))
            {
                return fields.Value.SequenceEqual("null"u8) ? [] : fields.Value;
            }
        }

        return [];
    }

    /// <summary>The bytes of one member, however its name is written. Of one that is there twice servers take the later.</summary>
    public static ReadOnlySpan<byte> FindLast(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> last = [];
        JsonFields fields = new(json);
        while (fields.MoveNext())
        {
            if (fields.NameIs(name))
            {
                last = fields.Value;
            }
        }

        return last;
    }
}
