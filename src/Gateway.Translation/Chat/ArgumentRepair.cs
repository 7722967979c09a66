using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>Makes an object of tool call arguments that came whole: what a client runs must never be half a call.</summary>
internal static class ArgumentRepair
{
    /// <summary>
    /// The arguments of a finished call as one JSON object: as they are, decoded twice, completed, wrapped, or in
    /// <c>_raw_arguments</c> when nothing else can be made of them.
    /// </summary>
    public static void Write(ReadOnlySpan<byte> raw, PooledBuffer output)
    {
        raw = TrimFences(raw);
        if (raw.IsEmpty || raw.SequenceEqual("null"u8))
        {
            output.Append("{}"u8);
            return;
        }

        switch (Kind(raw))
        {
            case JsonValueKind.Object:
                output.Append(raw);
                return;
            case JsonValueKind.String:
                WriteInner(raw, output);
                return;
            case JsonValueKind.Undefined when raw[0] == '{' && TryComplete(raw, output):
                return;
            case JsonValueKind.Undefined:
                output.Append("{\"_raw_arguments\":"u8);
                WriteText(raw, output);
                output.Append("}"u8);
                return;
            default:
                output.Append("{\"input\":"u8);
                output.Append(raw);
                output.Append("}"u8);
                return;
        }
    }

    private static bool TryComplete(ReadOnlySpan<byte> raw, PooledBuffer output)
    {
        using ArgumentStream arguments = new();
        int start = output.Length;
        arguments.Feed(raw, output);
        if (!arguments.IsBroken)
        {
            arguments.Close(output);
            if (Kind(output.Span[start..]) == JsonValueKind.Object)
            {
                return true;
            }
        }

        output.Truncate(start);
        return false;
    }

    private static void WriteInner(ReadOnlySpan<byte> raw, PooledBuffer output)
    {
        using PooledBuffer inner = new(raw.Length);
        JsonUnescape.Append(raw[1..^1], inner);
        if (Kind(inner.Span) is JsonValueKind.Object)
        {
            Write(inner.Span, output);
            return;
        }

        output.Append("{\"input\":"u8);
        output.Append(raw);
        output.Append("}"u8);
    }

    /// <summary>The kind of one complete JSON value; undefined when it is none.</summary>
    public static JsonValueKind Kind(ReadOnlySpan<byte> json)
    {
        try
        {
            Utf8JsonReader reader = new(json, JsonFormat.ReaderOptions);
            if (!reader.Read())
            {
                return JsonValueKind.Undefined;
            }

            JsonValueKind kind = reader.TokenType switch
            {
                JsonTokenType.StartObject => JsonValueKind.Object,
                JsonTokenType.StartArray => JsonValueKind.Array,
                JsonTokenType.String => JsonValueKind.String,
                JsonTokenType.Null => JsonValueKind.Null,
                _ => JsonValueKind.Number,
            };
            reader.Skip();
            return reader.Read() ? JsonValueKind.Undefined : kind;
        }
        catch (JsonException)
        {
            return JsonValueKind.Undefined;
        }
    }

    /// <summary>What a scalar lacks to be whole: "tru" and "1." are beginnings, what they were to become is near enough.</summary>
    public static bool ScalarEnd(ReadOnlySpan<byte> scalar, out ReadOnlySpan<byte> end)
    {
        ReadOnlySpan<byte> word = scalar[0] switch { (byte)'t' => "true"u8, (byte)'f' => "false"u8, (byte)'n' => "null"u8, _ => [] };
        bool isBeginning = !word.IsEmpty && word.StartsWith(scalar);
        end = isBeginning ? word[scalar.Length..] : Kind(scalar) != JsonValueKind.Undefined ? [] : "0"u8;
        return isBeginning || end.IsEmpty || Kind([.. scalar, (byte)'0']) != JsonValueKind.Undefined;
    }

    private static ReadOnlySpan<byte> TrimFences(ReadOnlySpan<byte> raw)
    {
        raw = raw.Trim(" \r\n\t"u8);
        if (raw.StartsWith("```"u8))
        {
            int line = raw.IndexOf((byte)'\n');
            raw = line < 0 ? [] : raw[(line + 1)..];
            raw = raw.EndsWith("```"u8) ? raw[..^3] : raw;
        }

        return raw.Trim(" \r\n\t"u8);
    }

    /// <summary>Appends a JSON string.</summary>
    public static void WriteText(ReadOnlySpan<byte> text, PooledBuffer output)
    {
        output.Append("\""u8);
        output.AppendEscaped(text);
        output.Append("\""u8);
    }
}
