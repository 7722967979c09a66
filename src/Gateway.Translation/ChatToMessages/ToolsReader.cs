using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Translation.Claude;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Schemas;

namespace Gateway.Translation.ChatToMessages;

/// <summary>
/// Reads the tools of a Chat request: those of Chat, of the older <c>functions</c>, of Responses (flat) and of Messages,
/// all of which clients put into Chat bodies.
/// </summary>
internal static partial class ToolsReader
{
    /// <summary>Names of the tools whose input is text instead of JSON.</summary>
    public static IReadOnlySet<string> CustomNames(List<HubTool> tools) =>
        tools.Where(tool => tool.IsCustom).Select(tool => tool.Name).ToHashSet();

    /// <summary>By tool: names of properties that Claude does not take, and gets others for.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> PropertyNames(List<HubTool> tools, ClaudeOutputFormat format)
    {
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
    /// <param name="tools">The tools that Messages can say.</param>
    /// <param name="others">Tools of kinds that nobody here knows.</param>
    public static GatewayError? TryRead(JsonElement body, out List<HubTool> tools, out List<RequestExtras.OtherTool> others)
    {
        (tools, others) = ([], []);
        HashSet<string> names = [];
        int index = 0;
        foreach (JsonElement tool in body.Member("tools"u8).Items())
        {
            string path = $"tools.{index++}";
            if (!tool.IsObject())
            {
                return NoObject(path);
            }

            if (KindOf(tool) is not { } kind)
            {
                others.Add(new RequestExtras.OtherTool(tool, path));
            }
            else if (Add(tools, names, kind, tool, path) is { } error)
            {
                return error;
            }
        }

        index = 0;
        foreach (JsonElement function in body.Member("functions"u8).Items())
        {
            string path = $"functions.{index++}";
            if ((function.IsObject() ? Add(tools, names, HubToolKind.Function, function, path) : NoObject(path)) is { } error)
            {
                return error;
            }
        }

        return NoList(body.Member("tools"u8), "tools") ?? NoList(body.Member("functions"u8), "functions");
    }

    private static GatewayError NoObject(string path) => GatewayError.InvalidRequest($"{path}: must be an object");

    private static GatewayError? NoList(JsonElement tools, string path) =>
        tools.Exists() && !tools.IsArray() ? GatewayError.InvalidRequest($"{path}: must be an array") : null;

    /// <summary>Null for kinds that nobody here knows.</summary>
    private static HubToolKind? KindOf(JsonElement tool)
    {
        JsonElement type = tool.Member("type"u8);
        if (!type.Exists() || type.Is("function"u8) || type.Is("custom"u8))
        {
            bool hasInner = tool.Member("function"u8).IsObject() || tool.Member("custom"u8).IsObject();
            return tool.Member("input_schema"u8).Exists() && !hasInner ? HubToolKind.Native
                : type.Is("custom"u8) ? HubToolKind.Custom
                : HubToolKind.Function;
        }

        return Anthropic().IsMatch(type.Text()) ? HubToolKind.Typed : null;
    }

    /// <summary>The object with name and description, and its path: inside of the tool, or the tool itself (Responses, Messages, functions).</summary>
    private static (JsonElement Declaration, string Path) Declaration(JsonElement tool, string path)
    {
        string member = tool.Member("type"u8).Is("custom"u8) ? "custom" : "function";
        return tool.TryGetProperty(member, out JsonElement inner) && inner.IsObject() ? (inner, $"{path}.{member}") : (tool, path);
    }

    private static GatewayError? Add(List<HubTool> tools, HashSet<string> names, HubToolKind kind, JsonElement tool, string toolPath)
    {
        (JsonElement declaration, string path) = Declaration(tool, toolPath);
        string name = declaration.Member("name"u8).Text();
        if (name.Length == 0)
        {
            return GatewayError.InvalidRequest($"{path}.name: Field required");
        }

        if (!names.Add(name))
        {
            return GatewayError.InvalidRequest($"{path}.name: tool names must be unique");
        }

        string schemaName = kind == HubToolKind.Native ? "input_schema" : "parameters";
        if (declaration.TryGetProperty(schemaName, out JsonElement schema) && schema.Exists() && !schema.IsObject())
        {
            return GatewayError.InvalidRequest($"{path}.{schemaName}: must be a JSON Schema object");
        }

        JsonElement mark = tool.Member("cache_control"u8);
        tools.Add(new HubTool(name, kind, declaration) { CacheControl = mark.IsObject() ? mark : declaration.Member("cache_control"u8) });
        return null;
    }

    /// <summary>
    /// Tools that a type of Anthropic's stands for. The advisor is none of them: it names a model, and permissions, prices and
    /// limits hang on the request's own.
    /// </summary>
    [GeneratedRegex(@"^(bash|text_editor|computer|memory|web_search|web_fetch|code_execution|tool_search_tool_(regex|bm25))_\d{8}$")]
    private static partial Regex Anthropic();
}
