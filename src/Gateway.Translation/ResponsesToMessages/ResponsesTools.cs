using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ResponsesToMessages;

/// <summary>
/// Reads the tools of a request: of its list, and of <c>additional_tools</c> items among its input. Those of a namespace get
/// flat names, which answers are taken back from. Kinds that only OpenAI runs vanish: agents offer them to every server.
/// </summary>
internal sealed class ResponsesTools
{
    /// <summary>Of tools that are named in it without being asked for by it.</summary>
    private const string ImplicitNamespace = "functions";

    private readonly TranslationReport _report;
    private readonly Dictionary<string, (string Namespace, string Name)> _namespaces = [];

    private ResponsesTools(TranslationReport report) => _report = report;

    public List<HubTool> Tools { get; } = [];

    /// <summary>From flat names to the client's namespaces and names.</summary>
    public IReadOnlyDictionary<string, (string Namespace, string Name)> Namespaces => _namespaces;

    public static GatewayError? TryRead(JsonElement body, TranslationReport report, out ResponsesTools tools)
    {
        tools = new ResponsesTools(report);
        JsonElement list = body.Member("tools"u8);
        GatewayError? error = list.Exists() && !list.IsArray() ? ResponsesRequestCheck.Wrong("tools", "must be an array") : tools.AddAll(list, "tools");
        int index = 0;
        foreach (JsonElement item in body.Member("input"u8).Items())
        {
            string path = $"input.{index++}.tools";
            error ??= item.Member("type"u8).Is("additional_tools"u8) ? tools.AddAll(item.Member("tools"u8), path) : null;
        }

        return error;
    }

    /// <summary>The name under which the model knows a tool.</summary>
    public string FlatName(string space, string name)
    {
        if (space.Length == 0 || space == ImplicitNamespace)
        {
            return name;
        }

        string flat = $"{space}__{name}";
        bool isTaken = Tools.Exists(tool => tool.Name == flat) && !(_namespaces.TryGetValue(flat, out (string, string) own) && own == (space, name));

        // Depends on the names alone, so that it is the same on every turn.
        return isTaken ? $"{flat}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{space}\n{name}")))[..8]}" : flat;
    }

    /// <summary>A type of the client's in the report, unless it is no word.</summary>
    public static string Plain(string type) => type.Length is > 0 and <= 40 && type.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? type : "other";

    private GatewayError? AddAll(JsonElement list, string path)
    {
        int index = 0;
        foreach (JsonElement tool in list.Items())
        {
            if (Add(tool, "", "", $"{path}.{index++}") is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private GatewayError? Add(JsonElement tool, string space, string about, string path)
    {
        if (!tool.IsObject())
        {
            return ResponsesRequestCheck.Wrong(path, "must be an object");
        }

        string type = tool.Member("type"u8).Text();
        switch (type)
        {
            case "function":
                JsonElement inner = tool.Member("function"u8);
                return AddNamed(inner.IsObject() ? inner : tool, HubToolKind.Function, space, about, path);
            case "custom":
                return AddNamed(tool, HubToolKind.Custom, space, about, path);
            case "namespace" when space.Length == 0:
                return AddNamespace(tool, path);
            case var search when search.StartsWith("web_search", StringComparison.Ordinal) && tool.Member("external_web_access"u8).ValueKind != JsonValueKind.False:
                Set(new HubTool(HubTool.WebSearch, HubToolKind.Typed, Search(tool)));
                return null;
            default:
                _report.Dropped($"tools_{Plain(type)}");
                return null;
        }
    }

    private GatewayError? AddNamespace(JsonElement tool, string path)
    {
        string name = tool.Member("name"u8).Text();
        if (name.Length == 0)
        {
            return ResponsesRequestCheck.Wrong($"{path}.name", "Field required");
        }

        int index = 0;
        foreach (JsonElement inner in tool.Member("tools"u8).Items())
        {
            if (Add(inner, name, tool.Member("description"u8).Text(), $"{path}.tools.{index++}") is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private GatewayError? AddNamed(JsonElement tool, HubToolKind kind, string space, string about, string path)
    {
        string name = tool.Member("name"u8).Text();
        if (name.Length == 0)
        {
            return ResponsesRequestCheck.Wrong($"{path}.name", "Field required");
        }

        JsonElement parameters = tool.Member("parameters"u8);
        if (parameters.Exists() && !parameters.IsObject())
        {
            return ResponsesRequestCheck.Wrong($"{path}.parameters", "must be a JSON Schema object");
        }

        string flat = FlatName(space, name);
        if (flat != name)
        {
            _namespaces[flat] = (space, name);
        }

        JsonElement declaration = kind == HubToolKind.Custom || (about.Length > 0 && space != ImplicitNamespace) ? Declaration(tool, about) : tool;
        Set(new HubTool(flat, kind, declaration));
        return null;
    }

    /// <summary>A later word on a tool counts, at the place of the first.</summary>
    private void Set(HubTool tool)
    {
        int at = Tools.FindIndex(known => known.Name == tool.Name);
        if (at >= 0)
        {
            Tools[at] = tool;
        }
        else
        {
            Tools.Add(tool);
        }
    }

    /// <summary>
    /// The tool with what is known of it from around it: its namespace's description, and the grammar of its input, in words
    /// since most models can be held to none, and as Chat says it.
    /// </summary>
    private static JsonElement Declaration(JsonElement tool, string about)
    {
        JsonElement format = tool.Member("format"u8);
        string[] words = [about, tool.Member("description"u8).Text(), Grammar(format)];
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            foreach (JsonProperty member in tool.EnumerateObject())
            {
                if (member.Value.Exists() && member.Name is not ("type" or "description" or "format"))
                {
                    json.WritePropertyName(member.Name);
                    json.WriteRaw(member.Value);
                }
            }

            if (string.Join("\n\n", words.Where(text => text.Length > 0)) is { Length: > 0 } description)
            {
                json.WriteString("description"u8, description);
            }

            if (format.Member("definition"u8).IsText())
            {
                json.WriteStartObject("format"u8);
                json.WriteString("type"u8, "grammar"u8);
                json.WriteStartObject("grammar"u8);
                json.WritePropertyName("definition"u8);
                json.WriteRaw(format.Member("definition"u8));
                json.WriteString("syntax"u8, format.Member("syntax"u8).Text());
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return JsonElement.Parse(output.WrittenSpan, JsonFormat.PartOptions);
    }

    private static string Grammar(JsonElement format) => format.Member("definition"u8) is { ValueKind: JsonValueKind.String } definition
        ? $"The input must match this grammar ({format.Member("syntax"u8).Text()}):\n{definition.Text()}"
        : "";

    /// <summary>A search as Messages declares it.</summary>
    private static JsonElement Search(JsonElement tool)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "web_search_20250305"u8);
            json.WriteString("name"u8, HubTool.WebSearch);
            if (tool.Member("filters"u8).Member("allowed_domains"u8) is { ValueKind: JsonValueKind.Array } domains && domains.GetArrayLength() > 0)
            {
                json.WritePropertyName("allowed_domains"u8);
                json.WriteRaw(domains);
            }

            if (tool.Member("user_location"u8) is { ValueKind: JsonValueKind.Object } place)
            {
                json.WritePropertyName("user_location"u8);
                json.WriteRaw(place);
            }

            json.WriteEndObject();
        }

        return JsonElement.Parse(output.WrittenSpan, JsonFormat.PartOptions);
    }
}
