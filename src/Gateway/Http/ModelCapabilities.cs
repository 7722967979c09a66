using System.Text.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Http;

/// <summary>The <c>capabilities</c> of a model object: what the gateway can do with this model, as its profile says.</summary>
internal static class ModelCapabilities
{
    private static readonly string[] s_efforts = ["low", "medium", "high", "xhigh", "max"];

    public static void Write(Utf8JsonWriter json, Profile profile)
    {
        json.WriteStartObject("capabilities"u8);
        WriteSupport(json, "batch"u8, false);
        WriteSupport(json, "citations"u8, false);
        WriteSupport(json, "code_execution"u8, false);
        WriteSupport(json, "context_management"u8, false);
        json.WriteStartObject("effort"u8);
        json.WriteBoolean("supported"u8, profile.Effort.Count > 0);
        foreach (string effort in s_efforts)
        {
            json.WriteStartObject(effort);
            json.WriteBoolean("supported"u8, profile.Effort.Contains(effort));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        WriteSupport(json, "image_input"u8, true);
        WriteSupport(json, "pdf_input"u8, profile.FileParts);
        WriteSupport(json, "structured_outputs"u8, true);
        json.WriteStartObject("thinking"u8);
        json.WriteBoolean("supported"u8, profile.Effort.Count > 0 || profile.ThinkingStyle != ThinkingStyle.Effort);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSupport(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool supported)
    {
        json.WriteStartObject(name);
        json.WriteBoolean("supported"u8, supported);
        json.WriteEndObject();
    }
}
