using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.MessagesToChat;

/// <summary>The messages of a Chat Completions request: roles, contents, and tool messages right behind their calls.</summary>
internal sealed class ChatMessageShape(Profile profile, List<string> problems)
{
    private readonly Queue<string> _awaited = [];
    private readonly HashSet<string> _ids = [];

    public static bool IsFunctionName(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    public void Check(JsonElement messages)
    {
        string before = "";
        foreach (JsonElement message in messages.EnumerateArray())
        {
            string role = message.GetProperty("role").GetString()!;
            Require(role == "tool" || _awaited.Count == 0, $"{role} between a call and its results");
            Require(profile.UserAfterTool == UserAfterTool.Ok || before != "tool" || role is "assistant" or "tool", $"{role} behind a tool message");
            Require(!profile.MergeAssistant || role != before || role != "assistant", "two assistant messages in a row");
            Require(HasForm(message.GetProperty("content")), $"the content is no {profile.ContentFormat}: {message}");
            Require(!profile.StrictAlternation || role != before || role is "tool" or "system", $"two {role} messages in a row");
            Require(IsLegal(role, message), $"{role}: {message}");
            before = role;
        }

        Require(_awaited.Count == 0, "a call without a result");
    }

    private bool IsLegal(string role, JsonElement message) => role switch
    {
        "system" or "developer" => ChatRequestShape.IsObject(message, "role", "content") && (IsFilledText(message.GetProperty("content")) || AreTexts(message.GetProperty("content"))),
        "user" => ChatRequestShape.IsObject(message, "role", "content") && IsUserContent(message.GetProperty("content")),
        "assistant" => IsAssistant(message),
        "tool" => IsTool(message),
        _ => false,
    };

    private bool IsAssistant(JsonElement message)
    {
        string replay = profile.ReplayReasoning.Field;
        bool details = replay == "reasoning_details";
        if (!ChatRequestShape.IsObject(message, "role", "content", "tool_calls", replay, details ? "reasoning" : replay, profile.Prefill == PrefillSupport.ContinuePrefix ? "prefix" : "content"))
        {
            return false;
        }

        JsonElement content = message.GetProperty("content");
        if (!message.TryGetProperty("tool_calls", out JsonElement calls))
        {
            return IsFilledText(content) || AreTexts(content) || IsThinking(content);
        }

        foreach (JsonElement call in calls.EnumerateArray())
        {
            string id = call.GetProperty("id").GetString()!;
            Require(_ids.Add(id), $"id {id} twice");
            Require(HasForm(id), $"id {id} is not {profile.ToolIdFormat}");
            _awaited.Enqueue(id);
        }

        return (content.ValueKind == JsonValueKind.Null || content.IsText() || AreTexts(content) || IsThinking(content)) && calls.GetArrayLength() > 0 && calls.EnumerateArray().All(IsCall);
    }

    /// <summary>Magistral's content: the thinking, then at most one text.</summary>
    private bool IsThinking(JsonElement content) =>
        profile.ReplayReasoning.Field == "content"
        && content.IsArray()
        && content.GetArrayLength() is 1 or 2
        && ChatRequestShape.IsObject(content[0], "type", "thinking")
        && content[0].GetProperty("thinking").EnumerateArray().All(IsPart)
        && content.EnumerateArray().Skip(1).All(IsPart);

    private bool IsCall(JsonElement call)
    {
        bool gemini = profile.SchemaDialect == SchemaDialect.Gemini;
        JsonElement function = call.GetProperty("function");
        JsonDocument.Parse(function.GetProperty("arguments").GetString()!).Dispose();
        return ChatRequestShape.IsObject(call, "id", "type", "function", gemini ? "extra_content" : "id")
            && call.GetProperty("type").Is("function"u8)
            && ChatRequestShape.IsObject(function, "name", "arguments")
            && IsFunctionName(function.GetProperty("name").GetString()!);
    }

    private bool IsTool(JsonElement message)
    {
        JsonElement content = message.GetProperty("content");
        return ChatRequestShape.IsObject(message, "role", "tool_call_id", "content")
            && _awaited.TryDequeue(out string? id)
            && message.GetProperty("tool_call_id").GetString() == id
            && (content.IsText() || AreTexts(content) || (profile.ImagesInToolResult && content.EnumerateArray().All(IsPart)));
    }

    /// <summary>A list in the place of one text has to have a reason: the server's taste, or a mark for its prompt cache.</summary>
    private bool AreTexts(JsonElement content) =>
        content.IsArray()
        && content.EnumerateArray().All(part => part.GetProperty("type").Is("text"u8) && IsPart(part))
        && (profile.ContentFormat == ContentFormat.Parts || IsMarked(content));

    private bool IsMarked(JsonElement content) =>
        profile.PromptCache != PromptCache.None && content.EnumerateArray().Any(part => part.TryGetProperty(MarkName, out _));

    private bool HasForm(JsonElement content) => profile.ContentFormat switch
    {
        ContentFormat.Text => !content.IsArray() || IsMarked(content) || content.EnumerateArray().Any(part => !part.GetProperty("type").Is("text"u8)),
        ContentFormat.Parts => !IsFilledText(content),
        _ => true,
    };

    private bool HasForm(string id) => profile.ToolIdFormat switch
    {
        ToolIdFormat.OpenAi => id.Length <= 40,
        ToolIdFormat.Mistral => id.Length == 9 && id.All(char.IsAsciiLetterOrDigit),
        _ => true,
    };

    private string MarkName => profile.PromptCache switch
    {
        PromptCache.CacheControl => "cache_control",
        PromptCache.Breakpoint => "prompt_cache_breakpoint",
        _ => "type",
    };

    private bool IsUserContent(JsonElement content) =>
        content.IsText() ? IsFilledText(content) : content.IsArray() && content.GetArrayLength() > 0 && content.EnumerateArray().All(IsPart);

    private bool IsPart(JsonElement part) => part.GetProperty("type").GetString() switch
    {
        "text" => ChatRequestShape.IsObject(part, "type", "text", MarkName) && IsFilledText(part.GetProperty("text")),
        "image_url" => profile.Vision && ChatRequestShape.IsObject(part, "type", "image_url") && ChatRequestShape.IsObject(part.GetProperty("image_url"), "url") && part.GetProperty("image_url").GetProperty("url").IsText(),
        "file" => ChatRequestShape.IsObject(part, "type", "file") && ChatRequestShape.IsObject(part.GetProperty("file"), "filename", "file_data"),
        _ => false,
    };

    private static bool IsFilledText(JsonElement text) => text.IsText() && !text.IsEmptyText();

    private void Require(bool condition, string problem)
    {
        if (!condition)
        {
            problems.Add(problem);
        }
    }
}
