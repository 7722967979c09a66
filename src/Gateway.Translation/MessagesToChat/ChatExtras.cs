using System.Text.Json;
using Gateway.Translation.Hub.Requests;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// What an OpenAI client said beside its hub request and Chat has a field for. Who asks, tools, formats and the like are
/// written where the fields are that they stand in for.
/// </summary>
internal static class ChatExtras
{
    public static void Write(Utf8JsonWriter json, ChatDraft draft)
    {
        foreach (RequestExtras.Entry entry in draft.Extras.Entries)
        {
            switch (entry.Knob)
            {
                case Knob.N or Knob.Seed:
                    draft.WriteSaid(json, entry.Knob, accepted: true);
                    break;
                case Knob.FrequencyPenalty or Knob.PresencePenalty or Knob.LogitBias or Knob.Logprobs or Knob.TopLogprobs:
                    draft.WriteSaid(json, entry.Knob, draft.Profile.Sampling);
                    break;
                case Knob.Audio or Knob.Metadata or Knob.Modalities or Knob.Prediction or Knob.PromptCacheRetention or Knob.Store or Knob.Verbosity:
                    draft.WriteSaid(json, entry.Knob, draft.Profile.OpenAiFields);
                    break;
                case Knob.Other:
                    draft.Report.Dropped(entry.PlainName);
                    break;
            }
        }
    }
}
