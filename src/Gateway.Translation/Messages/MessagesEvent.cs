using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>
/// The parts of one Anthropic stream event, found in a single pass: deltas are most of a stream, and going over them
/// once for each question would cost more than all the rest. Throws <see cref="JsonException"/>.
/// </summary>
internal ref struct MessagesEvent
{
    /// <summary>Escaped characters.</summary>
    public ReadOnlySpan<byte> Type;

    /// <summary>The delta object, whole.</summary>
    public ReadOnlySpan<byte> Delta;

    /// <summary>Escaped characters of the delta's own type.</summary>
    public ReadOnlySpan<byte> DeltaType;

    /// <summary>Escaped characters of what the delta adds, whatever its member is called.</summary>
    public ReadOnlySpan<byte> DeltaText;

    /// <summary>The number of the content block that is meant; null when the server says none.</summary>
    public int? Index;

    public ReadOnlySpan<byte> Block;

    public ReadOnlySpan<byte> Message;

    public ReadOnlySpan<byte> Usage;

    public ReadOnlySpan<byte> Error;

    public static MessagesEvent Read(ReadOnlySpan<byte> data)
    {
        MessagesEvent found = default;
        Utf8JsonReader json = new(data, JsonFormat.ReaderOptions);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return found;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = json.ValueSpan;
            json.Read();
            int start = (int)json.TokenStartIndex;
            if (name.SequenceEqual("type"u8) && json.TokenType == JsonTokenType.String)
            {
                found.Type = json.ValueSpan;
            }
            else if (name.SequenceEqual("delta"u8) && json.TokenType == JsonTokenType.StartObject)
            {
                found.ReadDelta(ref json);
                found.Delta = data[start..(int)json.BytesConsumed];
            }
            else if (name.SequenceEqual("index"u8) && json.TokenType == JsonTokenType.Number)
            {
                found.Index = json.TryGetInt32(out int index) ? index : null;
            }
            else
            {
                json.Skip();
                found.Keep(name, data[start..(int)json.BytesConsumed]);
            }
        }

        return found;
    }

    private void ReadDelta(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = json.ValueSpan;
            json.Read();
            if (json.TokenType != JsonTokenType.String)
            {
                json.Skip();
            }
            else if (name.SequenceEqual("type"u8))
            {
                DeltaType = json.ValueSpan;
            }
            else if (name.SequenceEqual("text"u8) || name.SequenceEqual("partial_json"u8) || name.SequenceEqual("thinking"u8) || name.SequenceEqual("signature"u8))
            {
                DeltaText = json.ValueSpan;
            }
        }
    }

    private void Keep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("content_block"u8))
        {
            Block = value;
        }
        else if (name.SequenceEqual("message"u8))
        {
            Message = value;
        }
        else if (name.SequenceEqual("usage"u8))
        {
            Usage = value;
        }
        else if (name.SequenceEqual("error"u8) && !value.SequenceEqual("null"u8))
        {
            Error = value;
        }
    }
}
