using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Translation.Json;

/// <summary>Copies JSON that has to be edited. A member that is there twice counts as its last: the framework's own copy would throw.</summary>
internal static class JsonCopies
{
    public static JsonObject ToObject(JsonElement element)
    {
        JsonObject copy = [];
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in element.EnumerateObject())
            {
                copy[member.Name] = ToNode(member.Value);
            }
        }

        return copy;
    }

    private static JsonNode? ToNode(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => ToObject(element),
        JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select(ToNode)]),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(element),
    };
}
