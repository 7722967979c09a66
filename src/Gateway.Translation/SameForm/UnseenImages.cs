using System.Text;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;

namespace Gateway.Translation.SameForm;

/// <summary>A note in the place of each image, for models of other makers that see none and would refuse the request.</summary>
internal static class UnseenImages
{
    public static void Replace(RelayDraft draft)
    {
        if (draft.Profile.Vision || draft.Find("messages") is not { } messages)
        {
            return;
        }

        JsonItems items = new(messages.Value(draft.Body));
        while (items.MoveNext())
        {
            Hide(draft, items.Value, messages.Start + items.Start, "content");
        }
    }

    /// <summary>Of a message, and of the results of tools in it.</summary>
    private static void Hide(RelayDraft draft, ReadOnlySpan<byte> holder, int offset, string list)
    {
        JsonFields fields = new(holder);
        while (fields.MoveNext())
        {
            if (JsonUnescape.ToText(fields.Name) != list || fields.Value[0] != '[')
            {
                continue;
            }

            JsonItems blocks = new(fields.Value);
            while (blocks.MoveNext())
            {
                int start = offset + fields.Start + blocks.Start;
                string type = JsonRaw.Decode(JsonFields.FindByName(blocks.Value, "type"u8));
                if (type == "image")
                {
                    draft.Edits.Replace(start, blocks.Value.Length, Encoding.UTF8.GetBytes($$"""{"type":"text","text":"{{Encoding.UTF8.GetString(MediaContent.UnseenImage)}}"}"""));
                    draft.Report.Dropped("image");
                }
                else if (type == "tool_result")
                {
                    Hide(draft, blocks.Value, start, list);
                }
            }
        }
    }
}
