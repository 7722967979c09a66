using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Routing.Profiles;

/// <summary>One value of one flag, and what of a request or an answer it changes.</summary>
/// <param name="Flags">Such as <c>effort: low, high; thinkingStyle: reasoning</c>. The row is about the first one.</param>
/// <param name="Request">Members of the client's request, beside a model, a limit and a question.</param>
/// <param name="Sees">
/// What must be true: <c>path = json</c> and <c>no path</c> of the body that the upstream gets, <c>header name = value</c> of
/// its headers, <c>client path = json</c> of the answer, <c>refused text</c> of an error that holds the text.
/// </param>
internal sealed record FlagRow(string Flags, string Request, params string[] Sees)
{
    public const string Messages = "/v1/messages";

    public string Path { get; init; } = Messages;

    /// <summary>The provider's name in the configuration.</summary>
    public string Provider { get; init; } = "chat";

    /// <summary>The upstream's answer; a stream if it begins like one.</summary>
    public string Answer { get; init; } = """{"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2}}""";

    public string Name => $"{Flags} | {Request}";

    public string Flag => Settings[0].Flag;

    public IReadOnlyList<(string Flag, string[] Values)> Settings =>
        [.. Flags.Split("; ").Select(each => each.Split(": ", 2)).Select(pair => (pair[0].TrimEnd(':'), pair[^1] == pair[0] ? [""] : pair[1].Split(", ")))];

    /// <summary>The client's body. Members of the row win.</summary>
    public string Body(string model, string? earlierAnswer)
    {
        JsonObject body = JsonNode.Parse("""{"max_tokens":100,"messages":[{"role":"user","content":"q"}]}""")!.AsObject();
        body["model"] = model;
        foreach ((string name, JsonNode? value) in JsonNode.Parse(Request.Replace("$ANSWER", earlierAnswer ?? "[]", StringComparison.Ordinal))!.AsObject().ToArray())
        {
            body[name] = value?.DeepClone();
        }

        return body.ToJsonString();
    }

    /// <summary>What is at a path such as <c>messages.0.content</c>; null when nothing is.</summary>
    public static JsonElement? At(JsonElement root, string path)
    {
        JsonElement at = root;
        foreach (string step in path.Split('.'))
        {
            if (at.ValueKind == JsonValueKind.Array && int.TryParse(step, out int index) && index < at.GetArrayLength())
            {
                at = at[index];
            }
            else if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(step, out JsonElement member))
            {
                at = member;
            }
            else
            {
                return null;
            }
        }

        return at;
    }
}
