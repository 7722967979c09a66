using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Claude;

/// <summary>Temperature, top_p, top_k and stop: what the model takes, dropped in silence where it does not.</summary>
internal static class ClaudeSampling
{
    public static void Write(Utf8JsonWriter json, HubRequest request, ClaudeModel model, Profile profile, bool thinking, TranslationReport report)
    {
        double? temperature = Number(request.Temperature);
        double? topP = Number(request.TopP);
        JsonElement topK = request.TopK;
        if (!profile.Sampling || model.RejectsSampling)
        {
            Drop(temperature is not null, "temperature", report);
            Drop(topP is not null, "top_p", report);
            Drop(topK.Exists(), "top_k", report);
            return;
        }

        if (thinking)
        {
            // Thinking wants temperature 1, no top_k and a top_p of at least 0.95.
            Drop(temperature is not null, "temperature", report);
            Drop(topK.Exists(), "top_k", report);
            Drop(topP < 0.95, "top_p", report);
            temperature = null;
            topK = default;
            topP = topP >= 0.95 ? topP : null;
        }

        if (temperature is not null && topP is not null && !model.TakesTemperatureWithTopP)
        {
            report.Dropped("top_p");
            topP = null;
        }

        if (temperature > 1)
        {
            report.Changed("temperature", request.Temperature.RawString(), "1");
            json.WriteNumber("temperature"u8, 1);
        }
        else if (temperature is not null)
        {
            json.WritePropertyName("temperature"u8);
            json.WriteRaw(request.Temperature);
        }

        if (topP is not null)
        {
            json.WritePropertyName("top_p"u8);
            json.WriteRaw(request.TopP);
        }

        if (topK.ValueKind == JsonValueKind.Number)
        {
            json.WritePropertyName("top_k"u8);
            json.WriteRaw(topK);
        }
    }

    public static void WriteStop(Utf8JsonWriter json, JsonElement stop, TranslationReport report)
    {
        JsonElement[] all = stop.IsText() ? [stop] : [.. stop.Items()];
        JsonElement[] usable = [.. all.Where(sequence => sequence.IsText() && !sequence.IsBlank())];
        Drop(usable.Length < all.Length, "stop", report);
        if (usable.Length == 0)
        {
            return;
        }

        json.WriteStartArray("stop_sequences"u8);
        foreach (JsonElement sequence in usable)
        {
            json.WriteRaw(sequence);
        }

        json.WriteEndArray();
    }

    private static double? Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double number) ? number : null;

    private static void Drop(bool dropped, string field, TranslationReport report)
    {
        if (dropped)
        {
            report.Dropped(field);
        }
    }
}
