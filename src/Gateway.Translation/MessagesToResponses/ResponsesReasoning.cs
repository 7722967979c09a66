using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;

namespace Gateway.Translation.MessagesToResponses;

/// <summary>Thinking and effort as <c>reasoning</c>. Here tools and thinking go together.</summary>
internal static class ResponsesReasoning
{
    /// <summary>The client gets the thoughts. Those of Chat get them without asking, unless they want none.</summary>
    public static bool IsTold(ChatDraft draft) => draft.Extras.FromOpenAi ? !Effort.IsThinkingOff(draft) : Effort.IsThinkingWanted(draft);

    /// <summary>The model thinks, asked or not.</summary>
    public static bool Reasons(ChatDraft draft, string? effort) =>
        effort != "none" && (Effort.IsThinkingWanted(draft) || draft.Profile.Effort.Count > 0);

    /// <summary>The effort that goes along; null leaves it to the model.</summary>
    public static string? EffortOf(ChatDraft draft, bool searches)
    {
        JsonElement thinking = Effort.Thinking(draft);
        if (thinking.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object))
        {
            draft.Fail("thinking", "Input should be an object such as {\"type\": \"adaptive\"}");
            return null;
        }

        string? wanted = Effort.Wanted(draft, thinking);
        if (wanted is null)
        {
            return null;
        }

        string? effort = draft.Target.Accepts("reasoning") ? Effort.Nearest(wanted, draft.Profile.Effort) : null;
        if (effort == "minimal" && searches)
        {
            // It cannot search then.
            effort = Effort.Nearest("low", draft.Profile.Effort);
        }

        if (effort != wanted && wanted != "none")
        {
            Effort.ReportEffort(draft, wanted, effort);
        }

        return effort;
    }

    public static void Write(Utf8JsonWriter json, ChatDraft draft, string? effort)
    {
        bool shown = Effort.IsThinkingWanted(draft) && draft.Request.Get("thinking"u8).Text("display"u8) != "omitted" && effort != "none";
        bool summary = shown && draft.Target.Accepts("reasoning") && draft.Target.Accepts("reasoning.summary");
        if (shown && !summary)
        {
            draft.Report.Dropped("reasoning.summary");
        }

        if (effort is null && !summary)
        {
            return;
        }

        json.WriteStartObject("reasoning"u8);
        if (effort is not null)
        {
            json.WriteString("effort"u8, effort);
        }

        if (summary)
        {
            json.WriteString("summary"u8, "auto"u8);
        }

        json.WriteEndObject();
    }
}
