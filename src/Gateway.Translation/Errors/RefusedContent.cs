using Gateway.Translation.Json;

namespace Gateway.Translation.Errors;

/// <summary>Finds out that a filter of the upstream took offence at the request: no error of form, and no model was asked.</summary>
internal static class RefusedContent
{
    private static readonly HashSet<string> s_codes = new(StringComparer.OrdinalIgnoreCase)
    {
        "content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation", "content_filter_error", "moderation_blocked",
        "data_inspection_failed", "DataInspectionFailed", "content_violation", "prohibited_content", "sensitive_content",
        // Zhipu's and MiniMax's numbers.
        "1301", "1026",
    };

    private static readonly string[] s_signs =
    [
        "content management policy", "content filtering polic", "content filter", "content exists risk", "violates usage guidelines",
        "input data may contain inappropriate content", "requires moderation on", "usage policies",
    ];

    public static bool Is(int status, UpstreamErrorText text) =>
        status is 400 or 403 or 422 or 451
        && (IsCode(text.Code) || IsCode(text.Type) || IsCode(text.Object.Member("innererror"u8).Text("code"u8)) || s_signs.Any(text.Has));

    private static bool IsCode(string? code) => code is not null && s_codes.Contains(code);
}
