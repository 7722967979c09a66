using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub.Requests;

/// <summary>One tool as the client declared it: a function, or a custom tool.</summary>
/// <param name="Name">What the model calls.</param>
/// <param name="IsCustom">Its input is text instead of JSON.</param>
/// <param name="Declaration">The object with name and description.</param>
/// <param name="Outer">The object around it, which may hold a cache breakpoint.</param>
internal readonly record struct HubTool(string Name, bool IsCustom, JsonElement Declaration, JsonElement Outer)
{
    public const string WebSearch = "web_search";

    /// <summary>Writes it as Messages declares tools.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="writeSchema">Writes the schema that the client gave, or one for none.</param>
    public void Write(Utf8JsonWriter json, Action<Utf8JsonWriter, JsonElement> writeSchema)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, Name);
        JsonElement description = Declaration.Member("description"u8);
        if (description.IsText() && !description.IsBlank())
        {
            json.WritePropertyName("description"u8);
            json.WriteRaw(description);
        }

        json.WritePropertyName("input_schema"u8);
        if (IsCustom)
        {
            json.WriteRawValue("""{"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}"""u8, skipInputValidation: true);
        }
        else
        {
            writeSchema(json, Declaration.Member("parameters"u8));
        }

        if (Declaration.Member("strict"u8) is { ValueKind: JsonValueKind.True or JsonValueKind.False } strict)
        {
            json.WriteBoolean("strict"u8, strict.GetBoolean());
        }

        JsonElement cacheControl = Outer.Member("cache_control"u8);
        cacheControl = cacheControl.IsObject() ? cacheControl : Declaration.Member("cache_control"u8);
        if (cacheControl.IsObject())
        {
            json.WritePropertyName("cache_control"u8);
            json.WriteRaw(cacheControl);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the tool of Messages that searches the web by itself.</summary>
    public static void WriteWebSearch(Utf8JsonWriter json, JsonElement options)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search_20250305"u8);
        json.WriteString("name"u8, WebSearch);
        JsonElement place = options.Member("user_location"u8).Member("approximate"u8);
        if (place.IsObject())
        {
            json.WriteStartObject("user_location"u8);
            json.WriteString("type"u8, "approximate"u8);
            foreach (string field in (ReadOnlySpan<string>)["city", "region", "country", "timezone"])
            {
                if (place.TryGetProperty(field, out JsonElement value) && value.IsText())
                {
                    json.WritePropertyName(field);
                    json.WriteRaw(value);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
