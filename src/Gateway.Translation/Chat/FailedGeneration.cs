using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>
/// Groq's error <c>tool_use_failed</c>: the model's call was fine but for its wrapping, and stands in
/// <c>failed_generation</c>. Simple forms are read as the call that was meant; anything else stays an error.
/// </summary>
internal static partial class FailedGeneration
{
    /// <summary>The call as a chat completion; null when the body is no such error or the call is not clear.</summary>
    public static byte[]? ToCompletion(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\"tool_use_failed\""u8) < 0 || !JsonNames.AreReadable(body))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body.ToArray(), JsonFormat.DocumentOptions);
            JsonElement error = document.RootElement.Member("error"u8);
            return error.Text("code"u8) == "tool_use_failed" && error.Text("failed_generation"u8) is { } text ? Read(text.Trim()) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Read(string text)
    {
        if (Tagged().Match(text) is { Success: true } tagged)
        {
            using JsonDocument arguments = Parse(tagged.Groups[2].Value);
            return Write(tagged.Groups[1].Value, arguments.RootElement);
        }

        using JsonDocument call = Parse(Wrapped().Match(text) is { Success: true } wrapped ? wrapped.Groups[1].Value : text);
        JsonElement root = call.RootElement;
        JsonElement input = root.Member("arguments"u8) is { ValueKind: JsonValueKind.Object } known ? known : root.Member("parameters"u8);
        return root.Text("name"u8) is { } name && Name().IsMatch(name) ? Write(name, input) : null;
    }

    /// <exception cref="JsonException">It is no JSON, or its names are no text.</exception>
    private static JsonDocument Parse(string json)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(json);
        return JsonNames.AreReadable(utf8) ? JsonDocument.Parse(utf8, JsonFormat.DocumentOptions) : throw new JsonException();
    }

    private static byte[]? Write(string name, JsonElement arguments) => arguments.ValueKind == JsonValueKind.Object
        ? Encoding.UTF8.GetBytes($$$"""{"choices":[{"message":{"tool_calls":[{"function":{"name":"{{{name}}}","arguments":{{{arguments.GetRawText()}}}}}]},"finish_reason":"tool_calls"}]}""")
        : null;

    [GeneratedRegex(@"^<function=([A-Za-z0-9_-]{1,64})>?\s*(\{.*\})\s*(?:</function>)?$", RegexOptions.Singleline)]
    private static partial Regex Tagged();

    [GeneratedRegex(@"^<tool_call>\s*(\{.*\})\s*</tool_call>$", RegexOptions.Singleline)]
    private static partial Regex Wrapped();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$")]
    private static partial Regex Name();
}
