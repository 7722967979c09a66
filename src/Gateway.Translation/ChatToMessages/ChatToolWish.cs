using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>
/// Reads <c>tool_choice</c> (before: <c>function_call</c>) and <c>parallel_tool_calls</c>, in the forms of Chat, Responses
/// and Messages.
/// </summary>
internal static class ChatToolWish
{
    private const string Cure = "must be none, auto, required, or an object that names a function of this request";

    /// <param name="body">A request with tools.</param>
    /// <param name="tools">The client's tools.</param>
    /// <param name="choice">The result.</param>
    /// <param name="allowed">The tools that <c>allowed_tools</c> names, or null.</param>
    public static GatewayError? TryRead(JsonElement body, List<HubTool> tools, out HubToolChoice choice, out IReadOnlySet<string>? allowed)
    {
        (choice, allowed) = (default, null);
        (JsonElement wanted, string path) = (body.Member("tool_choice"u8), "tool_choice");
        if (!wanted.Exists())
        {
            (wanted, path) = (body.Member("function_call"u8), "function_call");
        }

        (string? type, string? name) = (null, null);
        if (wanted.IsObject() && wanted.Member("type"u8).Is("allowed_tools"u8))
        {
            JsonElement some = wanted.Member("allowed_tools"u8);
            (some, path) = some.IsObject() ? (some, path + ".allowed_tools") : (wanted, path);
            type = Mode(some.Member("mode"u8));
            HashSet<string> names = [.. some.Member("tools"u8).Items().Select(NameOf)];
            if (!tools.Exists(tool => names.Contains(tool.Name)))
            {
                return GatewayError.InvalidRequest($"{path}.tools: names no tool of this request");
            }

            allowed = names;
        }
        else if (wanted.IsText() || (wanted.IsObject() && Mode(wanted.Member("type"u8)) is not null))
        {
            type = Mode(wanted.IsText() ? wanted : wanted.Member("type"u8));
            if (type is null)
            {
                return GatewayError.InvalidRequest($"{path}: {Cure}");
            }
        }
        else if (wanted.IsObject())
        {
            (type, name) = ("tool", NameOf(wanted));
            if (!tools.Exists(tool => tool.Name == name))
            {
                return GatewayError.InvalidRequest($"{path}: names no tool of this request");
            }
        }
        else if (wanted.Exists())
        {
            return GatewayError.InvalidRequest($"{path}: {Cure}");
        }

        bool parallel = body.Member("parallel_tool_calls"u8).ValueKind != JsonValueKind.False && !wanted.Member("disable_parallel_tool_use"u8).IsTrue();
        bool oneAtATime = !parallel && type != "none";
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
