using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Claude;

/// <summary>
/// Up to where Claude is to cache the prompt: the client's marks, no more of them than Anthropic takes, or ones that the
/// gateway sets for a client that set none, since a conversation without marks is paid in full on every turn.
/// </summary>
internal sealed class CacheMarks(List<HubTool> tools, List<MessageBlock> system, List<Turn> turns, JsonElement top)
{
    /// <summary>Anthropic refuses more. The one at the top of the request counts.</summary>
    private const int Most = 4;

    /// <summary>No model caches a prompt of fewer tokens, and a token is at least a byte.</summary>
    private const int SmallestPrompt = 1024;

    private static readonly JsonElement s_ephemeral = JsonElement.Parse("""{"type":"ephemeral"}""");

    /// <summary>Settles the marks of tools and blocks, and returns the one for the top of the request, if any.</summary>
    public JsonElement Settle(bool accepted, long bytes, AutoCache auto, TranslationReport report)
    {
        List<int> markedTools = [.. Enumerable.Range(0, tools.Count).Where(i => tools[i].CacheControl.IsObject())];
        List<MessageBlock> markedSystem = system.FindAll(block => block.CacheControl.IsObject());
        List<MessageBlock> markedTurns = [.. turns.SelectMany(turn => turn.All).SelectMany(Inside).Where(block => block.CacheControl.IsObject())];
        int head = markedTools.Count + markedSystem.Count;
        bool any = top.IsObject() || head + markedTurns.Count > 0;
        if (!accepted)
        {
            Clear(markedTools, markedSystem.Concat(markedTurns));
            if (any || (auto != AutoCache.None && bytes >= SmallestPrompt))
            {
                report.Dropped("cache_control");
            }

            return default;
        }

        if (!any)
        {
            return bytes >= SmallestPrompt ? Set(auto, report) : default;
        }

        // The last mark of the conversation saves most, since it covers what comes before it. The last one of the head
        // stays, too: other conversations begin with the same tools and system.
        int room = Most - (top.IsObject() ? 1 : 0);
        int keepTurns = Math.Min(markedTurns.Count, room - Math.Min(head, 1));
        int dropHead = Math.Max(0, head - (room - keepTurns));
        if (dropHead > 0 || keepTurns < markedTurns.Count)
        {
            Clear(markedTools.Take(dropHead), markedSystem.Take(dropHead - Math.Min(dropHead, markedTools.Count)).Concat(markedTurns.Take(markedTurns.Count - keepTurns)));
            report.Dropped("cache_control");
        }

        return top;
    }

    private JsonElement Set(AutoCache auto, TranslationReport report)
    {
        if (auto == AutoCache.None)
        {
            return default;
        }

        report.Changed("cache_control");
        if (auto == AutoCache.Top)
        {
            return s_ephemeral;
        }

        if (system.Count > 0)
        {
            system[^1].CacheControl = s_ephemeral;
        }
        else if (tools.Count > 0)
        {
            tools[^1] = tools[^1] with { CacheControl = s_ephemeral };
        }

        if (turns.FindLast(turn => turn.Role == TurnRole.User)?.All.LastOrDefault(block => block.MayHaveCacheControl) is { } last)
        {
            last.CacheControl = s_ephemeral;
        }

        return default;
    }

    private void Clear(IEnumerable<int> markedTools, IEnumerable<MessageBlock> blocks)
    {
        foreach (int i in markedTools)
        {
            tools[i] = tools[i] with { CacheControl = default };
        }

        foreach (MessageBlock block in blocks)
        {
            block.CacheControl = default;
            if (block is MessageBlock.Text text)
            {
                text.WasString = true;
            }
        }
    }

    /// <summary>Results hold blocks, which come before the end of the result.</summary>
    private static IEnumerable<MessageBlock> Inside(MessageBlock block) =>
        block is MessageBlock.ToolResult result ? result.Content.Append(block) : [block];
}
