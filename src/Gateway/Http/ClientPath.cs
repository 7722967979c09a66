namespace Gateway.Http;

/// <summary>
/// What clients mean by a path. Their base URLs end in <c>/v1</c> where the client adds one itself, lack it where the client
/// does not, or are those of a service that puts a name in front: Foundry's <c>/anthropic</c>, Azure's <c>/openai</c>.
/// </summary>
internal static class ClientPath
{
    private const string Version = "v1/";

    /// <summary>Of clients, as they follow the version. Operators' paths have one spelling.</summary>
    private static readonly string[] s_endpoints = ["messages", "messages/count_tokens", "chat/completions", "models"];

    private static readonly string[] s_services = ["anthropic/", "openai/"];

    /// <summary>Prefixes of OpenAI's API that Anthropic's does not have.</summary>
    private static readonly string[] s_openAi =
    [
        "assistants", "audio", "batches", "chat", "chatkit", "completions", "containers", "conversations", "edits", "embeddings", "engines", "evals",
        "fine_tuning", "images", "moderations", "realtime", "responses", "threads", "uploads", "vector_stores", "videos",
    ];

    /// <summary>In both APIs, or in none: who asks says which is meant.</summary>
    private static readonly string[] s_shared = ["models", "files"];

    /// <summary>As the documents write it, without the slash in front: <c>/anthropic/v1/messages/</c> is <c>v1/messages</c>. What means no endpoint of clients stays as it is.</summary>
    public static string Of(string asked)
    {
        string path = Trim(asked);
        string rest = WithoutVersion(WithoutVersion(WithoutService(path)));
        bool isEndpoint = s_endpoints.Contains(rest, StringComparer.OrdinalIgnoreCase) || rest.StartsWith("models/", StringComparison.OrdinalIgnoreCase);
        return isEndpoint && !asked.Contains("//", StringComparison.Ordinal) ? Version + rest
            : path.StartsWith("v1/v1/", StringComparison.OrdinalIgnoreCase) ? path[Version.Length..] : path;
    }

    /// <summary>Whether the path is one of OpenAI's API only; null when it may be of either.</summary>
    public static bool? IsOpenAi(string asked)
    {
        string path = Trim(asked);
        string first = WithoutVersion(WithoutVersion(WithoutService(path))).Split('/')[0];
        return path.StartsWith("openai/", StringComparison.OrdinalIgnoreCase) || s_openAi.Contains(first, StringComparer.OrdinalIgnoreCase) ? true
            : s_shared.Contains(first, StringComparer.OrdinalIgnoreCase) ? null
            : false;
    }

    /// <summary>As the routes see it: one slash at the end does not matter, any other does.</summary>
    private static string Trim(string path)
    {
        path = path.StartsWith('/') ? path[1..] : path;
        return path.Length > 1 && path.EndsWith('/') ? path[..^1] : path;
    }

    private static string WithoutService(string path) =>
        Array.Find(s_services, name => path.StartsWith(name, StringComparison.OrdinalIgnoreCase)) is { } service ? path[service.Length..] : path;

    private static string WithoutVersion(string path) => path.StartsWith(Version, StringComparison.OrdinalIgnoreCase) ? path[Version.Length..] : path;
}
