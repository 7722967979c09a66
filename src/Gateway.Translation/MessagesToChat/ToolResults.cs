using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// The results of one assistant turn's tool calls: one tool message for each call, in the order of the calls, a stand-in
/// where the client lost one. Images and documents follow in a user message, since a tool message holds text only.
/// </summary>
internal sealed class ToolResults(ChatDraft draft, ChatMessageWriter output)
{
    private readonly ResultQueue _queue = new();

    /// <summary>Finds the results in the messages that follow the turn.</summary>
    public void Collect(List<JsonElement> all, int start, int end) => _queue.Collect(all, start, end);

    /// <summary>Whether the call has a result among those found.</summary>
    public bool Answers(JsonElement toolUse) => _queue.Answers(toolUse);

    /// <summary>Writes the tool messages; returns what has to follow them as user content.</summary>
    public List<ChatPart> Write(List<ToolCall> calls, UserContent content)
    {
        List<ChatPart> attachments = [];
        _queue.Await(calls);
        foreach (ToolCall call in calls)
        {
            int start = draft.Scratch.Length;
            List<(JsonElement Block, string Path)> detached = [];
            CacheMark? mark = null;
            if (_queue.Take(call.Id) is { Count: > 0 } results)
            {
                foreach ((JsonElement result, string path) in results)
                {
                    draft.Scratch.Append(draft.Scratch.Length > start ? "\\n"u8 : []);
                    content.AppendResult(result, path, detached);
                    mark = TakeMark(result) ?? mark;
                }

                if (results.Count > 1)
                {
                    draft.Report.Repaired("tool_result_duplicate");
                }
            }
            else
            {
                draft.Report.Repaired("tool_result_missing");
                draft.Scratch.Append("No result was provided for this call."u8);
            }

            output.AddTool(call.UpstreamId, new EscapedText(draft.Scratch, start), mark, content.TakeImages(detached));
            content.AddDetached(detached, call.Id, attachments);
        }

        return attachments;
    }

    /// <summary>The mark of the result or of the last marked block in it: its text goes as one.</summary>
    private CacheMark? TakeMark(JsonElement result) => draft.Profile.PromptCache == PromptCache.None ? null
        : CacheMark.Take(result, draft)
        ?? CacheMark.Take(result.Member("content"u8).Items().LastOrDefault(block => block.Member("cache_control"u8).IsObject()), draft);
}
