using System.Text.Json;

namespace Gateway.Translation.Json;

/// <summary>Closes JSON of which only the beginning is there, so that what came can be read.</summary>
internal static class CutJson
{
    /// <summary>Valid JSON with all that came whole, and a last string as far as it came; null when the beginning is no JSON.</summary>
    public static byte[]? Close(ReadOnlySpan<byte> json)
    {
        Stack<bool> isObject = [];
        Utf8JsonReader reader = new(json, isFinalBlock: false, new JsonReaderState(JsonFormat.ReaderOptions));
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    isObject.Push(reader.TokenType == JsonTokenType.StartObject);
                }
                else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    isObject.Pop();
                }
            }
        }
        catch (JsonException)
        {
            return null;
        }

        if (isObject.Count == 0)
        {
            return null;
        }

        using PooledBuffer closed = new(json.Length + isObject.Count + 8);
        closed.Append(json[..(int)reader.BytesConsumed]);
        WriteLast(json[(int)reader.BytesConsumed..], reader.TokenType, isObject.Peek(), closed);
        foreach (bool ofObject in isObject)
        {
            closed.Append(ofObject ? "}"u8 : "]"u8);
        }

        return closed.Span.ToArray();
    }

    /// <summary>The value that was cut: a string is worth keeping, half a number or name is not.</summary>
    private static void WriteLast(ReadOnlySpan<byte> rest, JsonTokenType before, bool inObject, PooledBuffer closed)
    {
        rest = rest.TrimStart(" \t\r\n"u8);
        bool isValue = before == JsonTokenType.PropertyName || !inObject;
        bool isFirst = before is JsonTokenType.StartArray or JsonTokenType.PropertyName;
        if (!isFirst && rest is [(byte)',', ..])
        {
            rest = rest[1..].TrimStart(" \t\r\n"u8);
            isFirst = isValue && rest is [(byte)'"', ..];
            closed.Append(isFirst ? ","u8 : []);
        }

        if (isValue && isFirst && rest is [(byte)'"', ..])
        {
            closed.Append(WholeCharacters(rest));
            closed.Append("\""u8);
        }
        else if (before == JsonTokenType.PropertyName)
        {
            closed.Append("null"u8);
        }
    }

    /// <summary>Without half an escape or half a character at its end.</summary>
    private static ReadOnlySpan<byte> WholeCharacters(ReadOnlySpan<byte> cut)
    {
        // The longest thing that can be half there is a pair of escaped surrogates.
        for (int from = Math.Max(1, cut.Length - 12), i = from; i < cut.Length; i++)
        {
            if (cut[i] != '\\' || IsEscaped(cut, i))
            {
                continue;
            }

            int length = i + 1 < cut.Length && cut[i + 1] == 'u' ? 6 : 2;
            if (i + length > cut.Length)
            {
                cut = cut[..i];
            }
        }

        int end = cut.Length;
        while (end > 1 && (cut[end - 1] & 0xC0) == 0x80)
        {
            end--;
        }

        if (end == 0 || cut[end - 1] < 0x80)
        {
            return cut[..end];
        }

        int expected = cut[end - 1] >= 0xF0 ? 4 : cut[end - 1] >= 0xE0 ? 3 : cut[end - 1] >= 0xC0 ? 2 : 1;
        return cut.Length - (end - 1) >= expected ? cut : cut[..(end - 1)];
    }

    private static bool IsEscaped(ReadOnlySpan<byte> text, int at)
    {
        int backslashes = 0;
        while (backslashes < at && text[at - 1 - backslashes] == '\\')
        {
            backslashes++;
        }

        return backslashes % 2 == 1;
    }
}
