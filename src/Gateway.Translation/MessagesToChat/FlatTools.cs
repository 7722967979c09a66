using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>Tools as Responses declares them, where that is more than one level less.</summary>
internal static class FlatTools
{
    /// <summary>The client's own declaration of a tool that takes text; its grammar is flat, too.</summary>
    public static void WriteCustom(Utf8JsonWriter json, JsonElement declaration)
    {
        foreach (JsonProperty member in declaration.EnumerateObject())
        {
            if (member.NameEquals("format"u8) && member.Value.Member("grammar"u8) is { ValueKind: JsonValueKind.Object } grammar)
            {
                json.WriteStartObject("format"u8);
                json.WriteString("type"u8, "grammar"u8);
                foreach (JsonProperty word in grammar.EnumerateObject())
                {
                    json.WritePropertyName(word.Name);
                    json.WriteRaw(word.Value);
                }

                json.WriteEndObject();
            }
            else if (!member.NameEquals("name"u8) && !member.NameEquals("cache_control"u8))
            {
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
            }
        }
    }

    /// <summary>The search that the upstream runs itself.</summary>
    public static void WriteSearch(Utf8JsonWriter json, ChatDraft draft)
    {
        JsonElement tool = draft.Request.Get("tools"u8).Items().FirstOrDefault(each => each.Text("type"u8)?.StartsWith("web_search", StringComparison.Ordinal) == true);
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search"u8);
        if (tool.Member("allowed_domains"u8) is { ValueKind: JsonValueKind.Array } allowed && allowed.GetArrayLength() > 0)
        {
            json.WriteStartObject("filters"u8);
            json.WritePropertyName("allowed_domains"u8);
            json.WriteRaw(allowed);
            json.WriteEndObject();
        }

        if (tool.Member("blocked_domains"u8).Exists())
        {
            draft.Report.Dropped("blocked_domains");
        }

        if (tool.Member("user_location"u8) is { ValueKind: JsonValueKind.Object } place)
        {
            json.WritePropertyName("user_location"u8);
            json.WriteRaw(place);
        }

        json.WriteEndObject();
    }
}
