using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>The results of one assistant turn's tool calls, as the client sent them, by the ids of the calls.</summary>
internal sealed class ResultQueue
{
    private readonly Dictionary<string, Queue<(JsonElement Result, string Path)>> _byId = [];
    private Dictionary<string, int>? _waiting;

    /// <summary>Finds the results in the messages that follow the turn.</summary>
    public void Collect(List<JsonElement> all, int start, int end)
    {
        _byId.Clear();
        for (int i = start; i < end; i++)
        {
            int index = 0;
            foreach (JsonElement block in all[i].Member("content"u8).Items())
            {
                string path = $"messages.{i}.content.{index++}";
                if (!block.Member("type"u8).Is("tool_result"u8) || block.Text("tool_use_id"u8) is not { } id)
                {
                    continue;
                }

                if (!_byId.TryGetValue(id, out Queue<(JsonElement, string)>? results))
                {
                    _byId[id] = results = new();
                }

                results.Enqueue((block, path));
            }
        }
    }

    /// <summary>Whether the call has a result among those found.</summary>
    public bool Answers(JsonElement toolUse) => toolUse.Text("id"u8) is { } id && _byId.ContainsKey(id);

    /// <summary>These calls take their results now, one after the other.</summary>
    public void Await(List<ToolCall> calls) =>
        _waiting = _byId.Values.Any(found => found.Count > 1) ? calls.CountBy(call => call.Id).ToDictionary() : null;

    /// <summary>Several calls of one id take one result each, in order; the last one takes what is left.</summary>
    public List<(JsonElement Result, string Path)> Take(string id)
    {
        bool last = _waiting is null || --_waiting[id] == 0;
        if (!_byId.TryGetValue(id, out Queue<(JsonElement Result, string Path)>? results))
        {
            return [];
        }

        if (last)
        {
            _byId.Remove(id);
            return [.. results];
        }

        return results.TryDequeue(out (JsonElement, string) first) ? [first] : [];
    }
}
