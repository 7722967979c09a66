using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.MessagesToChat;

/// <summary>
/// The public Chat Completions request: names of fields, types and enumerations, written down from OpenAI's API
/// reference. A field beyond it is legal only where a flag of the profile asks for it.
/// </summary>
internal sealed class ChatRequestShape(Profile profile)
{
    private readonly List<string> _problems = [];

    /// <summary>What is wrong with the request, one line each.</summary>
    public IReadOnlyList<string> Problems(JsonElement request)
    {
        CheckFields(request);
        new ChatMessageShape(profile, _problems).Check(request.GetProperty("messages"));
        Require(request.TryGetProperty("model", out JsonElement model) && model.IsText(), "model: missing");
        Require(!(request.TryGetProperty("max_tokens", out _) && request.TryGetProperty("max_completion_tokens", out _)), "both token fields");
        bool tools = request.TryGetProperty("tools", out _);
        Require(tools || !request.TryGetProperty("tool_choice", out _), "tool_choice without tools");
        Require(tools || !request.TryGetProperty("parallel_tool_calls", out _), "parallel_tool_calls without tools");
        bool stream = request.TryGetProperty("stream", out JsonElement s) && s.IsTrue();
        Require(stream || !request.TryGetProperty("stream_options", out _), "stream_options without stream");
        return _problems;
    }

    private void CheckFields(JsonElement request)
    {
        HashSet<string> seen = [];
        foreach (JsonProperty field in request.EnumerateObject())
        {
            Require(seen.Add(field.Name), $"{field.Name}: twice");
            Require(IsLegal(field.Name, field.Value), $"{field.Name}: {field.Value}");
        }
    }

    private bool IsLegal(string name, JsonElement value) => name switch
    {
        "model" or "safety_identifier" or "prompt_cache_key" => value.IsText() && value.GetString()!.Length is > 0 and <= 64,
        "messages" => value.IsArray() && value.GetArrayLength() > 0,
        "max_tokens" or "max_completion_tokens" => value.TryGetInt64(out long n) && n > 0,
        "temperature" or "top_p" => profile.Sampling && value.ValueKind == JsonValueKind.Number,
        "stop" => profile.Stop && value.IsArray() && value.GetArrayLength() is > 0 and <= 4 && value.EnumerateArray().All(JsonElements.IsText),
        "stream" or "parallel_tool_calls" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "stream_options" => IsObject(value, "include_usage") && value.GetProperty("include_usage").IsTrue(),
        "tools" => value.IsArray() && value.GetArrayLength() > 0 && !(value.GetArrayLength() > profile.MaxTools) && value.EnumerateArray().All(IsTool),
        "tool_choice" => IsToolChoice(value),
        "reasoning_effort" => value.IsText() && profile.Effort.Contains(value.GetString()),
        "response_format" => IsResponseFormat(value),
        "service_tier" => value.IsText() && value.GetString() is "auto" or "default",
        "web_search_options" => profile.WebSearch && IsObject(value),
        _ => IsVendorField(name, value),
    };

    private bool IsVendorField(string name, JsonElement value) => name switch
    {
        "top_k" => profile.TopK && value.ValueKind == JsonValueKind.Number,
        "thinking" => profile.ThinkingStyle == ThinkingStyle.ThinkingType && IsObject(value, "type"),
        "enable_thinking" => profile.ThinkingStyle == ThinkingStyle.EnableThinking,
        "thinking_budget" => profile.ThinkingStyle == ThinkingStyle.EnableThinking && value.GetInt64() >= 1024,
        "chat_template_kwargs" => profile.ThinkingStyle == ThinkingStyle.ChatTemplate && IsObject(value, "enable_thinking"),
        "reasoning" => profile.ThinkingStyle == ThinkingStyle.ReasoningObject && IsObject(value, "effort", "max_tokens", "enabled"),
        "cache_control" => profile.PromptCache == PromptCache.CacheControl && IsObject(value, "type", "ttl"),
        "continue_final_message" or "add_generation_prompt" => profile.Prefill == PrefillSupport.ContinueVllm,
        _ => false,
    };

    private bool IsTool(JsonElement tool) =>
        IsObject(tool, "type", "function", profile.PromptCache == PromptCache.CacheControl ? "cache_control" : "type")
        && tool.GetProperty("type").Is("function"u8)
        && IsObject(tool.GetProperty("function"), "name", "description", "parameters", "strict")
        && ChatMessageShape.IsFunctionName(tool.GetProperty("function").GetProperty("name").GetString()!)
        && tool.GetProperty("function").GetProperty("parameters").IsObject();

    private static bool IsToolChoice(JsonElement choice) =>
        choice.IsText()
            ? choice.GetString() is "auto" or "none" or "required"
            : IsObject(choice, "type", "function") && choice.GetProperty("type").Is("function"u8) && IsObject(choice.GetProperty("function"), "name");

    private static bool IsResponseFormat(JsonElement format) =>
        format.GetProperty("type").GetString() switch
        {
            "json_object" => IsObject(format, "type"),
            "json_schema" => IsObject(format, "type", "json_schema")
                && IsObject(format.GetProperty("json_schema"), "name", "schema", "strict")
                && ChatMessageShape.IsFunctionName(format.GetProperty("json_schema").GetProperty("name").GetString()!),
            _ => false,
        };

    internal static bool IsObject(JsonElement value, params ReadOnlySpan<string> fields)
    {
        if (!value.IsObject())
        {
            return false;
        }

        foreach (JsonProperty field in value.EnumerateObject())
        {
            if (!fields.Contains(field.Name))
            {
                return false;
            }
        }

        return true;
    }

    private void Require(bool condition, string problem)
    {
        if (!condition)
        {
            _problems.Add(problem);
        }
    }
}
