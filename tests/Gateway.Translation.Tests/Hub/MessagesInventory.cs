using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Translation.Tests.Hub;

/// <summary>What a Messages request says in its conversation, in a form that does not care how it is laid out.</summary>
internal sealed class MessagesInventory
{
    private readonly Dictionary<string, int> _calls = [];

    private readonly IReadOnlyDictionary<string, string> _toolNames;

    /// <param name="body">The request.</param>
    /// <param name="toolNames">Names of tools that stand for others.</param>
    public MessagesInventory(JsonObject body, IReadOnlyDictionary<string, string> toolNames)
    {
        _toolNames = toolNames;
        AddContent(body["system"], "system");
        foreach (JsonObject message in (body["messages"] as JsonArray ?? []).OfType<JsonObject>())
        {
            AddContent(message["content"], message["role"]!.ToString());
        }
    }

    /// <summary>What is said in a text: several of them may be told in one.</summary>
    public List<string> Texts { get; } = [];

    /// <summary>Images, documents, calls and results: one line each, with its kind in front.</summary>
    public List<string> Facts { get; } = [];

    private void AddContent(JsonNode? content, string role)
    {
        AddText(content is JsonValue ? content : null);
        foreach (JsonObject block in (content as JsonArray ?? []).OfType<JsonObject>())
        {
            AddBlock(block, role);
        }
    }

    private void AddBlock(JsonObject block, string role)
    {
        switch (block["type"]?.ToString())
        {
            case "text":
                AddText(block["text"]);
                break;
            case "image" when role == "assistant":
                // No assistant has sent it: Anthropic refuses it.
                break;
            case "document" when block["source"] is JsonObject text && text["media_type"]?.ToString() == "text/plain" && text["type"]?.ToString() == "base64":
                AddText(Encoding.UTF8.GetString(Convert.FromBase64String(text["data"]!.ToString())));
                break;
            case "image" or "document" when block["source"] is JsonObject source && source["type"]?.ToString() is "base64" or "url":
                Facts.Add($"{block["type"]} {(source["data"] ?? source["url"])!.ToString().Split("base64,")[^1]}");
                AddText(block["title"]);
                AddText(block["context"]);
                break;
            case "document":
                AddText(block["title"]);
                AddText(block["context"]);
                AddText(block["source"]?["data"]);
                AddContent(block["source"]?["content"], role);
                break;
            case "search_result":
                AddText(block["title"]);
                AddText(block["source"]);
                AddContent(block["content"], role);
                break;
            case "tool_use":
                _calls[block["id"]?.ToString() ?? ""] = _calls.Count;
                string name = block["name"]?.ToString() ?? "";
                Facts.Add($"call {_toolNames.GetValueOrDefault(name, name)} {Input(block["input"])}");
                break;
            case "tool_result":
                // One of no known call is told as text, and two of one call in one.
                if (_calls.TryGetValue(block["tool_use_id"]?.ToString() ?? "", out int call) && !Facts.Contains($"result of call {call}"))
                {
                    Facts.Add($"result of call {call}");
                }

                AddContent(block["content"], role);
                break;
        }
    }

    /// <summary>A note of Claude Code to Anthropic's accounts is not said to others.</summary>
    private void AddText(JsonNode? text)
    {
        if (text is JsonValue value && value.TryGetValue(out string? said) && !string.IsNullOrWhiteSpace(said) && !said.StartsWith("x-anthropic-billing-header:", StringComparison.Ordinal))
        {
            Texts.Add(said.Trim());
        }
    }

    /// <summary>Chat's arguments are an object. A text of JSON is the object in it; what is none is kept inside of one.</summary>
    private static string Input(JsonNode? input)
    {
        if (input is JsonValue value && value.TryGetValue(out string? text))
        {
            return text is "" or "null" ? "{}" : text.StartsWith('{') ? JsonNode.Parse(text)!.ToJsonString() : new JsonObject { ["_raw_arguments"] = text }.ToJsonString();
        }

        return input switch
        {
            null => "{}",
            JsonObject => input.ToJsonString(),
            _ => new JsonObject { ["input"] = input.DeepClone() }.ToJsonString(),
        };
    }
}
