using System.Buffers;
using System.Text.Json;

namespace Gateway.Translation.Json;

/// <summary>Reads single JSON values from their bytes.</summary>
internal static class JsonRaw
{
    public static bool IsText(ReadOnlySpan<byte> value) => value.Length >= 2 && value[0] == '"';

    /// <summary>The escaped characters of a string; empty for any other value.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> value) => IsText(value) ? value[1..^1] : [];

    /// <summary>JSON, or a part of it, that came in several data lines has line breaks between its tokens; an event has one line.</summary>
    public static void WriteLine(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        if (json.ContainsAny((byte)'\n', (byte)'\r'))
        {
            WriteCompact(json, output);
        }
        else
        {
            output.Write(json);
        }
    }

    /// <summary>Those who look for members stop where the object ends.</summary>
    /// <exception cref="JsonException">It is not JSON, or something follows it.</exception>
    public static void ThrowIfMore(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, JsonFormat.ReaderOptions);
        while (reader.Read())
        {
        }
    }

    /// <summary>Null, false, zero, an empty text, or an object or a list that holds nothing else.</summary>
    public static bool SaysNothing(ReadOnlySpan<byte> value)
    {
        Utf8JsonReader reader = new(value, JsonFormat.ReaderOptions);
        while (!value.IsEmpty && reader.Read())
        {
            bool says = reader.TokenType switch
            {
                JsonTokenType.String => !reader.ValueSpan.IsEmpty,
                JsonTokenType.Number => !reader.ValueSpan.SequenceEqual("0"u8),
                JsonTokenType.True => true,
                _ => false,
            };
            if (says)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A string's characters.</summary>
    public static string Decode(ReadOnlySpan<byte> value) => JsonUnescape.ToText(Text(value));

    /// <summary>Copies JSON without the white space between its tokens; numbers, strings and order stay as they are.</summary>
    public static void WriteCompact(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        Span<byte> target = output.GetSpan(Math.Max(json.Length, 1));
        int length = 0;
        bool inString = false;
        for (int i = 0; i < json.Length; i++)
        {
            byte b = json[i];
            if (!inString && (b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                continue;
            }

            target[length++] = b;
            if (inString && b == '\\' && i + 1 < json.Length)
            {
                target[length++] = json[++i];
            }
            else if (b == '"')
            {
                inString = !inString;
            }
        }

        output.Advance(length);
    }

    /// <summary>How many characters (code points) an escaped string stands for: clients index into the text by them.</summary>
    public static int CountCharacters(ReadOnlySpan<byte> escaped)
    {
        int count = 0;
        for (int i = 0; i < escaped.Length; i++)
        {
            byte b = escaped[i];
            if (b == '\\' && i + 1 < escaped.Length)
            {
                bool unicode = escaped[i + 1] == 'u' && i + 5 < escaped.Length;

                // The second half of a surrogate pair (DC00-DFFF) belongs to the character before it.
                count += unicode && escaped[i + 2] is (byte)'d' or (byte)'D' && escaped[i + 3] is >= (byte)'c' and <= (byte)'f' or >= (byte)'C' and <= (byte)'F' ? 0 : 1;
                i += unicode ? 5 : 1;
            }
            else if ((b & 0xC0) != 0x80)
            {
                count++;
            }
        }

        return count;
    }
}
