using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Completions;

/// <summary>Refuses what OpenAI's reasoning models refuse, in OpenAI's words, and answers what they take.</summary>
internal static class PickyOpenAi
{
    public static Task AnswerAsync(HttpContext context, JsonElement body)
    {
        if (body.TryGetProperty("max_tokens", out _))
        {
            return RefuseAsync(context, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter");
        }

        if (body.TryGetProperty("temperature", out JsonElement temperature) && temperature.GetDouble() != 1)
        {
            return RefuseAsync(context, $"Unsupported value: 'temperature' does not support {temperature.GetRawText()} with this model. Only the default (1) value is supported.", "temperature", "unsupported_value");
        }

        if (body.TryGetProperty("stop", out _))
        {
            return RefuseAsync(context, "Unsupported parameter: 'stop' is not supported with this model.", "stop", "unsupported_parameter");
        }

        return AnswerAsync(context, body.TryGetProperty("stream", out JsonElement stream) && stream.GetBoolean());
    }

    /// <summary>An organisation that OpenAI has not seen the papers of.</summary>
    public static Task AnswerUnverifiedAsync(HttpContext context, JsonElement body)
    {
        if (body.TryGetProperty("stream", out JsonElement stream) && stream.GetBoolean())
        {
            return RefuseAsync(
                context,
                "Your organization must be verified to stream this model. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just verified, it can take up to 15 minutes for access to propagate.",
                "stream",
                "unsupported_value");
        }

        return body.TryGetProperty("stream_options", out _)
            ? RefuseAsync(context, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options", null)
            : AnswerAsync(context, stream: false);
    }

    public static Task RefuseAsync(HttpContext context, string message, string? param, string? code) => FakeUpstream.Json(
        context, 400, JsonSerializer.Serialize(new { error = new { message, type = "invalid_request_error", param, code } }));

    public static async Task AnswerAsync(HttpContext context, bool stream)
    {
        if (!stream)
        {
            await FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
            return;
        }

        await FakeUpstream.BeginStreamAsync(context);
        await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("ok"));
        await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
        await FakeUpstream.EventAsync(context, "[DONE]");
    }
}
