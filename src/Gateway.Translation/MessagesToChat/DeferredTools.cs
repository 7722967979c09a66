using System.Globalization;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Tools that a client declares with <c>defer_loading</c> and whose use the model has yet to ask for. Chat Completions has
/// no such thing, so they are declared like the others, as long as all fit.
/// </summary>
internal static class DeferredTools
{
    /// <summary>Takes deferred tools out when there are more than the upstream takes; fails when the others are too many.</summary>
    /// <param name="tools">The functions to be declared.</param>
    /// <param name="more">How many tools come beside them.</param>
    /// <param name="draft">Says the limit.</param>
    public static void KeepAway(List<(JsonElement Tool, string Path)> tools, int more, ChatDraft draft)
    {
        int sent = tools.Count + more;
        if (draft.Profile.MaxTools is not { } max || sent <= max)
        {
            return;
        }

        HashSet<string> loaded = Loaded(draft);
        int away = tools.RemoveAll(each => each.Tool.IsTrue("defer_loading"u8) && !loaded.Contains(each.Tool.Text("name"u8) ?? ""));
        int left = sent - away;
        if (left > max)
        {
            string deferred = away > 0 ? $" (without {away} that nobody has loaded)" : "";
            draft.Fail("tools", $"{left} tools were sent{deferred}, and this model takes at most {max}; leave {left - max} out, or declare them with defer_loading");
            return;
        }

        draft.Report.Changed("tools", sent.ToString(CultureInfo.InvariantCulture), left.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The tools that the conversation has loaded or called, and the one that must be called now.</summary>
    private static HashSet<string> Loaded(ChatDraft draft)
    {
        HashSet<string> names = [];
        Add(draft.Request.Get("tool_choice"u8).Text("name"u8));
        foreach (JsonElement message in draft.Request.Get("messages"u8).Items())
        {
            foreach (JsonElement block in message.Member("content"u8).Items())
            {
                AddBlock(block);
            }
        }

        return names;

        void AddBlock(JsonElement block)
        {
            switch (block.Text("type"u8))
            {
                case "tool_use":
                    Add(block.Text("name"u8));
                    break;
                case "tool_result":
                    AddReferences(block.Member("content"u8));
                    break;
                case "tool_search_tool_result":
                    AddReferences(block.Member("content"u8).Member("tool_references"u8));
                    break;
                case "tool_addition":
                    Add(block.Member("tool"u8).Text("name"u8) ?? block.Member("tool"u8).Member("definition"u8).Text("name"u8));
                    break;
                case "compaction":
                    foreach (JsonElement change in block.Member("tool_changes"u8).Items())
                    {
                        AddBlock(change);
                    }

                    break;
            }
        }

        void AddReferences(JsonElement references)
        {
            foreach (JsonElement reference in references.Items())
            {
                Add(reference.Text("tool_name"u8));
            }
        }

        void Add(string? name)
        {
            if (name is not null)
            {
                names.Add(name);
            }
        }
    }
}
