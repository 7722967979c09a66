using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Anthropic;

/// <summary>
/// The results of one assistant turn's tool calls: one tool message for each call, in the order of the calls, a stand-in
/// where the client lost one. Images and documents follow in a user message, since a tool message holds text only.
/// </summary>
internal sealed class ToolResults(RequestScope scope, ChatMessages output)
{
    private readonly Dictionary<string, List<(JsonElement Block, string Path)>> _byId = [];

    /// <summary>Finds the results in the messages that follow the turn.</summary>
    public void Collect(List<JsonElement> all, int start, int end)
    {
        _byId.Clear();
        for (int i = start; i < end; i++)
        {
            int index = -1;
            foreach (JsonElement block in all[i].Member("content"u8).Items())
            {
                index++;
                if (!block.Member("type"u8).Is("tool_result"u8) || block.Text("tool_use_id"u8) is not { } id)
                {
                    continue;
                }

                if (!_byId.TryGetValue(id, out List<(JsonElement Block, string Path)>? results))
                {
                    _byId[id] = results = [];
                }

                results.Add((block, $"messages.{i}.content.{index}"));
            }
        }
    }

    /// <summary>Writes the tool messages; returns what has to follow them as user content.</summary>
    public List<ChatPart> Write(List<ToolCall> calls, UserContent content)
    {
        List<ChatPart> attachments = [];
        for (int i = 0; i < calls.Count; i++)
        {
            ToolCall call = calls[i];
            int start = scope.Scratch.Length;
            List<(JsonElement Block, string Path)> detached = [];
            List<(JsonElement Block, string Path)> results = Take(call.Id, isLast: calls.FindIndex(i + 1, c => c.Id == call.Id) < 0);
            foreach ((JsonElement result, string path) in results)
            {
                scope.Scratch.Append(scope.Scratch.Length > start ? "\\n"u8 : []);
                content.AppendResult(result, path, detached);
            }

            if (results.Count > 1)
            {
                scope.Report.Repaired("tool_result_duplicate");
            }
            else if (results.Count == 0)
            {
                scope.Report.Repaired("tool_result_missing");
                scope.Scratch.Append("No result was provided for this call."u8);
            }

            output.AddTool(call.UpstreamId, new EscapedText(scope.Scratch, start));
            content.AddDetached(detached, call.Id, attachments);
        }

        return attachments;
    }

    /// <summary>The results of a call. Calls that share one id have one result each, the last of them all that remain.</summary>
    private List<(JsonElement Block, string Path)> Take(string id, bool isLast)
    {
        if (!_byId.TryGetValue(id, out List<(JsonElement Block, string Path)>? results) || results.Count == 0)
        {
            return [];
        }

        List<(JsonElement Block, string Path)> taken = isLast ? results : [results[0]];
        _byId[id] = [.. results.Skip(taken.Count)];
        return taken;
    }
}
