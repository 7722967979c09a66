using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Writes the messages of a chat request. A user message is held back until the next one is known, because some
/// upstreams want user and assistant to alternate strictly.
/// </summary>
internal sealed class ChatMessageWriter(Utf8JsonWriter json, ChatDraft draft)
{
    private readonly List<ChatPart> _user = [];
    private bool _lastWasAssistant;

    /// <summary>How many messages there are, one that is held back included.</summary>
    public int Count { get; private set; }

    /// <summary>A message of plain text; system is the usual role.</summary>
    public void AddText(ReadOnlySpan<byte> role, EscapedText text)
    {
        Flush();
        Count++;
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WritePropertyName("content"u8);
        text.WriteTo(json);
        json.WriteEndObject();
        _lastWasAssistant = false;
    }

    /// <summary>A message of text parts; system is the usual role.</summary>
    public void AddParts(ReadOnlySpan<byte> role, List<ChatPart> parts)
    {
        Flush();
        Count++;
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WritePropertyName("content"u8);
        WriteParts(parts);
        json.WriteEndObject();
        _lastWasAssistant = false;
    }

    /// <summary>Adds a user message.</summary>
    /// <param name="parts">Its content; nothing is written when it is empty.</param>
    /// <param name="merge">Belongs to the user message before it, if there is one.</param>
    public void AddUser(List<ChatPart> parts, bool merge = false)
    {
        if (parts.Count == 0)
        {
            return;
        }

        if (_user.Count > 0 && !merge && !draft.Profile.StrictAlternation)
        {
            Flush();
        }

        Count += _user.Count == 0 ? 1 : 0;

        if (_user is [.., ChatPart.Text { Mark: null } before] && parts[0] is ChatPart.Text next)
        {
            int start = draft.Scratch.Length;
            draft.Scratch.Append(before.Value.Span);
            draft.Scratch.Append("\\n\\n"u8);
            draft.Scratch.Append(next.Value.Span);
            _user[^1] = new ChatPart.Text(new EscapedText(draft.Scratch, start), next.Mark);
            _user.AddRange(parts.Skip(1));
        }
        else
        {
            _user.AddRange(parts);
        }
    }

    /// <summary>A tool message; with <paramref name="parts"/> for servers that take images there, with a mark for those that are told what to cache.</summary>
    public void AddTool(string callId, EscapedText content, CacheMark? mark, List<ChatPart> parts)
    {
        Flush();
        Count++;
        json.WriteStartObject();
        json.WriteString("role"u8, "tool"u8);
        json.WriteString("tool_call_id"u8, callId);
        json.WritePropertyName("content"u8);
        if (parts.Count == 0 && (mark is null || content.IsEmpty))
        {
            content.WriteTo(json);
        }
        else
        {
            WriteParts(content.IsEmpty ? parts : [new ChatPart.Text(content, mark), .. parts]);
        }

        json.WriteEndObject();
        _lastWasAssistant = false;
    }

    /// <summary>Begins an assistant message; the caller writes its members and closes it with <see cref="EndAssistant"/>.</summary>
    public Utf8JsonWriter BeginAssistant()
    {
        Flush();
        if (_lastWasAssistant && draft.Profile.StrictAlternation)
        {
            draft.Report.Repaired("alternation");
            AddContinue();
        }

        Count++;
        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        return json;
    }

    /// <summary>A short user turn, for servers that want one where the client has none.</summary>
    public void AddContinue() => AddText("user"u8, Literal("Continue."u8));

    public void EndAssistant()
    {
        json.WriteEndObject();
        _lastWasAssistant = true;
    }

    /// <summary>Writes a user message that is still held back.</summary>
    public void Flush()
    {
        if (_user.Count == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WritePropertyName("content"u8);
        if (_user is [ChatPart.Text { Mark: null } only])
        {
            // One plain text goes as a string: every server understands that.
            only.Value.WriteTo(json);
        }
        else
        {
            WriteParts(_user);
        }

        json.WriteEndObject();
        _user.Clear();
        _lastWasAssistant = false;
    }

    private void WriteParts(List<ChatPart> parts)
    {
        json.WriteStartArray();
        foreach (ChatPart part in parts)
        {
            part.Write(json);
        }

        json.WriteEndArray();
    }

    private EscapedText Literal(ReadOnlySpan<byte> escaped)
    {
        int start = draft.Scratch.Length;
        draft.Scratch.Append(escaped);
        return new EscapedText(draft.Scratch, start);
    }
}
