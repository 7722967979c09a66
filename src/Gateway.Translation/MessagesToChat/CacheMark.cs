using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>A point up to which the client wants the prompt cached, as the upstream is told of it.</summary>
/// <param name="Style">Never <see cref="PromptCache.None"/>.</param>
/// <param name="LongLived">The client wants it kept for an hour; otherwise the upstream's default of minutes.</param>
internal sealed record CacheMark(PromptCache Style, bool LongLived)
{
    /// <summary>Anthropic's limit for one request, and OpenAI's.</summary>
    private const int MaxMarks = 4;

    /// <summary>Reads the mark of a block or tool. Null when it has none, or the upstream is not told of any more.</summary>
    public static CacheMark? Take(JsonElement marked, ChatDraft draft)
    {
        PromptCache style = draft.Profile.PromptCache;
        if (style == PromptCache.None || draft.CacheMarks == MaxMarks)
        {
            return null;
        }

        JsonElement control = marked.Member("cache_control"u8);
        if (!control.Member("type"u8).Is("ephemeral"u8))
        {
            return null;
        }

        if (!draft.Target.Accepts(NameOf(style)))
        {
            draft.Report.Dropped("cache_control");
            return null;
        }

        draft.CacheMarks++;
        return new CacheMark(style, control.Member("ttl"u8).Is("1h"u8));
    }

    /// <summary>Writes the member. Whatever else the client's mark held is for Anthropic's own servers.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject(NameOf(Style));
        if (Style == PromptCache.Breakpoint)
        {
            json.WriteString("mode"u8, "explicit"u8);
        }
        else
        {
            json.WriteString("type"u8, "ephemeral"u8);
            if (LongLived)
            {
                json.WriteString("ttl"u8, "1h"u8);
            }
        }

        json.WriteEndObject();
    }

    private static string NameOf(PromptCache style) =>
        style == PromptCache.Breakpoint ? "prompt_cache_breakpoint" : "cache_control";
}
