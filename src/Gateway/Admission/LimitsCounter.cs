using Gateway.Diagnostics;
using Gateway.Translation.Errors;

namespace Gateway.Admission;

/// <summary>Counts what limits did to requests.</summary>
internal static class LimitsCounter
{
    public static void Count(AdmissionResult admission)
    {
        if (admission.Refusal is { } refusal)
        {
            Counted(refusal);
        }
        else if (admission.Shadowed.Count > 0)
        {
            GatewayTelemetry.Limits.Add(1, new KeyValuePair<string, object?>(GenAiNames.LimitMode, "shadow"));
        }
    }

    /// <summary>The same refusal.</summary>
    public static GatewayError Counted(GatewayError refusal)
    {
        GatewayTelemetry.Limits.Add(1, new(GenAiNames.LimitMode, "enforce"), new(GenAiNames.ErrorType, ErrorBody.AnthropicType(refusal.Type)));
        return refusal;
    }
}
