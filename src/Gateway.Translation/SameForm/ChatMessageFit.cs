using Gateway.Translation.Json;
using Gateway.Translation.Messages;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.SameForm;

/// <summary>What the messages of a relayed Chat request must not hold at this upstream: ids and cache marks.</summary>
internal static class ChatMessageFit
{
    public static void Apply(RelayDraft draft)
    {
        foreach (string mark in (ReadOnlySpan<string>)["cache_control", "prompt_cache_breakpoint"])
        {
            if (!draft.Target.Accepts(mark))
            {
                RemoveMarks(draft, mark);
            }
        }

        // Many bodies hold none, and looking for a few bytes is cheap.
        if (draft.Profile.ToolIdFormat != ToolIdFormat.Any && draft.Body.IndexOf("\"tool_call"u8) >= 0 && draft.Find("messages") is { } messages)
        {
            FitIds(draft, messages);
        }
    }

    private static void RemoveMarks(RelayDraft draft, string mark)
    {
        bool any = false;
        foreach (string list in (ReadOnlySpan<string>)["messages", "tools"])
        {
            any |= draft.Find(list) is { } member && MemberRemoval.Apply(member.Value(draft.Body), member.Start, mark, draft.Edits);
        }

        if (any)
        {
            draft.Report.Dropped(mark);
        }
    }

    private static void FitIds(RelayDraft draft, BodyMember messages)
    {
        JsonItems items = new(messages.Value(draft.Body));
        while (items.MoveNext())
        {
            int start = messages.Start + items.Start;
            JsonFields fields = new(items.Value);
            while (fields.MoveNext())
            {
                if (fields.NameIs("tool_call_id"u8))
                {
                    FitId(draft, fields.Value, start + fields.Start);
                }
                else if (fields.NameIs("tool_calls"u8))
                {
                    FitCalls(draft, fields.Value, start + fields.Start);
                }
            }
        }
    }

    private static void FitCalls(RelayDraft draft, ReadOnlySpan<byte> calls, int offset)
    {
        JsonItems items = new(calls);
        while (items.MoveNext())
        {
            JsonFields fields = new(items.Value);
            while (fields.MoveNext())
            {
                if (fields.NameIs("id"u8))
                {
                    FitId(draft, fields.Value, offset + items.Start + fields.Start);
                }
            }
        }
    }

    private static void FitId(RelayDraft draft, ReadOnlySpan<byte> id, int at)
    {
        if (JsonRaw.IsText(id) && JsonRaw.Decode(id) is { } text && ToolCallIds.Fit(text, draft.Profile.ToolIdFormat) is { } fit && fit != text)
        {
            draft.Edits.Replace(at, id.Length, SameFormRequest.Quote(fit));
            draft.Report.Changed("tool_call_id");
        }
    }
}
