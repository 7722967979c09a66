using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Copies of schemas that can be edited. Unlike the BCL's own copies they never throw: of two members of one name the
/// last counts, and half a surrogate pair becomes U+FFFD.
/// </summary>
internal static class SchemaDom
{
    /// <summary>The schema as an object, empty for any other kind.</summary>
    public static JsonObject Copy(JsonElement schema)
    {
        JsonObject copy = [];
        if (schema.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in schema.EnumerateObject())
            {
                copy[member.Name] = CopyValue(member.Value);
            }
        }

        return copy;
    }

    private static JsonNode? CopyValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Copy(value),
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(CopyValue)]),
        JsonValueKind.String => JsonValue.Create(value.Text()),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(value),
    };
}
