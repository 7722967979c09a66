using System.Text.Json;

namespace Gateway.Authentication.Keys;

/// <summary>What an update changed, for the audit trail: each field by name, as it was and as it is.</summary>
internal static class KeyDifference
{
    public static Dictionary<string, string> Between(VirtualKey before, VirtualKey after)
    {
        JsonElement old = ToJson(before);
        JsonElement now = ToJson(after);
        Dictionary<string, string> changes = new() { ["team"] = after.Team };
        foreach (string name in old.EnumerateObject().Concat(now.EnumerateObject()).Select(field => field.Name).Distinct())
        {
            string was = Text(old, name);
            string becomes = Text(now, name);
            if (was != becomes)
            {
                changes[name] = $"{was} -> {becomes}";
            }
        }

        return changes;
    }

    /// <summary>The operators' view, which holds no hash. One moment for both, so that time alone is no change.</summary>
    private static JsonElement ToJson(VirtualKey key) =>
        JsonSerializer.SerializeToElement(KeyDocument.From(key, DateTimeOffset.MinValue), KeyJson.Default.KeyDocument);

    private static string Text(JsonElement document, string name) =>
        document.TryGetProperty(name, out JsonElement value) ? value.GetRawText() : "none";
}
