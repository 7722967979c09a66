using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// The members of one chat chunk, or of a whole chat completion, that translation reads: slices of the upstream's
/// bytes, so that the order of members does not matter and nothing is decoded early.
/// </summary>
internal ref struct ChatChunk
{
    public ReadOnlySpan<byte> Error;
    public ReadOnlySpan<byte> Choices;
    public ReadOnlySpan<byte> Usage;
    public ReadOnlySpan<byte> ServiceTier;
    public ReadOnlySpan<byte> MatchedStop;
    public bool IsErrorObject;

    /// <summary>False when the bytes are no JSON object.</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, out ChatChunk chunk)
    {
        chunk = default;
        try
        {
            Utf8JsonReader reader = new(json, JsonFormat.ReaderOptions);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !JsonNames.Decode(json))
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueIs("choices"u8))
                {
                    chunk.Choices = Slice(ref reader, json, JsonTokenType.StartArray);
                }
                else if (reader.ValueIs("usage"u8))
                {
                    chunk.Usage = Slice(ref reader, json, JsonTokenType.StartObject);
                }
                else if (reader.ValueIs("error"u8))
                {
                    chunk.Error = Slice(ref reader, json, JsonTokenType.None);
                }
                else if (reader.ValueIs("x_groq"u8))
                {
                    ReadOnlySpan<byte> groq = Slice(ref reader, json, JsonTokenType.StartObject);
                    chunk.Usage = chunk.Usage.IsEmpty ? Find(groq, "usage"u8) : chunk.Usage;
                }
                else if (reader.ValueIs("object"u8))
                {
                    // By bytes: the reader's own comparison throws on half a surrogate pair.
                    chunk.IsErrorObject = Slice(ref reader, json, JsonTokenType.String).SequenceEqual("\"error\""u8);
                }
                else if (reader.ValueIs("service_tier"u8))
                {
                    chunk.ServiceTier = ChatChoice.Inner(Slice(ref reader, json, JsonTokenType.String));
                }
                else if (reader.ValueIs("stopping_word"u8))
                {
                    chunk.MatchedStop = ChatChoice.Inner(Slice(ref reader, json, JsonTokenType.String));
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }

            return reader.TokenType == JsonTokenType.EndObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The bytes of the value that follows; empty for null and for any other kind than the wanted one.</summary>
    public static ReadOnlySpan<byte> Slice(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json, JsonTokenType wanted)
    {
        reader.Read();
        bool fits = reader.TokenType != JsonTokenType.Null && (wanted == JsonTokenType.None || reader.TokenType == wanted);
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return fits ? json[start..(int)reader.BytesConsumed] : [];
    }

    /// <summary>The bytes of a member of an object, or nothing.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        Utf8JsonReader reader = new(json, JsonFormat.ReaderOptions);
        if (json.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return [];
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader.ValueIs(name);
            ReadOnlySpan<byte> value = Slice(ref reader, json, JsonTokenType.None);
            if (found)
            {
                return value;
            }
        }

        return [];
    }
}
