using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>The client's <c>tool_choice</c> and <c>parallel_tool_calls</c> in Anthropic's words; no type means say nothing.</summary>
internal readonly record struct MessagesToolChoice(string? Type, string? Name, bool OneAtATime)
{
    /// <summary>Anthropic refuses this together with thinking.</summary>
    public bool Forces => Type is "any" or "tool";

    /// <param name="body">The request.</param>
    /// <param name="tools">The client's tools; <c>allowed_tools</c> takes some away.</param>
    /// <param name="anyTool">Whether there is a tool at all, web search included.</param>
    /// <param name="choice">The result.</param>
    public static GatewayError? TryRead(JsonElement body, List<ChatTool> tools, bool anyTool, out MessagesToolChoice choice)
    {
        choice = default;
        if (!anyTool)
        {
            return null;
        }

        JsonElement wanted = body.Member("tool_choice"u8);
        wanted = wanted.Exists() ? wanted : body.Member("function_call"u8);
        (string? type, string? name) = (null, null);
        if (wanted.IsText())
        {
            type = Mode(wanted);
        }
        else if (wanted.Member("allowed_tools"u8) is { ValueKind: JsonValueKind.Object } allowed)
        {
            type = Mode(allowed.Member("mode"u8));
            HashSet<string> names = [.. allowed.Member("tools"u8).Items().Select(NameOf)];
            tools.RemoveAll(tool => !names.Contains(tool.Name));
            if (tools.Count == 0)
            {
                return GatewayError.InvalidRequest("tool_choice.allowed_tools.tools: names no tool of this request");
            }
        }
        else if (wanted.IsObject())
        {
            (type, name) = ("tool", NameOf(wanted));
            if (!tools.Any(tool => tool.Name == name))
            {
                return GatewayError.InvalidRequest("tool_choice: names no tool of this request");
            }
        }

        bool oneAtATime = body.Member("parallel_tool_calls"u8).ValueKind == JsonValueKind.False && type != "none";
        choice = new MessagesToolChoice(type ?? (oneAtATime ? "auto" : null), name, oneAtATime);
        return null;
    }

    public void Write(Utf8JsonWriter json)
    {
        if (Type is null)
        {
            return;
        }

        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, Type);
        if (Name is not null)
        {
            json.WriteString("name"u8, Name);
        }

        if (OneAtATime)
        {
            json.WriteBoolean("disable_parallel_tool_use"u8, true);
        }

        json.WriteEndObject();
    }

    private static string? Mode(JsonElement mode) => mode.Text() switch
    {
        "none" => "none",
        "auto" => "auto",
        "required" or "any" => "any",
        _ => null,
    };

    private static string NameOf(JsonElement tool)
    {
        JsonElement inner = tool.Member("function"u8);
        inner = inner.IsObject() ? inner : tool.Member("custom"u8);
        return (inner.IsObject() ? inner : tool).Member("name"u8).Text();
    }
}
