using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Anthropic;

/// <summary>What a web search was most likely for: upstreams report what they found, not what they asked.</summary>
internal static class SearchQuery
{
    private const int MaxLength = 200;

    /// <summary>The end of the last user text, or null when there is none.</summary>
    public static string? Of(MessagesRequest request)
    {
        string? last = null;
        foreach (JsonElement message in request.Get("messages"u8).Items())
        {
            if (message.Member("role"u8).Is("user"u8))
            {
                last = TextOf(message.Member("content"u8)) ?? last;
            }
        }

        if (last is null || last.Length <= MaxLength)
        {
            return last;
        }

        int start = last.Length - MaxLength;
        return last[(char.IsLowSurrogate(last[start]) ? start + 1 : start)..];
    }

    private static string? TextOf(JsonElement content)
    {
        string? text = content.AsText();
        foreach (JsonElement block in content.Items())
        {
            text = block.Member("type"u8).Is("text"u8) && block.Text("text"u8) is { } own && !string.IsNullOrWhiteSpace(own) ? own : text;
        }

        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }
}
