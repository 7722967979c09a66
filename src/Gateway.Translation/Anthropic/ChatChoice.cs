using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Anthropic;

/// <summary>
/// One choice: its <c>delta</c> or <c>message</c> and how it ended. Texts are the escaped characters between the quotes.
/// </summary>
internal ref struct ChatChoice
{
    public ReadOnlySpan<byte> Content;
    public ReadOnlySpan<byte> ContentParts;
    public ReadOnlySpan<byte> Refusal;
    public ReadOnlySpan<byte> Reasoning;
    public ReadOnlySpan<byte> ReasoningDetails;
    public ReadOnlySpan<byte> ToolCalls;
    public ReadOnlySpan<byte> FunctionCall;
    public ReadOnlySpan<byte> Annotations;
    public ReadOnlySpan<byte> AudioTranscript;
    public ReadOnlySpan<byte> FinishReason;
    public ReadOnlySpan<byte> MatchedStop;
    public ReadOnlySpan<byte> Usage;
    public int Index;

    public static ChatChoice Parse(ReadOnlySpan<byte> json)
    {
        ChatChoice choice = default;
        Utf8JsonReader reader = new(json, JsonFormat.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.TextIs("delta"u8) || reader.TextIs("message"u8))
            {
                choice.ParseMessage(ChatChunk.Slice(ref reader, json, JsonTokenType.StartObject));
            }
            else if (reader.TextIs("finish_reason"u8))
            {
                choice.FinishReason = Text(ref reader, json);
            }
            else if (reader.TextIs("stop_reason"u8) || reader.TextIs("matched_stop"u8) || reader.TextIs("stopping_word"u8))
            {
                // vLLM, SGLang and llama.cpp; a number is a token id and says nothing to the client.
                choice.MatchedStop = Text(ref reader, json);
            }
            else if (reader.TextIs("usage"u8))
            {
                choice.Usage = ChatChunk.Slice(ref reader, json, JsonTokenType.StartObject);
            }
            else if (reader.TextIs("index"u8))
            {
                reader.Read();
                choice.Index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int index) ? index : 0;
                reader.Skip();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return choice;
    }

    private void ParseMessage(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            return;
        }

        ReadOnlySpan<byte> reasoning = [];
        ReadOnlySpan<byte> thinking = [];
        Utf8JsonReader reader = new(json, JsonFormat.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.TextIs("content"u8))
            {
                ParseContent(ChatChunk.Slice(ref reader, json, JsonTokenType.None));
            }
            else if (reader.TextIs("tool_calls"u8))
            {
                ToolCalls = ChatChunk.Slice(ref reader, json, JsonTokenType.StartArray);
            }
            else if (reader.TextIs("reasoning_content"u8))
            {
                Reasoning = Text(ref reader, json);
            }
            else if (reader.TextIs("reasoning"u8))
            {
                reasoning = Text(ref reader, json);
            }
            else if (reader.TextIs("thinking"u8))
            {
                thinking = Text(ref reader, json);
            }
            else if (reader.TextIs("reasoning_details"u8))
            {
                ReasoningDetails = ChatChunk.Slice(ref reader, json, JsonTokenType.StartArray);
            }
            else if (reader.TextIs("refusal"u8))
            {
                Refusal = Text(ref reader, json);
            }
            else if (reader.TextIs("function_call"u8))
            {
                FunctionCall = ChatChunk.Slice(ref reader, json, JsonTokenType.StartObject);
            }
            else if (reader.TextIs("annotations"u8))
            {
                Annotations = ChatChunk.Slice(ref reader, json, JsonTokenType.StartArray);
            }
            else if (reader.TextIs("audio"u8))
            {
                AudioTranscript = Inner(ChatChunk.Find(ChatChunk.Slice(ref reader, json, JsonTokenType.StartObject), "transcript"u8));
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        // The same thought may come under two names; one of them is enough.
        Reasoning = !Reasoning.IsEmpty ? Reasoning : !reasoning.IsEmpty ? reasoning : thinking;
    }

    private void ParseContent(ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty && value[0] == '"')
        {
            Content = value[1..^1];
        }
        else if (!value.IsEmpty && value[0] == '[')
        {
            ContentParts = value;
        }
    }

    private static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json) =>
        Inner(ChatChunk.Slice(ref reader, json, JsonTokenType.String));

    /// <summary>What stands between the quotes of a string; nothing for other values.</summary>
    public static ReadOnlySpan<byte> Inner(ReadOnlySpan<byte> value) =>
        value.Length >= 2 && value[0] == '"' ? value[1..^1] : [];
}
