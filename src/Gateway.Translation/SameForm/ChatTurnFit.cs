using System.Text;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.SameForm;

/// <summary>
/// The order and shape of the messages of a relayed Chat request, where the upstream wants them otherwise: no word is lost
/// and none is added but what stands in for an image, or between a result and the user.
/// </summary>
internal static class ChatTurnFit
{
    private static readonly byte[] s_bridge = "{\"role\":\"assistant\",\"content\":\"OK.\"},"u8.ToArray();

    public static void Apply(RelayDraft draft)
    {
        Profile profile = draft.Profile;
        bool roles = profile.DeveloperRole || profile.SystemFirstOnly || !profile.OpenAiFields;
        bool shapes = profile.ContentFormat != ContentFormat.Auto || !profile.Vision || profile.EmptyContent is not null;
        if ((!shapes && !roles && profile.UserAfterTool == UserAfterTool.Ok) || draft.Find("messages") is not { } messages)
        {
            return;
        }

        string before = "system";
        bool begun = false;
        JsonItems items = new(messages.Value(draft.Body));
        while (items.MoveNext())
        {
            int start = messages.Start + items.Start;
            string role = JsonRaw.Decode(JsonFields.FindByName(items.Value, "role"u8));
            bool system = role is "system" or "developer";
            if (before == "tool" && (system || role == "user") && profile.UserAfterTool != UserAfterTool.Ok)
            {
                draft.Edits.Insert(start, s_bridge);
                draft.Report.Repaired("user_after_tool");
            }

            FitMessage(draft, items.Value, start, role, later: system && begun && profile.SystemFirstOnly);
            begun |= !system;
            before = role;
        }
    }

    private static void FitMessage(RelayDraft draft, ReadOnlySpan<byte> message, int offset, string role, bool later)
    {
        JsonFields fields = new(message);
        while (fields.MoveNext())
        {
            int at = offset + fields.Start;
            if (fields.NameIs("role"u8))
            {
                FitRole(draft, at, fields.Value.Length, role, later);
            }
            else if (fields.NameIs("content"u8))
            {
                FitContent(draft, fields.Value, at, role, later);
            }
        }
    }

    /// <summary>The system's role has two names, and only OpenAI's servers know both.</summary>
    private static void FitRole(RelayDraft draft, int at, int length, string role, bool later)
    {
        (string refused, string taken) = draft.Profile.DeveloperRole ? ("system", "developer") : ("developer", "system");
        if (later)
        {
            draft.Edits.Replace(at, length, "\"user\""u8.ToArray());
        }
        else if (role == refused && (draft.Profile.DeveloperRole || !draft.Profile.OpenAiFields))
        {
            draft.Edits.Replace(at, length, SameFormRequest.Quote(taken));
            draft.Report.Changed("role", refused, taken);
        }
    }

    private static void FitContent(RelayDraft draft, ReadOnlySpan<byte> content, int at, string role, bool later)
    {
        if (content.SequenceEqual("null"u8))
        {
            if (role == "assistant" && draft.Profile.EmptyContent is { } empty)
            {
                draft.Edits.Replace(at, content.Length, SameFormRequest.Quote(empty));
                draft.Report.Changed("content:null->text");
            }

            return;
        }

        List<byte[]>? texts = JsonRaw.IsText(content) ? [JsonRaw.Text(content).ToArray()] : TextsOf(draft, content);
        if (later && texts is not null)
        {
            draft.Report.Changed("system_message");
            Write(draft, at, content.Length, ["<system-reminder>\\n"u8.ToArray(), .. Join(texts), "\\n</system-reminder>"u8.ToArray()]);
        }
        else if (texts is not null && content[0] == '[' && draft.Profile.ContentFormat == ContentFormat.Text)
        {
            draft.Report.Changed("content:parts->text");
            Write(draft, at, content.Length, Join(texts));
        }
        else if (JsonRaw.IsText(content) && draft.Profile.ContentFormat == ContentFormat.Parts && content.Length > 2)
        {
            draft.Report.Changed("content:text->parts");
            draft.Edits.Insert(at, "[{\"type\":\"text\",\"text\":"u8.ToArray());
            draft.Edits.Insert(at + content.Length, "}]"u8.ToArray());
        }
        else if (content[0] == '[' && !draft.Profile.Vision)
        {
            HideImages(draft, content, at);
        }
    }

    /// <summary>The texts of a list of nothing else, escaped as they are; null when something else is in it, or a cache mark.</summary>
    private static List<byte[]>? TextsOf(RelayDraft draft, ReadOnlySpan<byte> parts)
    {
        List<byte[]> texts = [];
        bool images = false;
        JsonItems items = new(parts);
        while (items.MoveNext())
        {
            string type = JsonRaw.Decode(JsonFields.FindByName(items.Value, "type"u8));
            ReadOnlySpan<byte> text = JsonFields.FindByName(items.Value, "text"u8);
            bool marked = draft.Profile.PromptCache != PromptCache.None && !JsonFields.FindByName(items.Value, "cache_control"u8).IsEmpty;
            if (type == "text" && JsonRaw.IsText(text) && !marked)
            {
                texts.Add(JsonRaw.Text(text).ToArray());
            }
            else if (type == "image_url" && !draft.Profile.Vision)
            {
                images = true;
                texts.Add(MediaContent.UnseenImage.ToArray());
            }
            else
            {
                return null;
            }
        }

        if (images && draft.Profile.ContentFormat == ContentFormat.Text)
        {
            draft.Report.Dropped("image");
        }

        return texts.Count > 0 ? texts : null;
    }

    private static void HideImages(RelayDraft draft, ReadOnlySpan<byte> parts, int offset)
    {
        JsonItems items = new(parts);
        while (items.MoveNext())
        {
            if (JsonRaw.Decode(JsonFields.FindByName(items.Value, "type"u8)) == "image_url")
            {
                draft.Edits.Replace(offset + items.Start, items.Value.Length, Encoding.UTF8.GetBytes($$"""{"type":"text","text":"{{Encoding.UTF8.GetString(MediaContent.UnseenImage)}}"}"""));
                draft.Report.Dropped("image");
            }
        }
    }

    private static IEnumerable<byte[]> Join(List<byte[]> texts) =>
        texts.Where(text => text.Length > 0).SelectMany((text, index) => index == 0 ? (byte[][])[text] : ["\\n\\n"u8.ToArray(), text]);

    private static void Write(RelayDraft draft, int at, int length, IEnumerable<byte[]> text) =>
        draft.Edits.Replace(at, length, (byte[])[(byte)'"', .. text.SelectMany(piece => piece), (byte)'"']);
}
