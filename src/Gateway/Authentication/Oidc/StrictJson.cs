using System.Text.Json;

namespace Gateway.Authentication.Oidc;

/// <summary>JSON from outside: an object, shallow, and no name twice, since two readers could take different ones.</summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions s_options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    public static JsonElement? ParseObject(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, s_options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null when it is absent or no string.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static bool Has(this JsonElement element, string name) => element.TryGetProperty(name, out _);
}
