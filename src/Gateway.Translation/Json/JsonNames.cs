using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Translation.Json;

/// <summary>
/// Keeps out bodies on which <see cref="JsonElement"/> throws later: bytes that are not UTF-8, and names of members with
/// half a surrogate pair. Values may hold such halves, they are passed on as they are.
/// </summary>
internal static class JsonNames
{
    public static bool AreReadable(ReadOnlySpan<byte> json) =>
        Utf8.IsValid(json) && Decode(json);

    /// <summary>False when a member's name holds half a surrogate pair: comparing it would throw.</summary>
    public static bool Decode(ReadOnlySpan<byte> json) =>
        (json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0) || AllDecode(json);

    private static bool AllDecode(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, JsonFormat.ReaderOptions);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        catch (JsonException)
        {
            // No JSON: for the parser to say, whose callers are ready for it.
            return true;
        }
    }
}
