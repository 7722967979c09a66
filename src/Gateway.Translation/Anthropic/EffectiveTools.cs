using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Anthropic;

/// <summary>
/// The tools in effect at the end of the conversation: those of the request, less and plus what <c>tool_removal</c> and
/// <c>tool_addition</c> blocks changed on the way. Chat Completions knows one list for the whole conversation.
/// </summary>
internal sealed class EffectiveTools
{
    private readonly List<Entry> _entries = [];

    private EffectiveTools()
    {
    }

    /// <summary>The tools with their place in the request, in the order in which they were declared.</summary>
    public IEnumerable<(JsonElement Tool, string Path)> All =>
        _entries.Where(e => !e.Removed).Select(e => (e.Tool, e.Path));

    /// <summary>The request declared at least one tool, whatever became of it.</summary>
    public bool AnyDeclared => _entries.Count > 0;

    public static EffectiveTools Of(MessagesRequest request)
    {
        EffectiveTools tools = new();
        int index = 0;
        foreach (JsonElement tool in request.Get("tools"u8).Items())
        {
            tools._entries.Add(new Entry(tool, $"tools.{index++}"));
        }

        index = 0;
        foreach (JsonElement message in request.Get("messages"u8).Items())
        {
            tools.Apply(message.Member("content"u8), $"messages.{index++}.content");
        }

        return tools;
    }

    private void Apply(JsonElement blocks, string path)
    {
        int index = -1;
        foreach (JsonElement block in blocks.Items())
        {
            index++;
            JsonElement type = block.Member("type"u8);
            JsonElement tool = block.Member("tool"u8);
            if (type.Is("tool_removal"u8))
            {
                Find(tool)?.Removed = true;
            }
            else if (type.Is("tool_addition"u8))
            {
                Add(tool, $"{path}.{index}.tool.definition");
            }
            else if (type.Is("compaction"u8))
            {
                // A compacted range leaves its changes of the tools behind.
                Apply(block.Member("tool_changes"u8), $"{path}.{index}.tool_changes");
            }
        }
    }

    private void Add(JsonElement tool, string path)
    {
        JsonElement definition = tool.Member("definition"u8);
        bool byValue = definition.ValueKind == JsonValueKind.Object;
        if (Find(byValue ? definition : tool) is { } known)
        {
            known.Removed = false;
            known.Tool = byValue ? definition : known.Tool;
        }
        else if (byValue)
        {
            _entries.Add(new Entry(definition, path));
        }
    }

    private Entry? Find(JsonElement named) =>
        named.Text("name"u8) is { } name ? _entries.Find(e => e.Tool.Text("name"u8) == name) : null;

    private sealed class Entry(JsonElement tool, string path)
    {
        public JsonElement Tool { get; set; } = tool;

        public string Path => path;

        public bool Removed { get; set; }
    }
}
