using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Takes out thinking that the server did not sign, for which it would refuse the request: what carries this gateway's
/// mark, because a model thought it that is not Claude, and what another server signed before the conversation moved.
/// </summary>
internal static class ForeignThinking
{
    private static ReadOnlySpan<byte> Mark => "gwy1."u8;

    public static void Remove(ReadOnlySpan<byte> body, ForeignSignatures foreign, ByteEdits edits, TranslationReport report)
    {
        // Nearly every body is clean, and looking for a few bytes is cheap.
        int end = foreign.EndIn(body);
        if (end == 0 && body.IndexOf(Mark) < 0)
        {
            return;
        }

        bool callsWithoutThinking = false;
        (int Start, int Length, bool Enabled) thinking = default;
        (int Start, int Length) cleaning = default;
        JsonFields fields = new(body);
        while (fields.MoveNext())
        {
            if (fields.NameIs("messages"u8))
            {
                callsWithoutThinking = FromMessages(fields.Value, fields.Start, new Foreign(foreign, end), edits, report);
            }
            else if (fields.NameIs("thinking"u8))
            {
                bool enabled = JsonRaw.Text(JsonFields.Find(fields.Value, "type"u8)).SequenceEqual("enabled"u8);
                thinking = (fields.Start, fields.Value.Length, enabled);
            }
            else if (fields.NameIs("context_management"u8) && fields.Value.IndexOf("clear_thinking"u8) >= 0)
            {
                cleaning = (fields.Start, fields.Value.Length);
            }
        }

        if (callsWithoutThinking && thinking.Enabled)
        {
            // With a thinking budget, the turn whose results are going back must begin with Claude's own thinking.
            edits.Replace(thinking.Start, thinking.Length, "{\"type\":\"disabled\"}"u8.ToArray());
            report.Changed("thinking", "enabled", "disabled");
            if (cleaning.Length > 0)
            {
                // Clearing thinking is refused where there is none.
                edits.Replace(cleaning.Start, cleaning.Length, "null"u8.ToArray());
                report.Dropped("context_management");
            }
        }
    }

    /// <returns>True when the last assistant turn called tools and has lost its thinking.</returns>
    private static bool FromMessages(ReadOnlySpan<byte> messages, int offset, Foreign foreign, ByteEdits edits, TranslationReport report)
    {
        (bool callsWithoutThinking, bool removed) = (false, false);
        List<(int Start, int End, bool Remove)> all = [];
        JsonItems items = new(messages);
        while (items.MoveNext())
        {
            int start = offset + items.Start;
            bool empty = false;
            if (JsonRaw.Text(JsonFields.Find(items.Value, "role"u8)).SequenceEqual("assistant"u8))
            {
                empty = FromMessage(items.Value, start, foreign, edits, ref removed, out callsWithoutThinking);
            }

            all.Add((start, start + items.Value.Length, empty));
        }

        // A turn that was nothing but such thinking goes: user turns may follow each other, empty content may not stand.
        if (all.Exists(message => !message.Remove))
        {
            ListRemoval.Apply(all, edits);
        }

        if (removed)
        {
            report.Dropped("thinking");
        }

        return callsWithoutThinking && removed;
    }

    private static bool FromMessage(ReadOnlySpan<byte> message, int offset, Foreign foreign, ByteEdits edits, ref bool removed, out bool callsWithoutThinking)
    {
        callsWithoutThinking = false;
        JsonFields fields = new(message);
        while (fields.MoveNext())
        {
            if (!fields.NameIs("content"u8) || fields.Value[0] != '[')
            {
                continue;
            }

            List<(int Start, int End, bool Remove)> blocks = [];
            (bool calls, bool first) = (false, true);
            bool thinks = false;
            JsonItems items = new(fields.Value);
            while (items.MoveNext())
            {
                int start = offset + fields.Start + items.Start;
                bool remove = foreign.Is(items.Value, start);
                removed |= remove;
                blocks.Add((start, start + items.Value.Length, remove));
                ReadOnlySpan<byte> type = JsonRaw.Text(JsonFields.Find(items.Value, "type"u8));
                calls |= type.SequenceEqual("tool_use"u8);
                thinks |= first && !remove && (type.SequenceEqual("thinking"u8) || type.SequenceEqual("redacted_thinking"u8));
                first &= remove;
            }

            callsWithoutThinking = calls && !thinks;
            if (blocks.TrueForAll(block => block.Remove))
            {
                return blocks.Count > 0;
            }

            ListRemoval.Apply(blocks, edits);
            return false;
        }

        return false;
    }

    /// <param name="Signatures">Hears of what is taken out.</param>
    /// <param name="End">What begins before it in the body is foreign.</param>
    private readonly record struct Foreign(ForeignSignatures Signatures, int End)
    {
        public bool Is(ReadOnlySpan<byte> block, int start)
        {
            ReadOnlySpan<byte> type = JsonRaw.Text(JsonFields.FindByName(block, "type"u8));
            bool redacted = type.SequenceEqual("redacted_thinking"u8);
            if (!redacted && !type.SequenceEqual("thinking"u8))
            {
                return false;
            }

            ReadOnlySpan<byte> signature = JsonFields.FindByName(block, redacted ? "data"u8 : "signature"u8);
            if (start < End)
            {
                Signatures.Note(signature);
                return true;
            }

            return JsonRaw.Text(signature).StartsWith(Mark);
        }
    }
}
