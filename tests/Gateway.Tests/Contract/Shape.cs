using System.Text.Json;
using Azure.Data.Tables;

namespace Gateway.Tests.Contract;

/// <summary>
/// The names in a document or a row and the kinds of their values, one to a line, sorted. Tests hold them against
/// literals: names come from properties of types, so that a rename would change what is stored and what scripts read.
/// </summary>
internal static class Shape
{
    /// <summary>Properties whose texts are words of ours, which are as much of a contract as the names.</summary>
    private static readonly HashSet<string> s_words =
    [
        "mode", "state", "by", "kind", "outcome", "action", "api", "error", "type", "Action", "Api", "Credential", "Outcome",
    ];

    public static void Is(string expected, JsonElement document) => Same(expected, Of(document));

    public static void Is(string expected, TableEntity row) => Same(expected, Of(row));

    private static IEnumerable<string> Of(JsonElement document) => Lines("", document);

    private static IEnumerable<string> Of(TableEntity row)
    {
        foreach ((string column, object value) in row)
        {
            // The service's own.
            if (column is "odata.etag" or "Timestamp" or "PartitionKey" or "RowKey")
            {
                continue;
            }

            string text = value as string ?? "";
            yield return $"{column} {KindOf(value)}{(s_words.Contains(column) ? $" '{text}'" : "")}";
            if (text is ['{' or '[', ..])
            {
                foreach (string line in Lines(column, JsonElement.Parse(text)))
                {
                    yield return line;
                }
            }
        }
    }

    private static void Same(string expected, IEnumerable<string> found)
    {
        string[] wanted = expected.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] lines = [.. found.Distinct().Order(StringComparer.Ordinal)];
        if (!wanted.Order(StringComparer.Ordinal).SequenceEqual(lines))
        {
            Assert.Fail($"Gone:\n{string.Join('\n', wanted.Except(lines))}\nNew:\n{string.Join('\n', lines.Except(wanted))}");
        }
    }

    private static IEnumerable<string> Lines(string path, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object when value.EnumerateObject().Any() => value.EnumerateObject().SelectMany(property => Lines($"{path}.{property.Name}".TrimStart('.'), property.Value)),
        JsonValueKind.Array when value.GetArrayLength() > 0 => value.EnumerateArray().SelectMany(item => Lines($"{path}[]", item)),
        JsonValueKind.Object => [$"{path} {{}}"],
        JsonValueKind.Array => [$"{path} []"],
        JsonValueKind.True or JsonValueKind.False => [$"{path} boolean"],
        JsonValueKind.String when s_words.Contains(path[(path.LastIndexOf('.') + 1)..]) => [$"{path} '{value.GetString()}'"],
        JsonValueKind kind => [$"{path} {kind.ToString().ToLowerInvariant()}"],
    };

    /// <summary>As the service's entity data model names them.</summary>
    private static string KindOf(object value) => value switch
    {
        string => "Edm.String",
        bool => "Edm.Boolean",
        int => "Edm.Int32",
        long => "Edm.Int64",
        double => "Edm.Double",
        DateTimeOffset => "Edm.DateTime",
        Guid => "Edm.Guid",
        byte[] => "Edm.Binary",
        _ => value.GetType().Name,
    };
}
