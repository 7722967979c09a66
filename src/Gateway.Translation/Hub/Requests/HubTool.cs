using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub.Requests;

/// <summary>In whose words a tool is declared.</summary>
internal enum HubToolKind
{
    Function,

    /// <summary>Its input is text instead of JSON.</summary>
    Custom,

    /// <summary>A function in the words of Messages: its schema is an <c>input_schema</c>.</summary>
    Native,

    /// <summary>One of Anthropic's own, which the type stands for: <c>bash_20250124</c>.</summary>
    Typed,
}

/// <summary>One tool as the client declared it.</summary>
/// <param name="Name">What the model calls.</param>
/// <param name="Kind">How it is declared.</param>
/// <param name="Declaration">The object with name and description.</param>
internal readonly record struct HubTool(string Name, HubToolKind Kind, JsonElement Declaration)
{
    public const string WebSearch = "web_search";

    /// <summary>What tools of Messages may say besides name, description and schema.</summary>
    private static readonly HashSet<string> s_native = ["input_examples", "defer_loading", "eager_input_streaming", "allowed_callers"];

    private static readonly HashSet<string> s_typed =
    [
        "type", "name", "display_width_px", "display_height_px", "display_number", "enable_zoom", "max_characters", "max_uses",
        "max_content_tokens", "allowed_domains", "blocked_domains", "user_location", "citations", "defer_loading", "allowed_callers",
    ];

    /// <summary>The client's cache breakpoint behind this tool, if any.</summary>
    public JsonElement CacheControl { get; init; }

    public bool IsCustom => Kind == HubToolKind.Custom;

    /// <summary>The schema that the client gave, an undefined element for none.</summary>
    public JsonElement Parameters => Kind switch
    {
        HubToolKind.Function => Declaration.Member("parameters"u8),
        HubToolKind.Native => Declaration.Member("input_schema"u8),
        _ => default,
    };

    /// <summary>Writes it as Messages declares tools.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="writeSchema">Writes the schema that the client gave, or one for none.</param>
    public void Write(Utf8JsonWriter json, Action<Utf8JsonWriter, JsonElement> writeSchema)
    {
        json.WriteStartObject();
        if (Kind == HubToolKind.Typed)
        {
            WriteMembers(json, s_typed);
        }
        else
        {
            WriteFunction(json, writeSchema);
        }

        if (CacheControl.IsObject())
        {
            json.WritePropertyName("cache_control"u8);
            json.WriteRaw(CacheControl);
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

    private void WriteFunction(Utf8JsonWriter json, Action<Utf8JsonWriter, JsonElement> writeSchema)
    {
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
            writeSchema(json, Parameters);
        }

        if (Declaration.Member("strict"u8) is { ValueKind: JsonValueKind.True or JsonValueKind.False } strict)
        {
            json.WriteBoolean("strict"u8, strict.GetBoolean());
        }

        if (Kind == HubToolKind.Native)
        {
            WriteMembers(json, s_native);
        }
    }

    private void WriteMembers(Utf8JsonWriter json, HashSet<string> names)
    {
        foreach (JsonProperty member in Declaration.EnumerateObject())
        {
            if (names.Contains(member.Name) && member.Value.Exists())
            {
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
            }
        }
    }
}
