using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Reads <c>tool_choice</c> (before: <c>function_call</c>) and <c>parallel_tool_calls</c>.</summary>
internal static class ChatToolWish
{
    /// <param name="body">A request with tools.</param>
    /// <param name="tools">The client's tools.</param>
    /// <param name="choice">The result.</param>
    /// <param name="allowed">The tools that <c>allowed_tools</c> names, or null.</param>
    public static GatewayError? TryRead(JsonElement body, List<HubTool> tools, out HubToolChoice choice, out IReadOnlySet<string>? allowed)
    {
        (choice, allowed) = (default, null);
        JsonElement wanted = body.Member("tool_choice"u8);
        wanted = wanted.Exists() ? wanted : body.Member("function_call"u8);
        (string? type, string? name) = (null, null);
        if (wanted.IsText())
        {
            type = Mode(wanted);
        }
        else if (wanted.Member("allowed_tools"u8) is { ValueKind: JsonValueKind.Object } some)
        {
            type = Mode(some.Member("mode"u8));
            HashSet<string> names = [.. some.Member("tools"u8).Items().Select(NameOf)];
            if (!tools.Exists(tool => names.Contains(tool.Name)))
            {
                return GatewayError.InvalidRequest("tool_choice.allowed_tools.tools: names no tool of this request");
            }

            allowed = names;
        }
        else if (wanted.IsObject())
        {
            (type, name) = ("tool", NameOf(wanted));
            if (!tools.Exists(tool => tool.Name == name))
            {
                return GatewayError.InvalidRequest("tool_choice: names no tool of this request");
            }
        }

        bool oneAtATime = body.Member("parallel_tool_calls"u8).ValueKind == JsonValueKind.False && type != "none";
        choice = new HubToolChoice(type ?? (oneAtATime ? "auto" : null), name, oneAtATime);
        return null;
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
