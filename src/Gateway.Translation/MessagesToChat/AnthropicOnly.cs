using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>Fields of the request that mean something only to Anthropic's servers: left out, and reported.</summary>
internal static class AnthropicOnly
{
    private static readonly string[] s_fields =
    [
        "betas", "container", "context_management", "diagnostics", "fallback_credit_token", "fallbacks", "inference_geo",
        "mcp_servers", "safeguards", "speed",
    ];

    public static void Report(ChatDraft draft)
    {
        if (draft.Request.Get("output_config"u8).Member("task_budget"u8).Exists())
        {
            draft.Report.Dropped("output_config.task_budget");
        }

        foreach (string field in s_fields)
        {
            if (draft.Request.Root.TryGetProperty(field, out JsonElement value) && !IsNothing(value))
            {
                draft.Report.Dropped(field);
            }
        }
    }

    /// <summary>Null or an empty list: leaving it out loses nothing.</summary>
    private static bool IsNothing(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
}
