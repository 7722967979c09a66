using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ResponsesToMessages;

/// <summary>Reads <c>tool_choice</c> and <c>parallel_tool_calls</c> of a request that has tools.</summary>
internal static class ResponsesToolChoice
{
    /// <param name="body">The request.</param>
    /// <param name="tools">Its tools.</param>
    /// <param name="report">Hears of a choice that means a tool which is not there.</param>
    /// <param name="choice">The result.</param>
    /// <param name="allowed">The tools that <c>allowed_tools</c> names, or null.</param>
    public static GatewayError? TryRead(JsonElement body, ResponsesTools tools, TranslationReport report, out HubToolChoice choice, out IReadOnlySet<string>? allowed)
    {
        (choice, allowed) = (default, null);
        JsonElement wanted = body.Member("tool_choice"u8);
        (string? type, string? name) = (null, null);
        if (wanted.IsText())
        {
            type = Mode(wanted);
            if (type is null)
            {
                return Wrong();
            }
        }
        else if (wanted.IsObject() && wanted.Member("type"u8).Is("allowed_tools"u8))
        {
            type = Mode(wanted.Member("mode"u8)) ?? "auto";
            HashSet<string> names = [.. wanted.Member("tools"u8).Items().Select(tool => NameOf(tool, tools))];
            if (!tools.Tools.Exists(tool => names.Contains(tool.Name)))
            {
                return ResponsesRequestCheck.Wrong("tool_choice.tools", "names no tool of this request");
            }

            allowed = names;
        }
        else if (wanted.IsObject())
        {
            name = NameOf(wanted, tools);
            type = tools.Tools.Exists(tool => tool.Name == name) ? "tool" : null;
            if (type is null)
            {
                // The tool may be one of those that vanish.
                report.Dropped("tool_choice");
                name = null;
            }
        }
        else if (wanted.Exists())
        {
            return Wrong();
        }

        bool oneAtATime = body.Member("parallel_tool_calls"u8).ValueKind == JsonValueKind.False && type != "none";
        choice = new HubToolChoice(type ?? (oneAtATime ? "auto" : null), name, oneAtATime);
        return null;
    }

    private static GatewayError Wrong() => ResponsesRequestCheck.Wrong("tool_choice", "must be none, auto, required, or an object that names tools of this request");

    private static string? Mode(JsonElement mode) => mode.Text() switch
    {
        "none" => "none",
        "auto" => "auto",
        "required" => "any",
        _ => null,
    };

    private static string NameOf(JsonElement wanted, ResponsesTools tools)
    {
        JsonElement inner = wanted.Member("function"u8);
        string name = (inner.IsObject() ? inner : wanted).Member("name"u8).Text();
        return name.Length > 0 ? tools.FlatName(wanted.Member("namespace"u8).Text(), name)
            : wanted.Member("type"u8).Text().StartsWith("web_search", StringComparison.Ordinal) ? HubTool.WebSearch
            : "";
    }
}
