namespace Gateway.Routing;

/// <summary>
/// What a door to Claude does not know of Anthropic's newest, and refuses: betas and fields that stay away from it. Each
/// kind of door has a list of its own, to which the operator adds; what begins with <c>!</c> takes a line back, for the day
/// on which the cloud learns it.
/// </summary>
/// <param name="Betas">Names for <c>anthropic-beta</c>; a <c>*</c> at the end stands for any text.</param>
/// <param name="Fields">As <c>FieldStrips</c> reads them.</param>
internal sealed record StripList(IReadOnlyList<string> Betas, IReadOnlyList<string> Fields)
{
    public static readonly StripList None = new([], []);

    private static readonly string[] s_newBetas = ["mid-conversation-*", "fast-mode-*", "task-budgets-*", "server-side-fallback-*", "message-batches-*"];

    private static readonly string[] s_newFields = ["messages.system", "speed", "output_config.task_budget", "fallbacks", "inference_geo"];

    private static readonly string[] s_serverBetas =
        ["files-api-*", "skills-*", "mcp-client-*", "code-execution-*", "web-fetch-*", "advisor-tool-*", "advanced-tool-use-*", "prompt-caching-scope-*"];

    private static readonly string[] s_serverFields =
        ["container", "mcp_servers", "tools.web_fetch_*", "tools.code_execution_*", "tools.mcp_toolset", "tools.advisor_*", "tools.allowed_callers"];

    /// <summary>Bedrock's own door, and its models behind a proxy that is signed for.</summary>
    private static readonly StripList s_bedrock = new([.. s_newBetas, .. s_serverBetas], [.. s_newFields, .. s_serverFields, "tools.web_search_*", "cache_control"]);

    /// <summary>Searches the web, by the first version of the tool.</summary>
    private static readonly StripList s_vertex = new([.. s_newBetas, .. s_serverBetas], [.. s_newFields, .. s_serverFields, "tools.web_search_*=web_search_20250305"]);

    private static readonly StripList s_foundry = new(s_newBetas, s_newFields);

    /// <summary>Of the door that a provider is; empty for Anthropic's own platforms and for all others.</summary>
    public static StripList Of(Provider provider)
    {
        string host = provider.Kind == ProviderKind.Anthropic && Uri.TryCreate(provider.BaseUrl, UriKind.Absolute, out Uri? url) ? url.IdnHost : "";
        return provider.Vertex is not null ? s_vertex
            : provider.Cloud is AwsSigning { Service: AwsSigning.Bedrock } || host.StartsWith(AwsSigning.Bedrock + ".", StringComparison.OrdinalIgnoreCase) ? s_bedrock
            : host.EndsWith(".services.ai.azure.com", StringComparison.OrdinalIgnoreCase) ? s_foundry
            : None;
    }

    /// <summary>The list with the operator's lines.</summary>
    public StripList With(IReadOnlyList<string> betas, IReadOnlyList<string> fields) => new(Joined(Betas, betas), Joined(Fields, fields));

    /// <summary>Whether a beta stays away.</summary>
    public bool HasBeta(string beta) => Betas.Any(entry => entry.EndsWith('*') ? beta.StartsWith(entry[..^1], StringComparison.OrdinalIgnoreCase) : beta.Equals(entry, StringComparison.OrdinalIgnoreCase));

    private static string[] Joined(IReadOnlyList<string> list, IReadOnlyList<string> lines) =>
    [
        .. list.Concat(lines.Where(line => line[0] != '!')).Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(entry => !lines.Any(line => line[0] == '!' && IsTakenBack(entry, line[1..]))),
    ];

    /// <summary>What is replaced is taken back by its own name.</summary>
    private static bool IsTakenBack(string entry, string line) => entry.Split('=')[0].Equals(line.Split('=')[0], StringComparison.OrdinalIgnoreCase);
}
