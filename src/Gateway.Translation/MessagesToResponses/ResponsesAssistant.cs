using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToResponses;

/// <summary>
/// What the assistant said in one run of messages, in its order. A thought goes with what follows it: one that nothing
/// follows is left out, since a server refuses it.
/// </summary>
internal sealed class ResponsesAssistant(ChatDraft draft, ResponsesInput output)
{
    private readonly Dictionary<string, int> _callIds = [];
    private readonly List<ReplayedItem> _thoughts = [];
    private readonly List<(ToolCall Call, bool IsCustom)> _calls = [];

    /// <summary>The thought of the turn, for servers that want one before each call.</summary>
    private ReplayedItem? _last;
    private bool _thoughtWritten;

    /// <summary>Where the text begins that is being put together; -1 for none.</summary>
    private int _text = -1;
    private bool _apart;

    /// <summary>Writes the messages [start, end) and returns the calls that await results.</summary>
    public List<(ToolCall Call, bool IsCustom)> Write(List<JsonElement> all, int start, int end)
    {
        _calls.Clear();
        _last = null;
        for (int i = start; i < end; i++)
        {
            bool callsLater = all.GetRange(i, end - i).Exists(message => message.Member("content"u8).Items().Any(block => block.Member("type"u8).Is("tool_use"u8)));
            AddContent(all[i].Member("content"u8), $"messages.{i}.content", isForeign: i < draft.ForeignMessages);
            EndText(callsLater);
        }

        DropThoughts();
        return [.. _calls];
    }

    private void AddContent(JsonElement content, string path, bool isForeign)
    {
        if (content.IsText())
        {
            AddText(content);
            return;
        }

        List<JsonElement> blocks = [.. content.Items()];
        int lastCall = blocks.FindLastIndex(block => block.Member("type"u8).Is("tool_use"u8));
        for (int index = 0; index < blocks.Count; index++)
        {
            JsonElement block = blocks[index];
            string blockPath = $"{path}.{index}";
            switch (block.Text("type"u8))
            {
                case "text" when !block.Member("text"u8).IsText():
                    draft.Fail($"{blockPath}.text", "Field required");
                    break;
                case "text":
                    AddText(block.Member("text"u8));
                    break;
                case "tool_use":
                    EndText(callsLater: true);
                    AddCall(block, blockPath);
                    break;
                case "thinking" or "redacted_thinking":
                    EndText(callsLater: index < lastCall);
                    AddThought(ReplayedItem.Of(block, isForeign, draft));
                    break;
                case "tool_result":
                    draft.Fail($"{blockPath}.type", "'tool_result' blocks can only be in user messages");
                    break;
                case null:
                    draft.Fail($"{blockPath}.type", "Field required");
                    break;
                default:
                    AddHistory(block);
                    break;
            }
        }
    }

    private void AddThought(ReplayedItem? thought)
    {
        if (thought is not null)
        {
            _thoughts.Add(thought);
            _last = thought;
        }
    }

    private void AddText(JsonElement text)
    {
        if (!text.IsText() || text.IsEmptyText())
        {
            return;
        }

        bool goesOn = _text >= 0;
        _text = goesOn ? _text : draft.Scratch.Length;
        draft.Scratch.Append(goesOn && _apart ? "\\n\\n"u8 : []);
        draft.Scratch.AppendText(text);
        _apart = false;
    }

    /// <summary>What a server's tools did is told as text. The thought before it was of an item that cannot go back.</summary>
    private void AddHistory(JsonElement block)
    {
        DropThoughts();
        int before = draft.Scratch.Length;
        bool goesOn = _text >= 0;
        draft.Scratch.Append(goesOn ? "\\n\\n"u8 : []);
        int own = draft.Scratch.Length;
        if (!HistoryText.TryAppend(block, draft))
        {
            draft.Report.Dropped("block:unknown");
        }

        if (draft.Scratch.Length == own)
        {
            draft.Scratch.Truncate(before);
            return;
        }

        _text = goesOn ? _text : before;
        _apart = true;
    }

    private void AddCall(JsonElement block, string path)
    {
        if (CallIds.Next(block, path, _callIds, draft) is not var (id, unique))
        {
            return;
        }

        WriteThoughts();
        if (!_thoughtWritten && draft.Profile.ReplayReasoning.When == ReplayWhen.ToolTurns)
        {
            output.AddReasoning(new ReplayedItem(default, _last?.Text ?? ""));
        }

        ToolCall call = new(id, unique.Length > OpenAiLimits.Key ? ToolCallIds.Fit(unique, ToolIdFormat.OpenAi) : unique);
        output.AddCall(block, call.UpstreamId);
        _calls.Add((call, output.IsCustom(block)));
        _thoughtWritten = false;
    }

    /// <summary>Writes the text that was put together, with the thoughts before it.</summary>
    private void EndText(bool callsLater)
    {
        if (_text < 0)
        {
            return;
        }

        WriteThoughts();
        string? phase = !draft.Target.IsOpenAi || !draft.Profile.Phase ? null : callsLater ? "commentary" : "final_answer";
        output.AddAssistant(new EscapedText(draft.Scratch, _text), phase);
        _text = -1;
        _apart = false;
    }

    private void WriteThoughts()
    {
        foreach (ReplayedItem thought in _thoughts)
        {
            output.AddReasoning(thought);
            _thoughtWritten = true;
        }

        _thoughts.Clear();
    }

    private void DropThoughts()
    {
        if (_thoughts.Count > 0)
        {
            draft.Report.Dropped("thinking");
            _thoughts.Clear();
        }
    }
}
