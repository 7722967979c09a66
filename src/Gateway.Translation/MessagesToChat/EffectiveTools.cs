using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// The tools in force at the end of the conversation: those of <c>tools</c>, as <c>tool_addition</c> and
/// <c>tool_removal</c> blocks (also those that a compaction kept) have changed them. Chat Completions knows one list
/// for the whole conversation, so the last word on each tool counts.
/// </summary>
internal sealed class EffectiveTools(ChatDraft draft)
{
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<string, Entry> _byName = [];

    private sealed class Entry
    {
        public JsonElement Tool { get; set; }

        public required string Path { get; set; }

        public bool Active { get; set; } = true;
    }

    public static IEnumerable<(JsonElement Tool, string Path)> Of(ChatDraft draft)
    {
        EffectiveTools tools = new(draft);
        int index = 0;
        foreach (JsonElement tool in draft.Request.Get("tools"u8).Items())
        {
            tools.Add(tool, $"tools.{index++}");
        }

        tools.ApplyChanges(draft.Request.Get("messages"u8));
        return tools._entries.Where(e => e.Active).Select(e => (e.Tool, e.Path));
    }

    private void Add(JsonElement tool, string path)
    {
        Entry entry = new() { Tool = tool, Path = path };
        _entries.Add(entry);
        if (NameOf(tool) is { } name)
        {
            _byName.TryAdd(name, entry);
        }
    }

    private static string? NameOf(JsonElement tool) =>
        tool.Text("name"u8) ?? (tool.Text("type"u8) is { } type ? ClientRunTools.DefaultName(type) : null);

    private void ApplyChanges(JsonElement messages)
    {
        int message = 0;
        foreach (JsonElement turn in messages.Items())
        {
            int index = 0;
            foreach (JsonElement block in turn.Member("content"u8).Items())
            {
                JsonElement type = block.Member("type"u8);
                if (type.Is("tool_addition"u8) || type.Is("tool_removal"u8))
                {
                    Apply(block, $"messages.{message}.content.{index}");
                }
                else if (type.Is("compaction"u8))
                {
                    foreach (JsonElement change in block.Member("tool_changes"u8).Items())
                    {
                        Apply(change, $"messages.{message}.content.{index}.tool_changes");
                    }
                }

                index++;
            }

            message++;
        }
    }

    private void Apply(JsonElement block, string path)
    {
        bool addition = block.Member("type"u8).Is("tool_addition"u8);
        if (!addition && !block.Member("type"u8).Is("tool_removal"u8))
        {
            return;
        }

        JsonElement tool = block.Member("tool"u8);
        if (addition && tool.Member("type"u8).Is("tool_definition"u8))
        {
            Define(tool.Member("definition"u8), $"{path}.tool.definition");
        }
        else if (tool.Member("type"u8).Is("tool_reference"u8) && tool.Text("name"u8) is { } name && _byName.TryGetValue(name, out Entry? entry))
        {
            entry.Active = addition;
        }
        else
        {
            // MCP tools live on Anthropic's side, and a name that nobody declared has no schema to offer.
            draft.Report.Dropped(addition ? "tool_addition" : "tool_removal");
        }
    }

    private void Define(JsonElement definition, string path)
    {
        if (definition.ValueKind != JsonValueKind.Object)
        {
            draft.Fail(path, "Field required");
        }
        else if (NameOf(definition) is { } name && _byName.TryGetValue(name, out Entry? entry))
        {
            (entry.Tool, entry.Path, entry.Active) = (definition, path, true);
        }
        else
        {
            Add(definition, path);
        }
    }
}
