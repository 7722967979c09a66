using System.Text.Json;

namespace Gateway.Translation.Json;

/// <summary>Walks the items of one JSON array and hands out their bytes; empty for anything else.</summary>
internal ref struct JsonItems
{
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;
    private readonly bool _isArray;

    public JsonItems(ReadOnlySpan<byte> json)
    {
        _json = json;
        _reader = new Utf8JsonReader(json, JsonFormat.ReaderOptions);
        _isArray = !json.IsEmpty && _reader.Read() && _reader.TokenType == JsonTokenType.StartArray;
    }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Where <see cref="Value"/> begins in the array.</summary>
    public int Start { get; private set; }

    public bool MoveNext()
    {
        if (!_isArray || !_reader.Read() || _reader.TokenType == JsonTokenType.EndArray)
        {
            return false;
        }

        Start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Value = _json[Start..(int)_reader.BytesConsumed];
        return true;
    }
}
