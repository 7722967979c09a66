using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.SameForm;

/// <summary>A schema for the answer of a relayed Chat request: where the upstream cannot be given it, the prompt asks for it.</summary>
internal static class ChatFormatFit
{
    private const string Format = "response_format";

    public static void Apply(RelayDraft draft)
    {
        if (draft.Find(Format) is not { } member)
        {
            return;
        }

        ReadOnlySpan<byte> format = member.Value(draft.Body);
        string type = JsonRaw.Decode(JsonFields.FindByName(format, "type"u8));
        bool besideTools = draft.HasTools && !draft.Profile.JsonSchemaWithTools;
        bool refused = besideTools || !draft.Target.Accepts(Format);
        if (type is not ("json_schema" or "json_object") || !(refused || (type == "json_schema" && !draft.Profile.JsonSchema)))
        {
            return;
        }

        ReadOnlySpan<byte> schema = JsonFields.FindByName(JsonFields.FindByName(format, "json_schema"u8), "schema"u8);
        AddToPrompt(draft, Instruction(schema));
        if (refused)
        {
            draft.Remove(Format);
        }
        else
        {
            draft.Replace(member, "{\"type\":\"json_object\"}");
        }

        draft.Report.Changed(Format, type, "prompt");
    }

    private static string Instruction(ReadOnlySpan<byte> schema) =>
        schema.IsEmpty
            ? "Answer with a JSON object only, without any text around it."
            : Encoding.UTF8.GetString([.. ChatResponseFormat.Instruction, .. schema]);

    /// <summary>Behind the words of the first system message, or as one in front of all others.</summary>
    private static void AddToPrompt(RelayDraft draft, string instruction)
    {
        if (draft.Find("messages") is not { } messages)
        {
            return;
        }

        JsonItems items = new(messages.Value(draft.Body));
        bool any = items.MoveNext();
        if (any && JsonRaw.Decode(JsonFields.FindByName(items.Value, "role"u8)) is "system" or "developer"
            && TryAppend(draft, items.Value, messages.Start + items.Start, instruction))
        {
            return;
        }

        string role = draft.Profile.DeveloperRole ? "developer" : "system";
        draft.Edits.Insert(messages.Start + 1, Encoding.UTF8.GetBytes($"{{\"role\":\"{role}\",\"content\":\"{Escape(instruction)}\"}}{(any ? "," : "")}"));
    }

    private static bool TryAppend(RelayDraft draft, ReadOnlySpan<byte> message, int offset, string instruction)
    {
        JsonFields fields = new(message);
        while (fields.MoveNext())
        {
            if (!fields.NameIs("content"u8))
            {
                continue;
            }

            int end = offset + fields.Start + fields.Value.Length - 1;
            if (JsonRaw.IsText(fields.Value))
            {
                draft.Edits.Insert(end, Encoding.UTF8.GetBytes((fields.Value.Length > 2 ? "\\n\\n" : "") + Escape(instruction)));
                return true;
            }

            JsonItems parts = new(fields.Value);
            if (parts.MoveNext() && draft.Profile.ContentFormat != ContentFormat.Text)
            {
                draft.Edits.Insert(end, Encoding.UTF8.GetBytes($",{{\"type\":\"text\",\"text\":\"{Escape(instruction)}\"}}"));
                return true;
            }
        }

        return false;
    }

    private static string Escape(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value;
}
