using System.Text.Json;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;

namespace Gateway.Translation.MessagesToResponses;

/// <summary>The form of the answer: what Chat says in <c>response_format</c>, one level less, and <c>verbosity</c>.</summary>
internal static class ResponsesText
{
    public static void Write(Utf8JsonWriter json, ChatDraft draft, bool hasTools)
    {
        using PooledBuffer chat = new(256);
        using (Utf8JsonWriter writer = new(chat, JsonFormat.WriterOptions))
        {
            writer.WriteStartObject();
            ChatResponseFormat.Write(writer, draft, hasTools);
            writer.WriteEndObject();
        }

        using JsonDocument written = JsonDocument.Parse(chat.Memory, JsonFormat.PartOptions);
        JsonElement format = written.RootElement.Member("response_format"u8);
        JsonElement verbosity = draft.Extras[Knob.Verbosity];
        bool takesVerbosity = draft.Profile.OpenAiFields && draft.Target.Accepts("text.verbosity");
        if (verbosity.Exists() && !takesVerbosity)
        {
            draft.Report.Dropped("verbosity");
        }

        if (!format.IsObject() && !(verbosity.Exists() && takesVerbosity))
        {
            return;
        }

        json.WriteStartObject("text"u8);
        if (format.IsObject())
        {
            json.WriteStartObject("format"u8);
            foreach (JsonProperty member in format.EnumerateObject())
            {
                WriteMember(json, member);
            }

            json.WriteEndObject();
        }

        if (verbosity.Exists() && takesVerbosity)
        {
            json.WritePropertyName("verbosity"u8);
            json.WriteRaw(verbosity);
        }

        json.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter json, JsonProperty member)
    {
        if (member.NameEquals("json_schema"u8) && member.Value.IsObject())
        {
            foreach (JsonProperty inner in member.Value.EnumerateObject())
            {
                json.WritePropertyName(inner.Name);
                json.WriteRaw(inner.Value);
            }
        }
        else
        {
            json.WritePropertyName(member.Name);
            json.WriteRaw(member.Value);
        }
    }
}
