using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

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

    /// <summary>An object <c>error</c> beside the delta (OpenRouter).</summary>
    public bool HasError;

    /// <summary>It came as a whole <c>message</c>, not as a piece.</summary>
    public bool IsMessage;
    public int Index;

    public static ChatChoice Parse(ReadOnlySpan<byte> json)
    {
        ChatChoice choice = default;
        ReadOnlySpan<byte> delta = [];
        ReadOnlySpan<byte> message = [];
        Utf8JsonReader reader = new(json, JsonFormat.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueIs("delta"u8))
            {
                delta = ChatChunk.Slice(ref reader, json, JsonTokenType.StartObject);
            }
            else if (reader.ValueIs("message"u8))
            {
                message = ChatChunk.Slice(ref reader, json, JsonTokenType.StartObject);
            }
            else if (reader.ValueIs("index"u8))
            {
                reader.Read();
                _ = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out choice.Index);
                reader.Skip();
            }
            else if (reader.ValueIs("error"u8))
            {
                choice.HasError = !ChatChunk.Slice(ref reader, json, JsonTokenType.StartObject).IsEmpty;
            }
            else if (reader.ValueIs("finish_reason"u8))
            {
                choice.FinishReason = Text(ref reader, json);
            }
            else if (reader.ValueIs("stop_reason"u8) || reader.ValueIs("matched_stop"u8) || reader.ValueIs("stopping_word"u8))
            {
                // vLLM, SGLang and llama.cpp; a number is a token id and says nothing to the client.
                ReadOnlySpan<byte> stop = Text(ref reader, json);
                choice.MatchedStop = stop.IsEmpty ? choice.MatchedStop : stop;
            }
            else if (reader.ValueIs("usage"u8))
            {
                choice.Usage = ChatChunk.Slice(ref reader, json, JsonTokenType.StartObject);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        // Perplexity sends both, and the message repeats what the deltas said before.
        choice.IsMessage = delta.IsEmpty;
        choice.ParseMessage(delta.IsEmpty ? message : delta);
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
            if (reader.ValueIs("content"u8))
            {
                ParseContent(ChatChunk.Slice(ref reader, json, JsonTokenType.None));
            }
            else if (reader.ValueIs("tool_calls"u8))
            {
                ToolCalls = ChatChunk.Slice(ref reader, json, JsonTokenType.StartArray);
            }
            else if (reader.ValueIs("reasoning_content"u8))
            {
                Reasoning = Text(ref reader, json);
            }
            else if (reader.ValueIs("reasoning"u8))
            {
                reasoning = Text(ref reader, json);
            }
            else if (reader.ValueIs("thinking"u8))
            {
                thinking = Text(ref reader, json);
            }
            else if (reader.ValueIs("reasoning_details"u8))
            {
                ReasoningDetails = ChatChunk.Slice(ref reader, json, JsonTokenType.StartArray);
            }
            else if (reader.ValueIs("refusal"u8))
            {
                Refusal = Text(ref reader, json);
            }
            else if (reader.ValueIs("function_call"u8))
            {
                FunctionCall = ChatChunk.Slice(ref reader, json, JsonTokenType.StartObject);
            }
            else if (reader.ValueIs("annotations"u8))
            {
                Annotations = ChatChunk.Slice(ref reader, json, JsonTokenType.StartArray);
            }
            else if (reader.ValueIs("audio"u8))
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
