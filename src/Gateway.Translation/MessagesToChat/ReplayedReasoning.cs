using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Earlier reasoning of an assistant turn, on its way back to the model that made it. Reasoning of another model is
/// dropped, save where the upstream refuses tool turns without any.
/// </summary>
internal sealed class ReplayedReasoning(ChatDraft draft)
{
    private readonly StringBuilder _own = new();
    private readonly StringBuilder _foreign = new();
    private readonly List<ThinkingSignature> _signatures = [];
    private readonly ReplayedDetails _details = new();

    private ReasoningReplay Replay => draft.Profile.ReplayReasoning;

    private bool IsPart => Replay.Field == "content";

    /// <summary>The message being read is from before the conversation moved, whatever its signatures say.</summary>
    public bool IsForeign { get; set; }

    public void Clear()
    {
        _own.Clear();
        _foreign.Clear();
        _signatures.Clear();
        _details.Clear();
    }

    public void Add(JsonElement block)
    {
        string text = block.Text("thinking"u8) ?? "";
        if (!TryAddOwn(block.Text("signature"u8), text))
        {
            _foreign.Append(text);
        }
    }

    public void AddRedacted(JsonElement block)
    {
        if (!TryAddOwn(block.Text("data"u8), ""))
        {
            draft.Report.Dropped("redacted_thinking");
        }
    }

    /// <summary>Magistral takes its reasoning back as the first part of the content. False where it goes elsewhere.</summary>
    public bool TryWriteContent(Utf8JsonWriter json, EscapedText text, bool hasCalls)
    {
        if (!IsPart || !IsWanted(hasCalls) || _own.Length == 0)
        {
            return false;
        }

        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("type"u8, "thinking"u8);
        json.WriteStartArray("thinking"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, _own.ToString());
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        if (!text.IsEmpty)
        {
            new ChatPart.Text(text).Write(json);
        }

        json.WriteEndArray();
        _own.Clear();
        return true;
    }

    public void Write(Utf8JsonWriter json, bool hasCalls)
    {
        if (!IsWanted(hasCalls) || IsPart)
        {
            DropAll();
            return;
        }

        if (Replay.Field == "reasoning_details" && _details.TryWrite(json))
        {
            Drop(_foreign);
            return;
        }

        // Where it is mandatory any text is better than none, and an empty one better than no field.
        bool mandatory = Replay.When == ReplayWhen.ToolTurns;
        StringBuilder text = _own.Length > 0 ? _own : mandatory ? _foreign : _own;
        Drop(text == _own ? _foreign : _own);
        if (text.Length > 0 || mandatory)
        {
            json.WriteString(Replay.Field == "reasoning_details" ? "reasoning" : Replay.Field, text.ToString());
        }
    }

    /// <summary>The turn is left out, and its thinking with it.</summary>
    public void DropAll()
    {
        Drop(_own);
        Drop(_foreign);
    }

    /// <summary>Gemini refuses a call that comes back without the signature it was given.</summary>
    public void WriteExtra(Utf8JsonWriter json, string callId)
    {
        foreach (ThinkingSignature signature in _signatures)
        {
            if (signature.Extra.ValueKind == JsonValueKind.Object && signature.Extra.TryGetProperty(callId, out JsonElement extra))
            {
                json.WritePropertyName("extra_content"u8);
                json.WriteRaw(extra);
                return;
            }
        }

        if (draft.Profile.SchemaDialect == SchemaDialect.Gemini)
        {
            json.WriteStartObject("extra_content"u8);
            json.WriteStartObject("google"u8);
            json.WriteString("thought_signature"u8, "skip_thought_signature_validator"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private bool IsWanted(bool hasCalls) => Replay.When == ReplayWhen.Always || (Replay.When == ReplayWhen.ToolTurns && hasCalls);

    private void Drop(StringBuilder text)
    {
        if (text.Length > 0)
        {
            draft.Report.Dropped("thinking");
        }
    }

    private bool TryAddOwn(string? signature, string text)
    {
        if (ThinkingSignature.TryDecode(signature) is not { } own || own.Origin != draft.Target.SignatureOrigin)
        {
            return false;
        }

        if (IsForeign)
        {
            draft.Target.Foreign.Note(Encoding.UTF8.GetBytes($"\"{signature}\""));
            draft.Report.Dropped("thinking_signatures");
            return false;
        }

        if (text.Length > 0 && own.TextHash != ThinkingSignature.Hash(Encoding.UTF8.GetBytes(text)))
        {
            // The client changed the text: it is not what the model thought.
            return false;
        }

        string said = text.Length > 0 ? text : own.Text ?? "";
        _own.Append(said);
        _signatures.Add(own);
        _details.Add(own, said);
        if (own.IsCut)
        {
            draft.Report.Dropped("thinking");
        }

        return true;
    }
}
