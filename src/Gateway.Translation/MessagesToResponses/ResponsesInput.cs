using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;

namespace Gateway.Translation.MessagesToResponses;

/// <summary>Writes the items of <c>input</c>. None has an id but reasoning: a server that knows ids looks for what it never kept.</summary>
internal sealed class ResponsesInput(Utf8JsonWriter json, ChatDraft draft)
{
    public int Count { get; private set; }

    /// <summary>A message of a user, or of the developer between turns.</summary>
    public void AddMessage(ReadOnlySpan<byte> role, List<ChatPart> parts)
    {
        if (parts.Count == 0)
        {
            return;
        }

        Begin("message"u8);
        json.WriteString("role"u8, role);
        json.WriteStartArray("content"u8);
        WriteParts(parts);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <param name="text">What the model said.</param>
    /// <param name="phase">Whether it was a remark on the way or the answer; null for models that do not tell.</param>
    public void AddAssistant(EscapedText text, string? phase)
    {
        Begin("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        if (phase is not null)
        {
            json.WriteString("phase"u8, phase);
        }

        json.WriteStartArray("content"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "output_text"u8);
        json.WritePropertyName("text"u8);
        text.WriteTo(json);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public void AddCall(JsonElement block, string callId)
    {
        string name = block.Text("name"u8)!;
        bool isCustom = IsCustom(block);
        Begin(isCustom ? "custom_tool_call"u8 : "function_call"u8);
        json.WriteString("call_id"u8, callId);
        json.WriteString("name"u8, draft.ToolNames.ToUpstream(name));
        if (isCustom)
        {
            json.WritePropertyName("input"u8);
            json.WriteRaw(block.Member("input"u8).Member("input"u8));
        }
        else
        {
            json.WritePropertyName("arguments"u8);
            CallInputText.Write(json, block.Member("input"u8), draft.Report);
        }

        json.WriteEndObject();
    }

    /// <summary>The call is said with text, so its result belongs to a custom tool, too.</summary>
    public bool IsCustom(JsonElement block) =>
        draft.SaysCustom(block.Text("name"u8)!) && block.Member("input"u8).Member("input"u8).IsText();

    public void AddOutput(string callId, bool isCustom, EscapedText text)
    {
        BeginOutput(callId, isCustom);
        text.WriteTo(json);
        json.WriteEndObject();
    }

    /// <summary>Many servers know texts only, so parts are for what is none.</summary>
    public void AddOutput(string callId, bool isCustom, List<ChatPart> parts)
    {
        BeginOutput(callId, isCustom);
        json.WriteStartArray();
        WriteParts(parts);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public void AddReasoning(ReplayedItem item)
    {
        Begin("reasoning"u8);
        item.WriteMembers(json);
        json.WriteEndObject();
    }

    private void BeginOutput(string callId, bool isCustom)
    {
        Begin(isCustom ? "custom_tool_call_output"u8 : "function_call_output"u8);
        json.WriteString("call_id"u8, callId);
        json.WritePropertyName("output"u8);
    }

    private void Begin(ReadOnlySpan<byte> type)
    {
        Count++;
        json.WriteStartObject();
        json.WriteString("type"u8, type);
    }

    private void WriteParts(List<ChatPart> parts)
    {
        foreach (ChatPart part in parts)
        {
            json.WriteStartObject();
            switch (part)
            {
                case ChatPart.Text text:
                    json.WriteString("type"u8, "input_text"u8);
                    json.WritePropertyName("text"u8);
                    text.Value.WriteTo(json);
                    text.Mark?.Write(json);
                    break;
                case ChatPart.Image image:
                    json.WriteString("type"u8, "input_image"u8);
                    json.WritePropertyName("image_url"u8);
                    ChatPart.WriteDataUri(json, image.Prefix, image.Data);
                    json.WriteString("detail"u8, "auto"u8);
                    break;
                case ChatPart.File file:
                    json.WriteString("type"u8, "input_file"u8);
                    json.WriteString("filename"u8, file.Name);
                    json.WritePropertyName("file_data"u8);
                    ChatPart.WriteDataUri(json, file.Prefix, file.Data);
                    break;
                case ChatPart.FileUrl file:
                    json.WriteString("type"u8, "input_file"u8);
                    json.WritePropertyName("file_url"u8);
                    json.WriteRaw(file.Url);
                    break;
            }

            json.WriteEndObject();
        }
    }
}
