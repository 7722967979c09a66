using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Translation.Tests.Hub;

/// <summary>Everything that a Chat request says, in a form that does not care how it is laid out.</summary>
internal sealed class ChatInventory
{
    private readonly Dictionary<string, int> _calls = [];
    private readonly HashSet<string> _inContent = [];

    public ChatInventory(JsonObject body)
    {
        foreach ((string field, JsonNode? value) in body)
        {
            AddField(field, value);
        }
    }

    /// <summary>What is said in a text: an upstream may be told several of them in one.</summary>
    public List<string> Texts { get; } = [];

    /// <summary>Everything else: one line each, with its kind in front.</summary>
    public List<string> Facts { get; } = [];

    private void AddField(string field, JsonNode? value)
    {
        switch (field)
        {
            case "model" or "stream_options":
                // The gateway's own: it names the upstream's model, and always wants the usage.
                break;
            case "messages" when value is JsonArray messages:
                messages.OfType<JsonObject>().ToList().ForEach(AddMessage);
                break;
            case "system" or "instructions":
                AddContent(value);
                break;
            case "tool_choice" when value is JsonObject choice:
                AddChoice(choice);
                break;
            case "tools" or "functions":
                value?.AsArray().OfType<JsonObject>().ToList().ForEach(tool => Facts.Add("tool " + Tool(tool)));
                break;
            case "max_tokens" or "max_completion_tokens":
                Facts.RemoveAll(fact => fact.StartsWith("cap ", StringComparison.Ordinal) && field == "max_completion_tokens");
                if (value is not null && !Facts.Exists(fact => fact.StartsWith("cap ", StringComparison.Ordinal)))
                {
                    Facts.Add($"cap {value.ToJsonString()}");
                }

                break;
            case "stop":
                Facts.Add("stop " + (value is JsonArray ? value : new JsonArray(value?.DeepClone())).ToJsonString());
                break;
            case "stream" when value?.ToJsonString() == "false":
                break;
            case "function_call":
                AddField("tool_choice", value is JsonObject named ? new JsonObject { ["type"] = "function", ["function"] = named.DeepClone() } : value);
                break;
            default:
                if (value is not null)
                {
                    Facts.Add($"{field} {value.ToJsonString()}");
                }

                break;
        }
    }

    private void AddMessage(JsonObject message)
    {
        string role = message["role"]!.ToString();
        AddContent(message["content"]);
        bool wrapped = message["content"] is JsonArray parts && parts.OfType<JsonObject>().Any(part => part["type"]?.ToString() == "tool_result");
        if (role is "tool" or "function" && !wrapped)
        {
            string id = (message["tool_call_id"] ?? message["name"])?.ToString() ?? "";
            Facts.Add($"result of call {_calls.GetValueOrDefault(id, -1)}");
        }

        AddText(message["refusal"]);
        foreach (JsonObject call in (message["tool_calls"] as JsonArray ?? []).OfType<JsonObject>().Concat(message["function_call"] is JsonObject old ? [new JsonObject { ["function"] = old.DeepClone() }] : []))
        {
            JsonNode inner = call["custom"] ?? call["function"] ?? call;
            string id = (call["id"] ?? call["call_id"])?.ToString() ?? inner["name"]!.ToString();
            if (!_inContent.Contains(id))
            {
                AddCall(id, call["custom"] is null ? Arguments(inner["arguments"] ?? inner["args"] ?? inner["input"]) : "text " + inner["input"], inner["name"]);
            }
        }
    }

    private void AddCall(string id, string arguments, JsonNode? name)
    {
        _calls[id] = _calls.Count;
        Facts.Add($"call {name} {arguments}");
    }

    private void AddContent(JsonNode? content)
    {
        AddText(content is JsonValue ? content : null);
        foreach (JsonObject part in (content as JsonArray ?? []).OfType<JsonObject>())
        {
            AddBlock(part);
            AddText(part["text"]);
            AddText(part["refusal"]);
            if (part["image_url"] is { } image)
            {
                // The label of inline bytes may be corrected.
                Facts.Add("image " + (image is JsonObject ? image["url"] : image)!.ToString().Split("base64,")[^1]);
            }

            if (part["file"] is JsonObject file)
            {
                AddFile(file);
            }
        }
    }

