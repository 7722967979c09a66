using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>One tool as the client declared it: a function, a custom tool, or an entry of the older <c>functions</c>.</summary>
/// <param name="Name">What the model calls.</param>
/// <param name="IsCustom">Its input is text instead of JSON.</param>
/// <param name="Declaration">The object with name and description.</param>
/// <param name="Outer">The object around it, which may hold a cache breakpoint.</param>
internal readonly record struct ChatTool(string Name, bool IsCustom, JsonElement Declaration, JsonElement Outer);

/// <summary>Turns the client's tools into Anthropic's. Schemas go through whole, byte by byte.</summary>
internal static class ToolsWriter
{
    private const string WebSearch = "web_search";

    /// <summary>Names of the tools whose input is text instead of JSON.</summary>
    public static IReadOnlySet<string> CustomNames(JsonElement body) =>
        body.Member("tools"u8).Items()
            .Where(tool => tool.Member("type"u8).Is("custom"u8))
            .Select(tool => tool.Member("custom"u8).Member("name"u8).Text())
            .ToHashSet();

    public static GatewayError? TryRead(JsonElement body, TranslationReport report, out List<ChatTool> tools)
    {
        tools = [];
        HashSet<string> names = [];
        int index = 0;
        foreach (JsonElement tool in body.Member("tools"u8).Items())
        {
            string path = $"tools.{index++}";
            bool custom = tool.Member("type"u8).Is("custom"u8);
            if (!custom && tool.Member("type"u8).Exists() && !tool.Member("type"u8).Is("function"u8))
            {
                report.Dropped("tool_type");
                continue;
            }

            string inner = custom ? "custom" : "function";
            JsonElement declaration = custom ? tool.Member("custom"u8) : tool.Member("function"u8);
            if (Add(tools, names, declaration, tool, custom, $"{path}.{inner}") is { } error)
            {
                return error;
            }
        }

        index = 0;
        foreach (JsonElement function in body.Member("functions"u8).Items())
        {
            if (Add(tools, names, function, function, isCustom: false, $"functions.{index++}") is { } error)
            {
                return error;
            }
        }

        return null;
    }

    public static void Write(Utf8JsonWriter json, IReadOnlyList<ChatTool> tools, JsonElement body, MessagesOutputFormat structured, TranslationReport report)
    {
        JsonElement search = body.Member("web_search_options"u8);
        bool searches = search.IsObject() && tools.All(tool => tool.Name != WebSearch);
        if (search.IsObject() && !searches)
        {
            report.Dropped("web_search_options");
        }

        if (tools.Count == 0 && !searches && structured.Kind != OutputFormatKind.ForcedTool)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (ChatTool tool in tools)
        {
            WriteTool(json, tool);
        }

        if (searches)
        {
            WriteWebSearch(json, search);
        }

        if (structured.Kind == OutputFormatKind.ForcedTool)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, MessagesOutputFormat.ToolName);
            json.WriteString("description"u8, "Gives the answer in the form that was asked for."u8);
            json.WritePropertyName("input_schema"u8);
            json.WriteRaw(structured.Schema);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static GatewayError? Add(List<ChatTool> tools, HashSet<string> names, JsonElement declaration, JsonElement outer, bool isCustom, string path)
    {
        string name = declaration.Member("name"u8).Text();
        if (name.Length == 0)
        {
            return GatewayError.InvalidRequest($"{path}.name: Field required");
        }

        if (!names.Add(name))
        {
            return GatewayError.InvalidRequest($"{path}.name: tool names must be unique");
        }

        JsonElement parameters = declaration.Member("parameters"u8);
        if (parameters.Exists() && !parameters.IsObject())
        {
            return GatewayError.InvalidRequest($"{path}.parameters: must be a JSON Schema object");
        }

        tools.Add(new ChatTool(name, isCustom, declaration, outer));
        return null;
    }

    private static void WriteTool(Utf8JsonWriter json, ChatTool tool)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, tool.Name);
        JsonElement description = tool.Declaration.Member("description"u8);
        if (description.IsText() && !description.IsBlank())
        {
            json.WritePropertyName("description"u8);
            json.WriteRaw(description);
        }

        json.WritePropertyName("input_schema"u8);
        if (tool.IsCustom)
        {
            json.WriteRawValue("""{"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}"""u8, skipInputValidation: true);
        }
        else
        {
            WriteSchema(json, tool.Declaration.Member("parameters"u8));
        }

        if (tool.Declaration.Member("strict"u8) is { ValueKind: JsonValueKind.True or JsonValueKind.False } strict)
        {
            json.WriteBoolean("strict"u8, strict.GetBoolean());
        }

        JsonElement cacheControl = tool.Outer.Member("cache_control"u8);
        cacheControl = cacheControl.IsObject() ? cacheControl : tool.Declaration.Member("cache_control"u8);
        if (cacheControl.IsObject())
        {
            json.WritePropertyName("cache_control"u8);
            json.WriteRaw(cacheControl);
        }

        json.WriteEndObject();
    }

    private static void WriteSchema(Utf8JsonWriter json, JsonElement parameters)
    {
        if (!parameters.IsObject())
        {
            json.WriteRawValue("""{"type":"object","properties":{}}"""u8, skipInputValidation: true);
        }
        else if (parameters.Member("type"u8).Exists())
        {
            json.WriteRaw(parameters);
        }
        else
        {
            // Chat takes any schema here, Anthropic only objects that say so.
            json.WriteStartObject();
            json.WriteString("type"u8, "object"u8);
            foreach (JsonProperty keyword in parameters.EnumerateObject())
            {
                if (!keyword.NameEquals("type"u8))
                {
                    json.WritePropertyName(keyword.Name);
                    json.WriteRaw(keyword.Value);
                }
            }

            json.WriteEndObject();
        }
    }

    private static void WriteWebSearch(Utf8JsonWriter json, JsonElement options)
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
