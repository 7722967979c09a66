using System.Text.RegularExpressions;

namespace Gateway.Translation.Errors;

/// <summary>
/// Finds out that an upstream does not have the model, where it says so with a status that blames the request: the
/// operator's mistake, or a model that was taken out of service. Another upstream may have it.
/// </summary>
internal static partial class UnknownModel
{
    private static readonly HashSet<string> s_codes = new(StringComparer.OrdinalIgnoreCase)
    {
        "model_not_found", "DeploymentNotFound", "deployment_not_found", "unknown_model", "unsupported_model", "model_not_supported",
        "model_not_exist", "ModelNotFound", "invalid_model", "model_not_available", "model_decommissioned", "model_deprecated", "OperationNotSupported",
    };

    public static bool Is(UpstreamErrorText text) =>
        (text.Code is { } code && s_codes.Contains(code)) || (text.Type is { } type && s_codes.Contains(type))
        || (text.Message is { } message && Sentence().IsMatch(message));

    /// <summary>Said of the model itself and at the end of the sentence: "not supported with this model" is about something else.</summary>
    [GeneratedRegex(@"^(?:\S+: )?(?:the )?(?:requested |specified |api )?(?:model|deployment)(?: name| id)?:?(?: [^\s,;]{1,256})? (?:(?:does )?not (?:exist|found)|(?:was |is |could )?not (?:be )?(?:found|available|supported|deployed)|is not a valid model(?: id| name)?|has been (?:decommissioned|deprecated|retired))(?:[.!,;]|$| or you do not have access| and is no longer| on this| in (?:your|this) )"
        + @"|^(?:\S+: )?(?:no such|unknown|unsupported) (?:model|deployment)\b(?! parameter| feature| capability)|^(?:\S+: )?invalid model(?: name| id)?(?:[.:]|$| passed| specified)|\bis not a valid model id\b", RegexOptions.IgnoreCase)]
    private static partial Regex Sentence();
}