    /// <summary>A block of Messages that stands in the content.</summary>
    private void AddBlock(JsonObject part)
    {
        switch (part["type"]?.ToString())
        {
            case "tool_use":
                _inContent.Add(part["id"]!.ToString());
                AddCall(part["id"]!.ToString(), Arguments(part["input"]), part["name"]);
                break;
            case "tool_result":
                AddContent(part["content"]);
                Facts.Add($"result of call {(part["tool_use_id"] is { } id ? _calls.GetValueOrDefault(id.ToString(), -1) : _calls.Count - 1)}");
                break;
            case "search_result":
                AddContent(part["content"]);
                break;
            case "image":
                Facts.Add("image " + (part["source"]!["data"] ?? part["source"]!["url"]));
                break;
            case "document":
                AddText(part["source"]!["data"]);
                break;
            case "input_file":
                AddFile(part);
                break;
        }
    }

    private void AddChoice(JsonObject choice)
    {
        string type = choice["type"]!.ToString();
        JsonNode? name = choice["function"]?["name"] ?? choice["name"];
        JsonNode? some = choice["allowed_tools"] ?? (type == "allowed_tools" ? choice : null);
        Facts.Add("tool_choice " + (some is not null ? $"{some["mode"]} of {string.Join(',', some["tools"]!.AsArray().Select(tool => (tool!["function"] ?? tool)["name"]))}"
            : name is not null ? name.ToString()
            : type == "any" ? "\"required\"" : $"\"{type}\""));
        if (choice["disable_parallel_tool_use"]?.ToString() == "true")
        {
            Facts.Add("parallel_tool_calls false");
        }
    }

    private void AddFile(JsonNode file)
    {
        string[] data = file["file_data"]?.ToString().Split("base64,") ?? [];
        if (data is [var head, var text] && head.StartsWith("data:text/", StringComparison.Ordinal))
        {
            Texts.Add(Encoding.UTF8.GetString(Convert.FromBase64String(text)));
        }
        else
        {
            Facts.Add("file " + data.LastOrDefault());
        }
    }

    private void AddText(JsonNode? text)
    {
        if (text is JsonValue value && value.TryGetValue(out string? said) && !string.IsNullOrWhiteSpace(said))
        {
            Texts.Add(said.TrimEnd());
        }
    }

    private static string Arguments(JsonNode? arguments)
    {
        string text = arguments?.ToString() ?? "";
        try
        {
            return text.Trim().Length == 0 ? "{}" : JsonNode.Parse(text) is JsonObject whole ? whole.ToJsonString() : "no object";
        }
        catch (JsonException)
        {
            return "no object";
        }
    }

    private static string Tool(JsonObject tool)
    {
        if ((tool["custom"] ?? (tool["type"]?.ToString() == "custom" && tool["input_schema"] is null ? tool : null))?.DeepClone() is JsonObject custom)
        {
            custom.Remove("type");
            return $"custom {Sorted(custom)}";
        }

        if (tool["type"] is { } type && type.ToString() is not ("function" or "custom"))
        {
            return tool.ToJsonString();
        }

        // What is the same to every server: a schema without a type is one of an object, and no properties are none.
        JsonObject function = (tool["function"] ?? tool).DeepClone().AsObject();
        JsonObject schema = (function["parameters"] ?? function["input_schema"]) as JsonObject ?? [];
        foreach (string other in (string[])["parameters", "input_schema", "cache_control", "type", "input_examples", "x"])
        {
            function.Remove(other);
        }

        schema["type"] ??= "object";
        schema["properties"] ??= new JsonObject();
        function["parameters"] = schema.DeepClone();
        return Sorted(function);
    }

    private static string Sorted(JsonNode node) => node is JsonObject members
        ? "{" + string.Join(',', members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}:{(m.Value is null ? "null" : Sorted(m.Value))}")) + "}"
        : node.ToJsonString();
}
