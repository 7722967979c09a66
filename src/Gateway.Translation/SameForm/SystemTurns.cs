using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>Words of the system amid a conversation, for servers that know them at its beginning only.</summary>
internal static class SystemTurns
{
    /// <summary>A word of the system amid the conversation is said by the user, in a tag; its place stays, and with it the cached prefix.</summary>
    public static void Fold(RelayDraft draft)
    {
        if (draft.Find("messages") is not { } messages)
        {
            return;
        }

        JsonItems items = new(messages.Value(draft.Body));
        while (items.MoveNext())
        {
            int at = messages.Start + items.Start;
            JsonFields fields = new(items.Value);
            (int Start, int Length) role = default;
            (int Start, int Length) content = default;
            while (fields.MoveNext())
            {
                if (fields.Name.SequenceEqual("role"u8) && fields.Value.SequenceEqual("\"system\""u8))
                {
                    role = (at + fields.Start, fields.Value.Length);
                }
                else if (fields.Name.SequenceEqual("content"u8))
                {
                    content = (at + fields.Start, fields.Value.Length);
                }
            }

            if (role.Length == 0)
            {
                continue;
            }

            draft.Edits.Replace(role.Start, role.Length, "\"user\""u8.ToArray());
            draft.Report.Changed("messages.role", "system", "user");
            if (content.Length > 1)
            {
                Tag(draft, draft.Body.Slice(content.Start, content.Length), content.Start);
            }
        }
    }

    /// <summary>A text, or the texts of blocks from the first to the last.</summary>
    private static void Tag(RelayDraft draft, ReadOnlySpan<byte> content, int offset)
    {
        (int Start, int Length)[] texts = JsonRaw.IsText(content) ? [(offset, content.Length)] : TextsOf(content, offset);
        if (texts.Length > 0)
        {
            draft.Edits.Insert(texts[0].Start + 1, Encoding.UTF8.GetBytes("<system-reminder>\\n"));
            draft.Edits.Insert(texts[^1].Start + texts[^1].Length - 1, Encoding.UTF8.GetBytes("\\n</system-reminder>"));
        }
    }

    private static (int Start, int Length)[] TextsOf(ReadOnlySpan<byte> blocks, int offset)
    {
        List<(int Start, int Length)> texts = [];
        JsonItems items = new(blocks);
        while (items.MoveNext())
        {
            JsonFields fields = new(items.Value);
            while (fields.MoveNext())
            {
                if (fields.NameIs("text"u8) && JsonRaw.IsText(fields.Value))
                {
                    texts.Add((offset + items.Start + fields.Start, fields.Value.Length));
                }
            }
        }

        return [.. texts];
    }
}
