using System.Text.Json;

namespace Gateway.Settings;

/// <summary>
/// Members of one JSON object that are the same setting: names of settings do not mind capitals, so one would silently win
/// over the other, or the two be mixed.
/// </summary>
internal static class JsonTwins
{
    private static readonly JsonDocumentOptions s_asSettings = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static IReadOnlyList<string> In(string file, string text)
    {
        using JsonDocument document = JsonDocument.Parse(text, s_asSettings);
        return [.. In(document.RootElement, "").Select(twins => $"{file} has {twins}. They are one setting: write it once.")];
    }

    private static IEnumerable<string> In(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().GroupBy(member => member.Name, StringComparer.OrdinalIgnoreCase).SelectMany(same => InMember([.. same], path)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, i) => In(item, $"{path}{i}:")),
        _ => [],
    };

    private static IEnumerable<string> InMember(JsonProperty[] same, string path) => (same.Length > 1
        ? [string.Join(" and ", same.Select(member => path + member.Name))]
        : Enumerable.Empty<string>()).Concat(same.SelectMany(member => In(member.Value, $"{path}{member.Name}:")));
}
