using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Translation.Tests.Properties;

/// <summary>Puts an event stream together as a client does: the message that it amounts to.</summary>
internal static class ToldMessage
{
    public static JsonObject Of(ReadOnlySpan<byte> sse)
    {
        JsonObject message = [];
        foreach (JsonObject data in Events(sse))
        {
            switch (data["type"]!.ToString())
            {
                case "message_start":
                    message = data["message"]!.DeepClone().AsObject();
                    break;
                case "content_block_start":
                    message["content"]!.AsArray().Add(data["content_block"]!.DeepClone());
                    break;
                case "content_block_delta":
                    Add(message["content"]!.AsArray()[^1]!.AsObject(), data["delta"]!.AsObject());
                    break;
                case "content_block_stop":
                    ReadInput(message["content"]!.AsArray()[^1]!.AsObject());
                    break;
                case "message_delta":
                    Put(message, data["delta"]!.AsObject());
                    Put(message["usage"]!.AsObject(), data["usage"]!.AsObject());
                    break;
            }
        }

        return message;
    }

    /// <summary>The JSON objects of a stream of either API, up to the end mark; one may come in several lines.</summary>
    public static List<JsonObject> Events(ReadOnlySpan<byte> sse)
    {
        List<JsonObject> events = [];
        string data = "";
        foreach (string line in Encoding.UTF8.GetString(sse).TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n'))
        {
            data = line.Length == 0 ? "" : line.StartsWith("data:", StringComparison.Ordinal) ? data + line[5..].Trim() : data;
            if (data == "[DONE]")
            {
                break;
            }

            if (TryParse(data) is { } parsed)
            {
                events.Add(parsed);
                data = "";
            }
        }

        return events;
    }

    private static JsonObject? TryParse(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Add(JsonObject block, JsonObject delta)
    {
        switch (delta["type"]!.ToString())
        {
            case "input_json_delta":
                block["json"] = block["json"] + delta["partial_json"]!.ToString();
                break;
            case "citations_delta":
                JsonArray citations = block["citations"] as JsonArray ?? [];
                block["citations"] = citations;
                citations.Add(delta["citation"]!.DeepClone());
                break;
            default:
                string member = delta.Single(each => each.Key != "type").Key;
                block[member] = block[member] + delta[member]!.ToString();
                break;
        }
    }

    private static void ReadInput(JsonObject block)
    {
        if (block.Remove("json", out JsonNode? json) && json!.ToString() is { Length: > 0 } text)
        {
            block["input"] = JsonNode.Parse(text);
        }
    }

    private static void Put(JsonObject target, JsonObject members)
    {
        foreach ((string name, JsonNode? value) in members)
        {
            target[name] = value?.DeepClone();
        }
    }
}
