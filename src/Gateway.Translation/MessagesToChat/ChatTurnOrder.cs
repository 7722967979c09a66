using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Puts the turns of a conversation into the order that Chat Completions wants. A segment is an assistant turn with all
/// that follows until the next one: the results of its tool calls come first, in the order of the calls, then what
/// cannot live in a tool message, then everything else in its place.
/// </summary>
internal sealed class ChatTurnOrder(ChatDraft draft, ChatMessageWriter output)
{
    private readonly UserContent _content = new(draft);
    private readonly AssistantTurn _assistant = new(draft, output);
    private readonly ToolResults _results = new(draft, output);
    private readonly List<ChatPart> _reminders = [];
    private readonly Dictionary<string, int> _callIds = [];

    public void Write(JsonElement messages)
    {
        List<JsonElement> all = [.. messages.EnumerateArray()];
        int index = 0;
        while (index < all.Count && draft.Error is null)
        {
            int assistantEnd = index;
            while (assistantEnd < all.Count && all[assistantEnd].Member("role"u8).Is("assistant"u8))
            {
                assistantEnd++;
            }

            int end = assistantEnd;
            while (end < all.Count && !all[end].Member("role"u8).Is("assistant"u8))
            {
                end++;
            }

            WriteSegment(all, index, assistantEnd, end);
            index = end;
        }

        FlushReminders();
        output.Flush();
        if (draft.EndsWithPrefill && draft.Profile.Prefill == PrefillSupport.UserTurn)
        {
            output.AddContinue();
        }
    }

    private void WriteSegment(List<JsonElement> all, int start, int assistantEnd, int end)
    {
        bool last = end == all.Count && assistantEnd == end;
        List<ToolCall> calls = [];
        List<ChatPart> attachments = [];
        if (start < assistantEnd)
        {
            FlushReminders();
            _results.Collect(all, assistantEnd, end);
        }

        for (int turn = start, stop; turn < assistantEnd; turn = stop)
        {
            stop = TurnEnd(all, turn, assistantEnd);
            calls = _assistant.Write(all, turn, stop, _callIds, prefill: last && stop == assistantEnd);
            attachments = _results.Write(calls, _content);
        }

        HashSet<string> answered = [.. calls.Select(call => call.Id)];

        for (int i = assistantEnd; i < end; i++)
        {
            if (all[i].Member("role"u8).Is("system"u8))
            {
                WriteSystem(all[i], i);
            }
            else
            {
                WriteUser(all[i], i, answered, attachments);
                attachments = [];
            }
        }

        output.AddUser(attachments);
    }

    /// <summary>
    /// Anthropic reads a run of assistant messages as one turn. Calls must end up in one message, or the results behind
    /// the run lose them; calls that nobody answered get their stand-ins before the next message.
    /// </summary>
    private int TurnEnd(List<JsonElement> all, int start, int end)
    {
        if (draft.Profile.StrictAlternation || draft.Profile.MergeAssistant)
        {
            return end;
        }

        (bool calls, bool answered) = (false, false);
        int stop = start;
        while (stop < end)
        {
            foreach (JsonElement block in all[stop++].Member("content"u8).Items())
            {
                if (block.Member("type"u8).Is("tool_use"u8))
                {
                    (calls, answered) = (true, answered || _results.Answers(block));
                }
            }

            if (calls && !answered)
            {
                return stop;
            }
        }

        return calls ? end : start + 1;
    }

    private void WriteUser(JsonElement message, int index, HashSet<string> answered, List<ChatPart> attachments)
    {
        List<ChatPart> parts = [.. attachments, .. _reminders];
        _reminders.Clear();
        int before = parts.Count;
        _content.Add(message.Member("content"u8), $"messages.{index}.content", answered, parts);
        if (parts.Count == before && before == 0 && IsBlank(message))
        {
            draft.Report.Dropped("empty_message");
        }

        // Results that a client spread over several user messages belong to one turn, and so do the words between them.
        output.AddUser(parts, merge: answered.Count > 0);
    }

    /// <summary>Results of tool calls have been written already; a message of nothing else is not empty.</summary>
    private static bool IsBlank(JsonElement message)
    {
        JsonElement content = message.Member("content"u8);
        return content.IsEmptyText() || (content.IsArray() && content.EnumerateArray().All(block => block.Member("type"u8).Is("text"u8)));
    }

    private void WriteSystem(JsonElement message, int index)
    {
        if (!draft.Profile.SystemFirstOnly && SystemText.MarkedParts(message.Member("content"u8), draft, $"messages.{index}.content") is { Count: > 0 } parts)
        {
            output.AddParts(draft.SystemRole, parts);
            return;
        }

        int start = draft.Scratch.Length;
        SystemText.Append(message.Member("content"u8), draft, $"messages.{index}.content");
        EscapedText text = new(draft.Scratch, start);
        if (text.IsEmpty)
        {
            return;
        }

        if (!draft.Profile.SystemFirstOnly)
        {
            output.AddText(draft.SystemRole, text);
            return;
        }

        draft.Report.Changed("system_message");
        int tagged = draft.Scratch.Length;
        draft.Scratch.Append("<system-reminder>\\n"u8);
        draft.Scratch.Append(text.Span);
        draft.Scratch.Append("\\n</system-reminder>"u8);
        _reminders.Add(new ChatPart.Text(new EscapedText(draft.Scratch, tagged)));
    }

    private void FlushReminders()
    {
        output.AddUser([.. _reminders]);
        _reminders.Clear();
    }
}

/// <summary>A tool call of the assistant turn at hand: the client's id, and the id that the upstream gets.</summary>
internal sealed record ToolCall(string Id, string UpstreamId);
