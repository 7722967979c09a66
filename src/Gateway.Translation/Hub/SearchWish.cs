using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>
/// Whether a request lets its upstream search the web, for which some take a fee: in whatever of the three forms it is
/// written, in each place where one can say so, and also in a member that is there twice.
/// </summary>
internal static class SearchWish
{
    public static bool IsIn(JsonElement body) => body.IsObject() && body.EnumerateObject().Any(Asks);

    private static bool Asks(JsonProperty member) =>
        member.NameEquals("web_search_options"u8) ? member.Value.IsObject()
        : member.NameEquals("tools"u8) ? AnyIn(member.Value)
        : member.NameEquals("input"u8) ? member.Value.Items().Any(item => AnyIn(item.Member("tools"u8)))
        : member.NameEquals("messages"u8) && member.Value.Items().Any(message => message.Member("content"u8).Items().Any(Adds));

    private static bool AnyIn(JsonElement tools) => tools.Items().Any(IsSearch);

    /// <summary>A tool that is declared in the middle of a conversation.</summary>
    private static bool Adds(JsonElement block) => IsSearch(block.Member("tool"u8).Member("definition"u8)) || block.Member("tool_changes"u8).Items().Any(Adds);

    private static bool IsSearch(JsonElement tool) => tool.Member("type"u8).Text().StartsWith("web_search", StringComparison.Ordinal);
}
