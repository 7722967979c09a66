using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

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
            if (!IsSaid(entry.Knob) || (entry.Knob == Knob.ResponseFormat && !IsKnown(entry.Value.Member("type"u8))))
            {
                report.Dropped(entry.PlainName);
            }
        }
    }

    private static bool IsKnown(JsonElement format) => format.Is("text"u8) || format.Is("json_object"u8) || format.Is("json_schema"u8);

    /// <summary>Whether Claude is told in some way, or loses nothing.</summary>
    private static bool IsSaid(Knob knob) => knob is Knob.N or Knob.ParallelToolCalls or Knob.ResponseFormat or Knob.SafetyIdentifier
        or Knob.ServiceTier or Knob.StreamOptions or Knob.User or Knob.WebSearchOptions;
}
