using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.ResponsesToMessages;

/// <summary>The members of a response that repeat its request. Typed clients declare many of them as always there.</summary>
internal static class ResponsesEcho
{
    /// <summary>In which order they are written, and what stands for one that the client did not send.</summary>
    private static readonly (string Name, byte[] Absent)[] s_members =
    [
        ("instructions", "null"u8.ToArray()),
        ("tools", "[]"u8.ToArray()),
        ("tool_choice", "\"auto\""u8.ToArray()),
        ("parallel_tool_calls", "true"u8.ToArray()),
        ("temperature", "null"u8.ToArray()),
        ("top_p", "null"u8.ToArray()),
        ("max_output_tokens", "null"u8.ToArray()),
        ("text", "{\"format\":{\"type\":\"text\"}}"u8.ToArray()),
        ("reasoning", "{\"effort\":null,\"summary\":null}"u8.ToArray()),
        ("metadata", "{}"u8.ToArray()),
    ];

    /// <summary>Members with a comma before each.</summary>
    public static ReadOnlyMemory<byte> Of(JsonElement body)
    {
        using PooledBuffer output = new(1024);
        foreach ((string name, byte[] absent) in s_members)
        {
            output.Append(",\""u8);
            output.AppendEscaped(name);
            output.Append("\":"u8);
            JsonElement said = body.TryGetProperty(name, out JsonElement value) && value.Exists() ? value : default;
            output.Append(said.Exists() ? JsonFormat.Raw(said) : absent);
        }

        output.Append(",\"store\":false,\"previous_response_id\":null,\"truncation\":\"disabled\",\"background\":false"u8);
        return Flat(output.Span);
    }

    /// <summary>Events are lines: what the client wrote over several must not break one.</summary>
    private static ReadOnlyMemory<byte> Flat(ReadOnlySpan<byte> json)
    {
        byte[] copy = json.ToArray();
        foreach (ref byte b in copy.AsSpan())
        {
            // Outside of texts these are white space, and inside of them they are not allowed.
            b = b is (byte)'\n' or (byte)'\r' ? (byte)' ' : b;
        }

        return copy;
    }
}
