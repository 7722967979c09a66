using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>One assistant turn of the history: text, tool calls, and reasoning where the upstream wants it back.</summary>
internal sealed class AssistantTurn(ChatDraft draft, ChatMessageWriter output)
{
    private enum Piece
    {
        None,
        Text,
        ServerTool,
        Call,
    }

    private readonly List<(JsonElement Block, ToolCall Call)> _calls = [];
    private readonly ReplayedReasoning _reasoning = new(draft);
    private Piece _last;
    private bool _breakBeforeText;

    /// <summary>Writes the messages [start, end) as one chat message and returns the calls that await results.</summary>
    public List<ToolCall> Write(List<JsonElement> all, int start, int end, Dictionary<string, int> seenIds, bool prefill)
    {
        _calls.Clear();
        _reasoning.Clear();
        _last = Piece.None;
        _breakBeforeText = false;
        int text = draft.Scratch.Length;
        for (int i = start; i < end; i++)
        {
            _breakBeforeText |= i > start;
            _reasoning.IsForeign = i < draft.ForeignMessages;
            AddContent(all[i].Member("content"u8), $"messages.{i}.content", text, seenIds);
        }

        bool isPrefill = prefill && _calls.Count == 0;
        if (isPrefill)
        {
            TrimEnd(text);
        }

        EscapedText content = new(draft.Scratch, text);
        if (content.IsEmpty && _calls.Count == 0)
        {
            _reasoning.DropAll();
            return [];
        }

        if (isPrefill && draft.Profile.Prefill == PrefillSupport.Reject)
        {
            draft.Fail($"messages.{end - 1}.role", "This model does not support assistant message prefill. The conversation must end with a user message.");
        }

        WriteMessage(content, isPrefill);
        return [.. _calls.Select(c => c.Call)];
    }

    private void WriteMessage(EscapedText content, bool isPrefill)
    {
        Utf8JsonWriter json = output.BeginAssistant();
        json.WritePropertyName("content"u8);
        if (!_reasoning.TryWriteContent(json, content, hasCalls: _calls.Count > 0))
        {
            WriteContent(json, content);
        }

        _reasoning.Write(json, hasCalls: _calls.Count > 0);
        if (_calls.Count > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach ((JsonElement block, ToolCall call) in _calls)
            {
                WriteCall(json, block, call);
            }

            json.WriteEndArray();
        }

        if (isPrefill && draft.Profile.Prefill == PrefillSupport.ContinuePrefix)
        {
            json.WriteBoolean("prefix"u8, true);
        }

        output.EndAssistant();
        draft.EndsWithPrefill = isPrefill;
    }

    private void WriteContent(Utf8JsonWriter json, EscapedText content)
    {
        if (content.IsEmpty)
        {
            json.WriteStringValue(draft.Profile.EmptyContent);
        }
        else
        {
            output.WriteText(content);
        }
    }

    private void AddContent(JsonElement content, string path, int textStart, Dictionary<string, int> seenIds)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            AddText(content, textStart);
            return;
        }

        int index = 0;
        foreach (JsonElement block in content.Items())
        {
            string blockPath = $"{path}.{index++}";
            switch (block.Text("type"u8))
            {
                case "text" when block.Member("text"u8).ValueKind != JsonValueKind.String:
                    draft.Fail($"{blockPath}.text", "Field required");
                    break;
                case "text":
                    AddText(block.Member("text"u8), textStart);
                    break;
                case "tool_use":
                    AddCall(block, blockPath, seenIds);
                    break;
                case "thinking":
                    _reasoning.Add(block);
                    break;
                case "redacted_thinking":
                    _reasoning.AddRedacted(block);
                    break;
                case "tool_result":
                    // Anthropic refuses them there, too; left out, the model would not see what the client believes it saw.
                    draft.Fail($"{blockPath}.type", "'tool_result' blocks can only be in user messages");
                    break;
                case { } type:
                    AddHistory(block, type, textStart);
                    break;
                default:
                    draft.Fail($"{blockPath}.type", "Field required");
                    break;
            }
        }
    }

    private void AddText(JsonElement text, int textStart)
    {
        if (text.ValueKind != JsonValueKind.String || text.IsEmptyText())
        {
            return;
        }

        // Blocks of one generation may be cut by citations, so nothing is put between them; but a call or the end of a message parts them.
        bool apart = _last == Piece.ServerTool || _breakBeforeText;
        draft.Scratch.Append(apart && draft.Scratch.Length > textStart ? "\\n\\n"u8 : []);
        draft.Scratch.AppendText(text);
        _last = Piece.Text;
        _breakBeforeText = false;
    }

    private void AddHistory(JsonElement block, string type, int textStart)
    {
        int before = draft.Scratch.Length;
        if (before > textStart)
        {
            draft.Scratch.Append(_last == Piece.ServerTool && !HistoryText.IsCall(type) ? "\\n"u8 : "\\n\\n"u8);
        }

        int own = draft.Scratch.Length;
        if (!HistoryText.TryAppend(block, draft))
        {
            draft.Report.Dropped("block:unknown");
        }

        if (draft.Scratch.Length == own)
        {
            draft.Scratch.Truncate(before);
        }
        else
        {
            _last = Piece.ServerTool;
        }
    }

    private void AddCall(JsonElement block, string path, Dictionary<string, int> seenIds)
    {
        if (CallIds.Next(block, path, seenIds, draft) is not var (id, unique))
        {
            return;
        }

        _calls.Add((block, new ToolCall(id, ToolCallIds.Fit(unique, draft.Profile.ToolIdFormat))));
        _breakBeforeText = true;
        _last = Piece.Call;
    }

    private void WriteCall(Utf8JsonWriter json, JsonElement block, ToolCall call)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, call.UpstreamId);
        if (draft.SaysCustom(block.Text("name"u8)!) && block.Member("input"u8).Member("input"u8) is { ValueKind: JsonValueKind.String } text)
        {
            json.WriteString("type"u8, "custom"u8);
            json.WriteStartObject("custom"u8);
            json.WriteString("name"u8, draft.ToolNames.ToUpstream(block.Text("name"u8)!));
            json.WritePropertyName("input"u8);
            json.WriteRaw(text);
            json.WriteEndObject();
            _reasoning.WriteExtra(json, call.Id);
            json.WriteEndObject();
            return;
        }

        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, draft.ToolNames.ToUpstream(block.Text("name"u8)!));
        json.WritePropertyName("arguments"u8);
        CallInputText.Write(json, block.Member("input"u8), draft.Report);
        json.WriteEndObject();
        _reasoning.WriteExtra(json, call.Id);
        json.WriteEndObject();
    }

    private void TrimEnd(int start)
    {
        int length = draft.Scratch.Length;
        while (length > start)
        {
            ReadOnlySpan<byte> text = draft.Scratch.Span[start..length];
            int space = text[^1] == ' ' ? 1 : text.EndsWith("\\n"u8) || text.EndsWith("\\t"u8) || text.EndsWith("\\r"u8) ? 2 : 0;

            // A backslash that is escaped itself does not make the letter after it a line feed.
            int backslashes = space < 2 ? 1 : text.Length - 1 - (text[..^1].LastIndexOfAnyExcept((byte)'\\') + 1);
            if (space == 0 || backslashes % 2 == 0)
            {
                break;
            }

            length -= space;
        }

        draft.Scratch.Truncate(length);
    }
}
