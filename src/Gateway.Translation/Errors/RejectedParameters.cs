using System.Text.RegularExpressions;

namespace Gateway.Translation.Errors;

/// <summary>Finds the parameter that an upstream does not take, if the gateway can do without it.</summary>
internal static partial class RejectedParameters
{
    /// <summary>Stands for the descriptions of all tools: they are shortened, not left out.</summary>
    public const string ToolDescription = "tools.description";

    private static readonly string[] s_dispensable =
    [
        "max_completion_tokens", "max_tokens", "temperature", "top_p", "top_k", "reasoning_effort", "stream_options",
        "parallel_tool_calls", "stop", "safety_identifier", "prompt_cache_key", "service_tier", "response_format",
        "cache_control", "prompt_cache_breakpoint",
    ];

    private static readonly string[] s_signs =
    [
        "unsupported parameter", "unsupported value", "unrecognized request argument", "extra inputs are not permitted",
        "unknown name", "is unsupported", "not supported", "does not support", "unknown parameter", "unexpected keyword",
        "unknown field", "unrecognized field", "invalid parameter", "not allowed for this model", "not permitted",
    ];

    /// <summary>Parameters with a list of values, which the gateway chose: another model may know fewer of them.</summary>
    private static readonly string[] s_enumerated = ["reasoning_effort", "service_tier"];

    private static readonly string[] s_signsOfValue = ["must be one of", "supported values are", "invalid value", "input should be"];

    /// <summary>The parameter to leave out when the same request is tried once more; null when that would not help.</summary>
    public static string? Find(UpstreamErrorText text)
    {
        if (IsLongDescription(text))
        {
            return ToolDescription;
        }

        bool refused = text.Code is "unsupported_parameter" or "unsupported_value" or "unknown_parameter" || s_signs.Any(text.Has);
        if (refused)
        {
            return Named(s_dispensable, text);
        }

        return text.Code is "invalid_value" || s_signsOfValue.Any(text.Has) ? Named(s_enumerated, text) : null;
    }

    /// <summary>"max_tokens is too large: 64000. This model supports at most 16384 completion tokens" and the like.</summary>
    public static int? FindMaxTokens(UpstreamErrorText text) =>
        (text.Has("max_tokens") || text.Has("max_completion_tokens") || text.Has("maximum"))
        && MaxTokens().Match(text.Message ?? "") is { Success: true } match
        && int.TryParse(match.Groups.Cast<Group>().Skip(1).First(g => g.Success).Value, out int max) && max > 0
            ? max
            : null;

    /// <summary>
    /// The error names the parameter in <c>param</c>, and says in <c>code</c> that the model does not know it; of the output
    /// limit, a number that is too large is enough. A value that is not supported says nothing of the parameter.
    /// </summary>
    public static bool IsLasting(UpstreamErrorText text) =>
        text.Parameter is { } parameter
        && (FindMaxTokens(text) is not null
            ? parameter is "max_tokens" or "max_completion_tokens"
            : Description().IsMatch(parameter) ? text.Code is "string_above_max_length"
            : text.Code is "unsupported_parameter" or "unknown_parameter" && Find(text) is { } found && found == NameOf(parameter));

    /// <summary>"Invalid 'tools[0].function.description': string too long. Expected a string with maximum length 1024" and the like.</summary>
    private static bool IsLongDescription(UpstreamErrorText text) =>
        (text.Code is "string_above_max_length" || text.Has("too long") || text.Has("maximum length"))
        && (Description().IsMatch(text.Parameter ?? "") || Description().IsMatch(text.Message ?? ""));

    private static string? Named(string[] names, UpstreamErrorText text) =>
        names.FirstOrDefault(name => name == NameOf(text.Parameter))
        ?? names.FirstOrDefault(name => Regex.IsMatch(text.Message ?? "", $@"(?<![A-Za-z0-9_]){name}(?![A-Za-z0-9_])"));

    /// <summary>The marks of prompt caches are inside messages and tools, everything else is at the top.</summary>
    private static string? NameOf(string? parameter) =>
        parameter is not null && CacheMark().Match(parameter) is { Success: true } mark ? mark.Groups[1].Value : parameter;

    [GeneratedRegex(@"^(?:messages\[\d+\](?:\.content\[\d+\])?|tools\[\d+\])\.(cache_control|prompt_cache_breakpoint)$")]
    private static partial Regex CacheMark();

    [GeneratedRegex(@"tools(?:\[\d+\]|\.\d+)\.(?:function\.)?description\b")]
    private static partial Regex Description();

    [GeneratedRegex(@"at most (\d+) (?:completion|output) tokens|max(?:imum)?(?: value)?(?: allowed)? (?:for|of) [`']?max_(?:completion_)?tokens[`']?(?: is|:)? (?:less than or equal to )?[`']?(\d+)|max_(?:completion_)?tokens[`']?:? .{0,40}(?:less than or equal to|at most|<=|must be in|range).{0,12}?\b(\d{3,})(?:\]|\b)|max_tokens: \d+ > (\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex MaxTokens();
}
