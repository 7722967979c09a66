using System.Text.Json;
using Gateway.Translation.Claude;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Schemas;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Reads the tools of a Chat request, those of the older <c>functions</c> too.</summary>
internal static class ToolsReader
{
    /// <summary>Names of the tools whose input is text instead of JSON.</summary>
    public static IReadOnlySet<string> CustomNames(JsonElement body) =>
        body.Member("tools"u8).Items()
            .Where(tool => tool.Member("type"u8).Is("custom"u8))
            .Select(tool => tool.Member("custom"u8).Member("name"u8).Text())
            .ToHashSet();

    /// <summary>By tool: names of properties that Claude does not take, and gets others for.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> PropertyNames(JsonElement body, ClaudeOutputFormat format)
    {
        TryRead(body, out List<HubTool> tools, out _);
        IEnumerable<(string Name, JsonElement Schema)> schemas = tools.Select(static tool => (tool.Name, tool.Parameters));
        if (format.Kind == OutputFormatKind.ForcedTool)
        {
            schemas = schemas.Append((ClaudeOutputFormat.ToolName, format.Schema));
        }

        Dictionary<string, IReadOnlyDictionary<string, string>> names = [];
        foreach ((string name, JsonElement schema) in schemas)
        {
            if (ClaudeSchema.OriginalNames(schema) is { Count: > 0 } originals)
            {
                names[name] = originals;
            }
        }

        return names;
    }

    /// <summary>Whether there is any tool, of whatever kind.</summary>
    public static bool AnyIn(JsonElement body) => body.Member("tools"u8).Items().Any() || body.Member("functions"u8).Items().Any();

    /// <param name="body">The request.</param>
    /// <param name="tools">Functions and custom tools.</param>
    /// <param name="others">Tools of kinds that nobody here knows.</param>
    public static GatewayError? TryRead(JsonElement body, out List<HubTool> tools, out List<JsonElement> others)
    {
        (tools, others) = ([], []);
        HashSet<string> names = [];
        int index = 0;
        foreach (JsonElement tool in body.Member("tools"u8).Items())
        {
            string path = $"tools.{index++}";
            bool custom = tool.Member("type"u8).Is("custom"u8);
            if (!custom && tool.Member("type"u8).Exists() && !tool.Member("type"u8).Is("function"u8))
            {
                others.Add(tool);
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

    private static GatewayError? Add(List<HubTool> tools, HashSet<string> names, JsonElement declaration, JsonElement outer, bool isCustom, string path)
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

        tools.Add(new HubTool(name, isCustom, declaration, outer));
        return null;
    }
}
