using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>What a web search of the upstream was for. It does not say, so the last user text has to stand for it.</summary>
internal static class SearchQuery
{
    private const int MaxLength = 200;

    /// <summary>The end of the last text that the user wrote, 200 characters at most; null when there is none.</summary>
    public static string? Of(JsonElement messages)
    {
        JsonElement last = default;
        foreach (JsonElement message in messages.Items())
        {
            if (message.Member("role"u8).Is("user"u8) && LastText(message.Member("content"u8)) is { ValueKind: JsonValueKind.String } text)
            {
                last = text;
            }
        }

        string query = last.Text().Trim();
        if (query.Length > MaxLength)
        {
            // Half a surrogate pair would not be text.
            query = query[(char.IsLowSurrogate(query[^MaxLength]) ? ^(MaxLength - 1) : ^MaxLength)..];
        }

        return query.Length == 0 ? null : query;
    }

    private static JsonElement LastText(JsonElement content)
    {
        if (content.IsText())
        {
            return content.IsBlank() ? default : content;
        }

        JsonElement last = default;
        foreach (JsonElement block in content.Items())
        {
            if (block.Member("type"u8).Is("text"u8) && block.Member("text"u8) is { ValueKind: JsonValueKind.String } text && !text.IsBlank())
            {
                last = text;
            }
        }

        return last;
    }
}
