using System.Text.RegularExpressions;

namespace Gateway.Translation.Errors;

/// <summary>Finds the parameter that an upstream does not know, if the gateway can do without it.</summary>
internal static partial class RejectedParameters
{
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

    /// <summary>"max_tokens is too large: 64000. This model supports at most 16384 completion tokens" and the like.</summary>
    public static int? FindMaxTokens(UpstreamErrorText text) =>
        (text.Has("max_tokens") || text.Has("max_completion_tokens") || text.Has("maximum"))
        && MaxTokens().Match(text.Message ?? "") is { Success: true } match
        && int.TryParse(match.Groups.Cast<Group>().Skip(1).First(g => g.Success).Value, out int max) && max > 0
            ? max
            : null;

    [GeneratedRegex(@"at most (\d+) (?:completion|output) tokens|max(?:imum)?(?: value)?(?: allowed)? (?:for|of) [`']?max_(?:completion_)?tokens[`']?(?: is|:)? (?:less than or equal to )?[`']?(\d+)|max_(?:completion_)?tokens[`']?:? .{0,40}(?:less than or equal to|at most|<=|must be in|range).{0,12}?\b(\d{3,})(?:\]|\b)|max_tokens: \d+ > (\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex MaxTokens();

    public static string? Find(UpstreamErrorText text)
    {
        bool refused = text.Code is "unsupported_parameter" or "unsupported_value" or "unknown_parameter" || s_signs.Any(text.Has);
        if (!refused)
        {
            return null;
        }

        return s_dispensable.FirstOrDefault(name => name == text.Parameter)
            ?? s_dispensable.FirstOrDefault(name => Regex.IsMatch(text.Message ?? "", $@"(?<![A-Za-z0-9_]){name}(?![A-Za-z0-9_])"));
    }
}
