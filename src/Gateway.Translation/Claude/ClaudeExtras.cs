using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;

namespace Gateway.Translation.Claude;

/// <summary>The side table as Claude sees it: nearly all of it means nothing there.</summary>
internal static class ClaudeExtras
{
    /// <summary>Why these wishes cannot be met by Claude, or null.</summary>
    public static GatewayError? Refuse(JsonElement choices) =>
        choices is { ValueKind: JsonValueKind.Number } && choices.GetInt64() > 1
            ? GatewayError.InvalidRequest("n: only one choice per request is supported by this model")
            : null;

    public static void ReportDropped(RequestExtras extras, TranslationReport report)
    {
        foreach (RequestExtras.Entry entry in extras.Entries)
        {
            if (!IsSaid(entry.Knob))
            {
                report.Dropped(entry.PlainName);
            }
        }
    }

    /// <summary>Whether Claude is told in some way, or loses nothing.</summary>
    private static bool IsSaid(Knob knob) => knob is Knob.N or Knob.ParallelToolCalls or Knob.ResponseFormat or Knob.SafetyIdentifier
        or Knob.ServiceTier or Knob.StreamOptions or Knob.User or Knob.WebSearchOptions;
}
