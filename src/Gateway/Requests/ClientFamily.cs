using System.Text.RegularExpressions;

namespace Gateway.Requests;

/// <summary>
/// Which program sends a request, by its <c>user-agent</c>: a short list of names, so that they can be counted; what is
/// none of them is <see cref="Other"/>. A client may say what it likes: this is for reports, not for decisions.
/// </summary>
internal static partial class ClientFamily
{
    public const string Other = "other";

    /// <summary>There is no <c>user-agent</c>.</summary>
    public const string None = "none";

    private const int Longest = 512;

    /// <summary>The first that fits. Agents come before the libraries that they are made of.</summary>
    private static readonly (string Begin, string Family)[] s_families =
    [
        ("claude-cli/", "claude-code"), ("claude-code/", "claude-code"), ("claude-vscode/", "claude-code"),
        ("codex", "codex"),
        ("cursor/", "cursor"), ("cline/", "cline"), ("roocode/", "roo-code"), ("roo-code/", "roo-code"), ("opencode/", "opencode"), ("zed/", "zed"),
        ("githubcopilot", "copilot"), ("copilot/", "copilot"), ("aider/", "aider"), ("goose/", "goose"), ("windsurf/", "windsurf"), ("continue/", "continue"),
        ("litellm/", "litellm"), ("langchain", "langchain"),
        ("ai-sdk/", "ai-sdk"), ("ai/", "ai-sdk"),
        ("curl/", "curl"), ("python-requests/", "python-http"), ("python-httpx/", "python-http"), ("aiohttp/", "python-http"),
        ("node", "node-http"), ("undici", "node-http"), ("axios/", "node-http"), ("bun/", "node-http"), ("deno/", "node-http"),
        ("go-http-client/", "go-http"), ("postmanruntime/", "postman"),
    ];

    private static readonly Dictionary<string, string> s_languages = new(StringComparer.OrdinalIgnoreCase)
    {
        ["python"] = "python",
        ["js"] = "typescript",
        ["typescript"] = "typescript",
        ["go"] = "go",
        ["java"] = "java",
        ["kotlin"] = "java",
        ["ruby"] = "ruby",
        ["c#"] = "dotnet",
        ["csharp"] = "dotnet",
        [".net"] = "dotnet",
        ["dotnet"] = "dotnet",
        ["php"] = "php",
    };

    public static string Of(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent))
        {
            return None;
        }

        string text = userAgent.Length > Longest ? userAgent[..Longest] : userAgent;
        return text.StartsWith("OpenAI/", StringComparison.OrdinalIgnoreCase) && text.Contains("(.NET", StringComparison.Ordinal) ? "openai-sdk-dotnet"
            : Sdk().Match(text) is { Success: true } sdk ? SdkFamily(sdk)
            : s_families.FirstOrDefault(family => text.StartsWith(family.Begin, StringComparison.OrdinalIgnoreCase)).Family
            ?? (text.Contains(" Cursor/", StringComparison.OrdinalIgnoreCase) ? "cursor"
                : text.StartsWith("Mozilla/", StringComparison.OrdinalIgnoreCase) ? "browser"
                : Other);
    }

    private static string SdkFamily(Match sdk)
    {
        string maker = sdk.Groups["maker"].Value.Contains("anthropic", StringComparison.OrdinalIgnoreCase) ? "anthropic-sdk" : "openai-sdk";
        return s_languages.TryGetValue(sdk.Groups["language"].Value, out string? language) ? $"{maker}-{language}" : $"{maker}-other";
    }

    /// <summary>The makers' libraries: <c>Anthropic/Python 0.79.0</c>, <c>AsyncOpenAI/Python 2.1</c>, <c>anthropic-sdk-go/1.2</c>.</summary>
    [GeneratedRegex(@"^(?:Async)?(?:Azure)?(?<maker>Anthropic|OpenAI)(?:Bedrock|Vertex|Foundry)?(?:Client)?(?:-sdk-|/)(?<language>[A-Za-z#.]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Sdk();
}
