using System.Text.RegularExpressions;

namespace Gateway.Translation.Errors;

/// <summary>Finds the parameter that an upstream does not know, if the gateway can do without it.</summary>
internal static class RejectedParameters
{
    private static readonly string[] s_dispensable =
    [
        "max_completion_tokens", "max_tokens", "temperature", "top_p", "top_k", "reasoning_effort", "stream_options",
        "parallel_tool_calls", "stop", "safety_identifier", "prompt_cache_key", "service_tier", "response_format",
    ];

    private static readonly string[] s_signs =
    [
        "unsupported parameter", "unsupported value", "unrecognized request argument", "extra inputs are not permitted",
        "unknown name", "is unsupported", "not supported", "does not support", "unknown parameter", "unexpected keyword",
        "unknown field", "unrecognized field", "invalid parameter", "not allowed for this model", "not permitted",
    ];

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
