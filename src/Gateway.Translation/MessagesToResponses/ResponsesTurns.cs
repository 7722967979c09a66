using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToResponses;

/// <summary>
/// The turns of a conversation as items. What the assistant said, thought and called keeps its order; the results follow
/// in the order of the calls, then what else the user said.
/// </summary>
internal sealed class ResponsesTurns(ChatDraft draft, ResponsesInput output)
{
    private readonly UserContent _content = new(draft);
    private readonly ResultQueue _results = new();
    private readonly ResponsesAssistant _assistant = new(draft, output);

    public void Write(JsonElement messages)
    {
        List<JsonElement> all = [.. messages.EnumerateArray()];
        int index = 0;
        while (index < all.Count && draft.Error is null)
        {
            int assistantEnd = index;
            while (assistantEnd < all.Count && all[assistantEnd].Member("role"u8).Is("assistant"u8))
            {
                assistantEnd++;
            }

            int end = assistantEnd;
            while (end < all.Count && !all[end].Member("role"u8).Is("assistant"u8))
            {
                end++;
            }

            WriteSegment(all, index, assistantEnd, end);
            index = end;
        }
    }

    private void WriteSegment(List<JsonElement> all, int start, int assistantEnd, int end)
    {
        List<(ToolCall Call, bool IsCustom)> calls = _assistant.Write(all, start, assistantEnd);
        if (start < assistantEnd && end == all.Count && assistantEnd == end && calls.Count == 0)
        {
            EndWithPrefill(end - 1);
        }

        _results.Collect(all, assistantEnd, end);
        _results.Await([.. calls.Select(each => each.Call)]);
        foreach ((ToolCall call, bool isCustom) in calls)
        {
            WriteResult(call, isCustom);
        }

        HashSet<string> answered = [.. calls.Select(each => each.Call.Id)];
        for (int i = assistantEnd; i < end; i++)
        {
            JsonElement content = all[i].Member("content"u8);
            string path = $"messages.{i}.content";
            if (all[i].Member("role"u8).Is("system"u8))
            {
                WriteSystem(content, path);
                continue;
            }

            List<ChatPart> parts = [];
            _content.Add(content, path, answered, parts);
            if (parts.Count == 0 && !content.Items().Any(block => block.Member("type"u8).Is("tool_result"u8)))
            {
                draft.Report.Dropped("empty_message");
            }

            output.AddMessage("user"u8, parts);
        }
    }

    private void EndWithPrefill(int index)
    {
        switch (draft.Profile.Prefill)
        {
            case PrefillSupport.Reject:
                draft.Fail($"messages.{index}.role", "This model does not support assistant message prefill. The conversation must end with a user message.");
                break;
            case PrefillSupport.UserTurn:
                output.AddMessage("user"u8, [Literal("Continue."u8)]);
                break;
        }
    }

    private void WriteSystem(JsonElement content, string path)
    {
        List<ChatPart> parts = SystemText.MarkedParts(content, draft, path);
        if (parts.Count == 0)
        {
            int start = draft.Scratch.Length;
            SystemText.Append(content, draft, path);
            EscapedText text = new(draft.Scratch, start);
            parts = text.IsEmpty ? [] : [new ChatPart.Text(text)];
        }

        output.AddMessage("developer"u8, parts);
    }

    private void WriteResult(ToolCall call, bool isCustom)
    {
        List<(JsonElement Result, string Path)> results = _results.Take(call.Id);
        if (results.Count == 0)
        {
            draft.Report.Repaired("tool_result_missing");
        }
        else if (results.Count > 1)
        {
            draft.Report.Repaired("tool_result_duplicate");
        }

        if (results.Exists(each => HasFiles(each.Result.Member("content"u8))))
        {
            output.AddOutput(call.UpstreamId, isCustom, PartsOf(results));
            return;
        }

        int start = draft.Scratch.Length;
        draft.Scratch.Append(results.Count == 0 ? "No result was provided for this call."u8 : []);
        foreach ((JsonElement result, string path) in results)
        {
            draft.Scratch.Append(draft.Scratch.Length > start ? "\\n"u8 : []);
            _content.AppendResult(result, path, []);
        }

        draft.Scratch.Append(draft.Scratch.Length == start ? "(no output)"u8 : []);
        output.AddOutput(call.UpstreamId, isCustom, new EscapedText(draft.Scratch, start));
    }

    /// <summary>Something that the server takes as a part and that is no text.</summary>
    private bool HasFiles(JsonElement content) => content.Items().Any(block =>
        (block.Member("type"u8).Is("image"u8) && draft.Profile.Vision)
        || (block.Member("type"u8).Is("document"u8) && !IsTextDocument(block)));

    private static bool IsTextDocument(JsonElement block)
    {
        JsonElement source = block.Member("source"u8);
        return source.Member("type"u8).Is("text"u8)
            || (source.Member("type"u8).Is("base64"u8) && source.Text("media_type"u8)?.StartsWith("text/", StringComparison.OrdinalIgnoreCase) == true);
    }

    private List<ChatPart> PartsOf(List<(JsonElement Result, string Path)> results)
    {
        List<ChatPart> parts = [];
        foreach ((JsonElement result, string path) in results)
        {
            int before = parts.Count;
            JsonElement content = result.Member("content"u8);
            if (content.IsText() && !content.IsEmptyText())
            {
                parts.Add(new ChatPart.Text(new EscapedText(content)));
            }

            _content.AddBlocks(content, $"{path}.content", parts);
            if (result.IsTrue("is_error"u8) && !(parts.Count > before && parts[before] is ChatPart.Text first && UserContent.StartsWithError(first.Value.Span)))
            {
                parts.Insert(before, Literal("Error:"u8));
            }
        }

        return parts;
    }

    private ChatPart.Text Literal(ReadOnlySpan<byte> escaped)
    {
        int start = draft.Scratch.Length;
        draft.Scratch.Append(escaped);
        return new ChatPart.Text(new EscapedText(draft.Scratch, start));
    }
}
