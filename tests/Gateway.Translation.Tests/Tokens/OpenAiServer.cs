using System.Text.Json.Nodes;

namespace Gateway.Translation.Tests.Tokens;

/// <summary>
/// What OpenAI's servers are known to make of a Chat body: a frame around each message, and tools as declarations in
/// TypeScript. Descriptions further in, limits and defaults are not shown to the model.
/// </summary>
internal static class OpenAiServer
{
    private const int PerMessage = 3;
    private const int PerReply = 3;
    private const int PerCall = 3;

    /// <summary>The role <c>function</c> needs no marks of its own.</summary>
    private const int LessForResult = 2;

    private const int PerDeclarations = 9;

    /// <summary>The declarations go into the system message, so that one frame is saved.</summary>
    private const int LessWithSystem = 4;

    public static int Count(JsonObject body)
    {
        JsonObject[] messages = [.. body["messages"]!.AsArray().Select(message => message!.AsObject())];
        JsonArray tools = body["tools"]?.AsArray() ?? [];
        JsonObject? system = messages.FirstOrDefault(message => Text(message["role"]) == "system");
        int tokens = PerReply + messages.Sum(message => CountMessage(message, lineEnd: tools.Count > 0 && message == system));
        return tools.Count == 0 ? tokens : tokens + PerDeclarations + RealTokenizer.Count(Declare(tools)) - (system is null ? 0 : LessWithSystem);
    }

    private static int CountMessage(JsonObject message, bool lineEnd)
    {
        string content = Text(message["content"]);
        content = lineEnd && content.Length > 0 && !content.EndsWith('\n') ? content + "\n" : content;
        bool isResult = Text(message["role"]) == "tool";
        int frame = PerMessage + RealTokenizer.Count(isResult ? "function" : Text(message["role"])) - (isResult ? LessForResult : 0);
        JsonArray calls = message["tool_calls"]?.AsArray() ?? [];

        // Every call is a message of its own.
        return (frame * Math.Max(1, calls.Count)) + RealTokenizer.Count(content) + calls.Sum(call => CountCall(call!["function"]!));
    }

    private static int CountCall(JsonNode function) =>
        PerCall + RealTokenizer.Count(Text(function["name"])) + RealTokenizer.Count(Text(function["arguments"]));

    private static string Declare(JsonArray tools) =>
        string.Join('\n', ["namespace functions {", "", .. tools.Select(tool => DeclareFunction(tool!["function"]!)), "} // namespace functions"]);

    private static string DeclareFunction(JsonNode function)
    {
        string comment = function["description"] is { } description ? $"// {description}\n" : "";
        string properties = Properties(function["parameters"], depth: 0);
        return properties.Length == 0
            ? $"{comment}type {function["name"]} = () => any;\n"
            : $"{comment}type {function["name"]} = (_: {{\n{properties}\n}}) => any;\n";
    }

    private static string Properties(JsonNode? schema, int depth)
    {
        string indent = new(' ', depth * 2);
        HashSet<string> required = [.. schema?["required"]?.AsArray().Select(Text) ?? []];
        return string.Join('\n', (schema?["properties"]?.AsObject() ?? []).Select(property =>
            (property.Value!["description"] is { } description && depth == 0 ? $"{indent}// {description}\n" : "")
            + $"{indent}{property.Key}{(required.Contains(property.Key) ? "" : "?")}: {Type(property.Value, depth)},"));
    }

    private static string Type(JsonNode schema, int depth) => Text(schema["type"]) switch
    {
        "string" when schema["enum"] is JsonArray choices => string.Join(" | ", choices.Select(choice => choice!.ToJsonString())),
        "integer" or "number" => schema["enum"] is JsonArray choices ? string.Join(" | ", choices.Select(Text)) : "number",
        "array" => schema["items"] is { } items ? $"{Type(items, depth)}[]" : "any[]",
        "object" => $"{{\n{Properties(schema, depth + 1)}\n{new string(' ', depth * 2)}}}",
        "string" or "boolean" or "null" => Text(schema["type"]),
        _ => "any",
    };

    private static string Text(JsonNode? node) => node?.ToString() ?? "";
}
