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

    /// <summary>Compares without the framework's own comparison, which throws on half a surrogate pair.</summary>
    public static bool Is(this JsonElement element, ReadOnlySpan<byte> text) =>
        element.IsText() && JsonUnescape.Matches(JsonFormat.RawText(element), text);

    public static bool IsEmptyText(this JsonElement element) => element.Is(""u8);

    /// <summary>The items of an array; nothing for any other kind.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : default;

    public static bool Exists(this JsonElement element) => element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public static bool IsText(this JsonElement element) => element.ValueKind == JsonValueKind.String;

    public static bool IsObject(this JsonElement element) => element.ValueKind == JsonValueKind.Object;

    public static bool IsArray(this JsonElement element) => element.ValueKind == JsonValueKind.Array;

    public static bool IsTrue(this JsonElement element) => element.ValueKind == JsonValueKind.True;

    /// <summary>The string's characters, empty for any other kind.</summary>
    public static string Text(this JsonElement element) => element.IsText() ? JsonUnescape.ToText(JsonFormat.RawText(element)) : "";

    /// <summary>True for a string with nothing to see in it: Anthropic refuses such text blocks.</summary>
    public static bool IsBlank(this JsonElement element)
    {
        ReadOnlySpan<byte> escaped = JsonFormat.RawText(element).TrimStart((byte)' ');
        return escaped.IsEmpty || (escaped[0] == '\\' && string.IsNullOrWhiteSpace(element.Text()));
    }

    public static string RawString(this JsonElement element) => Encoding.UTF8.GetString(JsonFormat.Raw(element));
}
