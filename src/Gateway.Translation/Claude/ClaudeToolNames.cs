using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;

namespace Gateway.Translation.Claude;

/// <summary>
/// Anthropic takes 128 characters of <c>[A-Za-z0-9_-]</c> as a tool's name and refuses the whole request for one that does
/// not fit. Clients of Chat send what MCP servers call their tools: <c>github.com/list issues</c>.
/// </summary>
internal static class ClaudeToolNames
{
    private const int MaxLength = 128;

    public static string ToUpstream(string name) =>
        name.Length is > 0 and <= MaxLength && name.All(ShortNames.IsAllowed) ? name : ShortNames.Of(name, MaxLength);

    /// <summary>From the names that Claude is told to the client's own, where they differ.</summary>
    public static IReadOnlyDictionary<string, string> Original(IEnumerable<string> names) =>
        names.Where(name => ToUpstream(name) != name).DistinctBy(ToUpstream).ToDictionary(ToUpstream);

    /// <summary>The same names in declarations and in the calls of earlier turns.</summary>
    public static void Apply(List<HubTool> tools, List<Turn> turns)
    {
        for (int i = 0; i < tools.Count; i++)
        {
            tools[i] = tools[i] with { Name = ToUpstream(tools[i].Name) };
        }

        foreach (List<MessageBlock> blocks in turns.Select(turn => turn.Blocks))
        {
            for (int i = 0; i < blocks.Count; i++)
            {
                if (blocks[i] is MessageBlock.ToolUse call)
                {
                    blocks[i] = call with { Name = ToUpstream(call.Name) };
                }
            }
        }
    }
}
