using System.Text;
using System.Text.Json;

namespace Gateway.Translation.Json;

/// <summary>Reading of loosely shaped JSON: an absent member and an explicit null are the same.</summary>
public static class JsonElements
{
    public static JsonElement Member(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? value
            : default;

    /// <summary>The member's string, or null when it is absent or no string.</summary>
    public static string? Text(this JsonElement element, ReadOnlySpan<byte> name) => element.Member(name).AsText();

    /// <summary>The string, or null when it is no string or no text (half a surrogate pair).</summary>
    public static string? AsText(this JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static bool IsTrue(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.Member(name).ValueKind == JsonValueKind.True;

    public static bool Is(this JsonElement element, ReadOnlySpan<byte> text) =>
        element.ValueKind == JsonValueKind.String && element.ValueEquals(text);

    /// <summary>The reader stands on this name or text. Unlike the framework's own comparison it takes half a surrogate pair for a difference, not for an error.</summary>
    public static bool TextIs(this in Utf8JsonReader reader, ReadOnlySpan<byte> text) =>
        reader.ValueIsEscaped
            ? JsonUnescape.ToText(reader.ValueSpan) == Encoding.UTF8.GetString(text)
            : reader.ValueSpan.SequenceEqual(text);

    public static bool IsEmptyText(this JsonElement element) => element.Is(""u8);

    /// <summary>The items of an array; nothing for any other kind.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : default;
}
