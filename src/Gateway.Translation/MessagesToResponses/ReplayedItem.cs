using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToResponses;

/// <summary>A reasoning item on its way back to the account that made it, as it came.</summary>
/// <param name="Item">Its id, what only its maker can read, and the lengths of its parts; undefined for a text alone.</param>
/// <param name="Text">The parts, a blank line between them.</param>
internal sealed record ReplayedItem(JsonElement Item, string Text)
{
    private const string Between = "\n\n";

    /// <summary>Null for reasoning that the target did not make, that the client changed, or that the server has no use for.</summary>
    public static ReplayedItem? Of(JsonElement block, bool isForeign, ChatDraft draft)
    {
        bool redacted = block.Member("type"u8).Is("redacted_thinking"u8);
        string? signature = block.Text(redacted ? "data"u8 : "signature"u8);
        string text = block.Text("thinking"u8) ?? "";
        if (ThinkingSignature.TryDecode(signature) is not { } own || own.Origin != draft.Target.SignatureOrigin || !own.Item.IsObject())
        {
            draft.Report.Dropped(redacted ? "redacted_thinking" : "thinking");
            return null;
        }

        if (isForeign)
        {
            draft.Target.Foreign.Note(Encoding.UTF8.GetBytes($"\"{signature}\""));
            draft.Report.Dropped("thinking_signatures");
            return null;
        }

        if (text.Length > 0 && own.TextHash != ThinkingSignature.Hash(Encoding.UTF8.GetBytes(text)))
        {
            // The client changed the text: it is not what the model thought.
            draft.Report.Dropped("thinking");
            return null;
        }

        bool isEncrypted = own.Item.Member("encrypted_content"u8).IsText();
        return isEncrypted || draft.Profile.ReplayReasoning.When != ReplayWhen.Never ? new ReplayedItem(own.Item, text.Length > 0 ? text : own.Text ?? "") : null;
    }

    public void WriteMembers(Utf8JsonWriter json)
    {
        if (Item.Member("id"u8) is { ValueKind: JsonValueKind.String } id)
        {
            json.WritePropertyName("id"u8);
            json.WriteRaw(id);
        }

        JsonElement content = Item.IsObject() ? Item.Member("content"u8) : default;
        bool isText = content.IsArray() || !Item.IsObject();
        WriteParts(json, "summary"u8, "summary_text"u8, isText ? [] : PartsOf(Item.Member("summary"u8)));
        if (isText)
        {
            WriteParts(json, "content"u8, "reasoning_text"u8, Item.IsObject() ? PartsOf(content) : [Text]);
        }

        if (Item.Member("encrypted_content"u8) is { ValueKind: JsonValueKind.String } encrypted)
        {
            json.WritePropertyName("encrypted_content"u8);
            json.WriteRaw(encrypted);
        }
    }

    private static void WriteParts(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> type, List<string> parts)
    {
        json.WriteStartArray(name);
        foreach (string part in parts)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WriteString("text"u8, part);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>None where the text is not there: a client may leave it out, what is encrypted counts.</summary>
    private List<string> PartsOf(JsonElement lengths)
    {
        List<string> parts = [];
        int start = 0;
        foreach (JsonElement each in lengths.Items())
        {
            if (each.ValueKind != JsonValueKind.Number || !each.TryGetInt32(out int length) || length < 0 || length > Text.Length - start)
            {
                return [];
            }

            parts.Add(Text.Substring(start, length));
            start = Math.Min(Text.Length, start + length + Between.Length);
        }

        return parts;
    }
}
