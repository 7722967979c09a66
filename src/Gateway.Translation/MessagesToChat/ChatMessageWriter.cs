using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Writes the messages of a chat request, in the order and the form that the upstream wants. A user message is held back
/// until the next one is known, and a tool message that may have to take it in.
/// </summary>
internal sealed class ChatMessageWriter(Utf8JsonWriter json, ChatDraft draft)
{
    /// <summary>Where two messages become one, the last text of the first and the first text of the second do, too.</summary>
    private readonly List<(ChatPart Part, bool Joins)> _user = [];
    private ToolMessage? _tool;
    private Role _last;

    private enum Role
    {
        None,
        System,
        User,
        Assistant,
        Tool,
    }

    private sealed record ToolMessage(string CallId, List<ChatPart> Content);

    /// <summary>How many messages there are, those that are held back included.</summary>
    public int Count { get; private set; }

    /// <summary>A message of plain text; system is the usual role.</summary>
    public void AddText(ReadOnlySpan<byte> role, EscapedText text) => AddParts(role, [new ChatPart.Text(text)]);

    /// <summary>A message of text parts; system is the usual role.</summary>
    public void AddParts(ReadOnlySpan<byte> role, List<ChatPart> parts)
    {
        Flush();
        Count++;
        WriteMessage(role, parts, Role.System);
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

        _user.Add((parts[0], _user is [.., (ChatPart.Text { Mark: null }, _)] && parts[0] is ChatPart.Text));
        _user.AddRange(parts.Skip(1).Select(part => (part, false)));
    }

    /// <summary>A tool message; with <paramref name="images"/> for servers that take them there, with a mark for those that are told what to cache.</summary>
    public void AddTool(string callId, EscapedText content, CacheMark? mark, List<ChatPart> images)
    {
        Flush();
        Count++;
        _tool = new ToolMessage(callId, content.IsEmpty && images.Count > 0 ? images : [new ChatPart.Text(content, content.IsEmpty ? null : mark), .. images]);
        if (draft.Profile.UserAfterTool != UserAfterTool.Fold)
        {
            FlushTool();
        }
    }

    /// <summary>Begins an assistant message; the caller writes its members and closes it with <see cref="EndAssistant"/>.</summary>
    public Utf8JsonWriter BeginAssistant()
    {
        Flush();
        if (_last == Role.Assistant && draft.Profile.StrictAlternation)
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
    public void AddContinue()
    {
        AddUser([Literal("Continue."u8)]);
        Flush();
    }

    public void EndAssistant()
    {
        json.WriteEndObject();
        _last = Role.Assistant;
    }

    /// <summary>A content of one text.</summary>
    public void WriteText(EscapedText text) => WriteContent([new ChatPart.Text(text)]);

    /// <summary>Writes the messages that are still held back.</summary>
    public void Flush()
    {
        List<ChatPart> user = TakeUser();
        if (_tool is not null && user.Count > 0 && user.TrueForAll(part => part is ChatPart.Text))
        {
            draft.Report.Repaired("user_after_tool");
            List<ChatPart> folded = [.. _tool.Content, .. user];
            _tool = _tool with { Content = IsPlain(folded) ? [Join([.. folded.Cast<ChatPart.Text>()])] : folded };
            user = [];
        }

        FlushTool();
        if (user.Count > 0)
        {
            WriteMessage("user"u8, user, Role.User);
        }
    }

    private List<ChatPart> TakeUser()
    {
        List<ChatPart> parts = new(_user.Count);
        for (int start = 0, end; start < _user.Count; start = end)
        {
            end = start + 1;
            while (end < _user.Count && _user[end].Joins)
            {
                end++;
            }

            parts.Add(end == start + 1 ? _user[start].Part : Join([.. _user[start..end].Select(each => (ChatPart.Text)each.Part)]));
        }

        _user.Clear();
        return parts;
    }

    private void FlushTool()
    {
        if (_tool is null)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("role"u8, "tool"u8);
        json.WriteString("tool_call_id"u8, _tool.CallId);
        json.WritePropertyName("content"u8);
        WriteContent(_tool.Content);
        json.WriteEndObject();
        _last = Role.Tool;
        _tool = null;
    }

    private void WriteMessage(ReadOnlySpan<byte> name, List<ChatPart> parts, Role role)
    {
        if (_last == Role.Tool && draft.Profile.UserAfterTool != UserAfterTool.Ok)
        {
            // The server wants the assistant to have the next word after a result.
            draft.Report.Repaired("user_after_tool");
            Write("assistant"u8, [Literal("OK."u8)]);
        }

        Write(name, parts);
        _last = role;
    }

    private void Write(ReadOnlySpan<byte> role, List<ChatPart> parts)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WritePropertyName("content"u8);
        WriteContent(parts);
        json.WriteEndObject();
    }

    /// <summary>What is nothing but text goes in the form that the server likes. Marks and images have their place in parts only.</summary>
    private void WriteContent(List<ChatPart> parts)
    {
        ContentFormat format = draft.Profile.ContentFormat;
        bool empty = parts is [ChatPart.Text { Value.IsEmpty: true }];
        if (IsPlain(parts) && (empty || format == ContentFormat.Text || (format == ContentFormat.Auto && parts.Count == 1)))
        {
            Join([.. parts.Cast<ChatPart.Text>()]).Value.WriteTo(json);
            return;
        }

        json.WriteStartArray();
        foreach (ChatPart part in parts)
        {
            part.Write(json);
        }

        json.WriteEndArray();
    }

    private static bool IsPlain(List<ChatPart> parts) => parts.TrueForAll(part => part is ChatPart.Text { Mark: null });

    /// <summary>The texts as one, a blank line between them. Only the last may have a mark.</summary>
    private ChatPart.Text Join(List<ChatPart.Text> texts)
    {
        if (texts.Count == 1)
        {
            return texts[0];
        }

        int start = draft.Scratch.Length;
        foreach (ChatPart.Text text in texts)
        {
            draft.Scratch.Append(draft.Scratch.Length > start ? "\\n\\n"u8 : []);
            draft.Scratch.Append(text.Value.Span);
        }

        return new ChatPart.Text(new EscapedText(draft.Scratch, start), texts[^1].Mark);
    }

    private ChatPart.Text Literal(ReadOnlySpan<byte> escaped)
    {
        int start = draft.Scratch.Length;
        draft.Scratch.Append(escaped);
        return new ChatPart.Text(new EscapedText(draft.Scratch, start));
    }
}
