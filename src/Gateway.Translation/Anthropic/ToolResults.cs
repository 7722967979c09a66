using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Anthropic;

/// <summary>
/// The results of one assistant turn's tool calls: one tool message for each call, in the order of the calls, a stand-in
/// where the client lost one. Images and documents follow in a user message, since a tool message holds text only.
/// </summary>
internal sealed class ToolResults(RequestScope scope, ChatMessages output)
{
    private readonly Dictionary<string, List<JsonElement>> _byId = [];

    /// <summary>Finds the results in the messages that follow the turn.</summary>
    public void Collect(List<JsonElement> all, int start, int end, List<ToolCall> calls)
    {
        _byId.Clear();
        for (int i = start; i < end; i++)
        {
            foreach (JsonElement block in all[i].Member("content"u8).Items())
            {
                if (!block.Member("type"u8).Is("tool_result"u8) || block.Text("tool_use_id"u8) is not { } id)
                {
                    continue;
                }

                if (!_byId.TryGetValue(id, out List<JsonElement>? results))
                {
                    _byId[id] = results = [];
                }

                results.Add(block);
            }
        }
    }

    /// <summary>Writes the tool messages; returns what has to follow them as user content.</summary>
    public List<ChatPart> Write(List<ToolCall> calls, UserContent content)
    {
        List<ChatPart> attachments = [];
        foreach (ToolCall call in calls)
        {
            int start = scope.Scratch.Length;
            List<(JsonElement Block, string Path)> detached = [];
            if (_byId.Remove(call.Id, out List<JsonElement>? results))
            {
                foreach (JsonElement result in results)
                {
                    scope.Scratch.Append(scope.Scratch.Length > start ? "\\n"u8 : []);
                    AppendResult(result, content, detached);
                }

                if (results.Count > 1)
                {
                    scope.Report.Repaired("tool_result_duplicate");
                }
            }
            else
            {
                scope.Report.Repaired("tool_result_missing");
                scope.Scratch.Append("No result was provided for this call."u8);
            }

            output.AddTool(call.UpstreamId, new EscapedText(scope.Scratch, start));
            content.AddDetached(detached, call.Id, attachments);
        }

        return attachments;
    }

    private void AppendResult(JsonElement result, UserContent content, List<(JsonElement Block, string Path)> detached)
    {
        int start = scope.Scratch.Length;
        bool isError = result.IsTrue("is_error"u8);
        if (isError)
        {
            scope.Scratch.Append("Error: "u8);
        }

        int text = scope.Scratch.Length;
        content.AppendResultText(result.Member("content"u8), detached);
        if (isError && StartsWithError(scope.Scratch.Span[text..]))
        {
            // It says so itself: take our own prefix back out.
            byte[] own = scope.Scratch.Span[text..].ToArray();
            scope.Scratch.Truncate(start);
            scope.Scratch.Append(own);
        }
    }

    private static bool StartsWithError(ReadOnlySpan<byte> text) =>
        text.Length >= 5 && System.Text.Ascii.EqualsIgnoreCase(text[..5], "error"u8);
}
