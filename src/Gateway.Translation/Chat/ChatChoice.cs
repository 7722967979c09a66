using System.Text.Json;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.Chat;

/// <summary>
/// One choice: its <c>delta</c> or <c>message</c> and how it ended. Texts are the escaped characters between the quotes.
/// </summary>
internal struct ChatChoice
{
    /// <summary>Its brackets.</summary>
    private const int EmptyList = 2;

    public Slice Content;
    public Slice ContentParts;
    public Slice Refusal;
    public Slice Reasoning;
    public Slice ReasoningDetails;
    public Slice Annotations;
    public Slice AudioTranscript;
    public Slice Images;
    public Slice FinishReason;
    public Slice MatchedStop;
    public Slice Usage;

    /// <summary>The choice itself.</summary>
    public Slice Whole;

    /// <summary>Where its calls are in those of the chunk.</summary>
    public int FirstCall;
    public int CallCount;

    /// <summary>The older <c>function_call</c>, of which there is one at most.</summary>
    public CallPiece FunctionCall;

    /// <summary>An object <c>error</c> beside the delta (OpenRouter).</summary>
    public bool HasError;

    /// <summary>It came as a <c>delta</c>; else as a whole <c>message</c>, in which each entry is a call of its own.</summary>
    public bool IsDelta;
    public int Index;

    public readonly bool HasCalls => CallCount > 0 || !FunctionCall.IsEmpty;

    /// <summary>Something that may become text of the answer.</summary>
    public readonly bool HasText => !Content.IsEmpty || !ContentParts.IsEmpty || !AudioTranscript.IsEmpty || !Refusal.IsEmpty;

    /// <summary>It adds to the answer, calls apart; texts and lists of no length do not.</summary>
    public readonly bool IsNews =>
        !Content.IsEmpty || !Refusal.IsEmpty || !Reasoning.IsEmpty || !AudioTranscript.IsEmpty || FunctionCall.IsNews
        || ContentParts.Length > EmptyList || ReasoningDetails.Length > EmptyList || Annotations.Length > EmptyList || Images.Length > EmptyList;

    /// <summary>Adds what it says to what was said.</summary>
    public readonly void Count(ReadOnlySpan<byte> json, List<CallPiece> calls, ref SpokenText spoken)
    {
        spoken.Add(Content.Of(json));
        spoken.AddParts(ContentParts.Of(json));
        spoken.Add(Refusal.Of(json));
        spoken.AddThought(Reasoning.Of(json));
        spoken.AddThoughts(ReasoningDetails.Of(json));
        for (int i = FirstCall; i < FirstCall + CallCount; i++)
        {
            spoken.AddArguments(calls[i].Arguments.Of(json));
            spoken.AddArguments(calls[i].CustomInput.Of(json));
        }

        if (CallCount == 0)
        {
            spoken.AddArguments(FunctionCall.Arguments.Of(json));
        }
    }

    private Slice _otherReasoning;
    private Slice _thinking;

    /// <summary>Takes the object that the reader stands on.</summary>
    public void Read(ref ChatJson reader, List<CallPiece> calls)
    {
        int start = reader.Start;
        while (reader.NextMember())
        {
            ReadMember(ref reader, calls);
        }

        Whole = new Slice(start, reader.End - start);

        // The same thought may come under two names; one of them is enough.
        Reasoning = !Reasoning.IsEmpty ? Reasoning : !_otherReasoning.IsEmpty ? _otherReasoning : _thinking;
    }

    private void ReadMember(ref ChatJson reader, List<CallPiece> calls)
    {
        if (reader.NameIs("delta"u8))
        {
            ReadMessage(ref reader, calls, isDelta: true);
        }
        else if (reader.NameIs("message"u8))
        {
            ReadMessage(ref reader, calls, isDelta: false);
        }
        else if (reader.NameIs("index"u8))
        {
            Index = reader.Number() ?? 0;
        }
        else if (reader.NameIs("error"u8))
        {
            HasError = !reader.Value(JsonTokenType.StartObject).IsEmpty;
        }
        else if (reader.NameIs("finish_reason"u8))
        {
            FinishReason = reader.Text();
        }
        else if (reader.NameIs("stop_reason"u8) || reader.NameIs("matched_stop"u8) || reader.NameIs("stopping_word"u8))
        {
            // vLLM, SGLang and llama.cpp; a number is a token id and says nothing to the client.
            Slice stop = reader.Text();
            MatchedStop = stop.IsEmpty ? MatchedStop : stop;
        }
        else if (reader.NameIs("usage"u8))
        {
            Usage = reader.Value(JsonTokenType.StartObject);
        }
        else
        {
            reader.Skip();
        }
    }

    private void ReadMessage(ref ChatJson reader, List<CallPiece> calls, bool isDelta)
    {
        // Perplexity sends both, and the message repeats what the deltas said before.
        if (IsDelta && !isDelta)
        {
            reader.Skip();
            return;
        }

        if (!reader.EnterObject())
        {
            return;
        }

        IsDelta = isDelta;
        Content = ContentParts = Refusal = Reasoning = ReasoningDetails = Annotations = AudioTranscript = Images = _otherReasoning = _thinking = default;
        FunctionCall = default;
        ForgetCalls(calls);
        while (reader.NextMember())
        {
            ReadMessageMember(ref reader, calls);
        }
    }

    private void ReadMessageMember(ref ChatJson reader, List<CallPiece> calls)
    {
        if (reader.NameIs("content"u8))
        {
            ReadContent(reader.Value(), reader.Json);
        }
        else if (reader.NameIs("tool_calls"u8))
        {
            ReadCalls(ref reader, calls);
        }
        else if (reader.NameIs("reasoning_content"u8))
        {
            Reasoning = reader.Text();
        }
        else if (reader.NameIs("reasoning"u8))
        {
            _otherReasoning = reader.Text();
        }
        else if (reader.NameIs("thinking"u8) || reader.NameIs("reasoning_text"u8))
        {
            _thinking = reader.Text();
        }
        else if (reader.NameIs("reasoning_details"u8))
        {
            ReasoningDetails = reader.Value(JsonTokenType.StartArray);
        }
        else if (reader.NameIs("refusal"u8))
        {
            Refusal = reader.Text();
        }
        else if (reader.NameIs("function_call"u8))
        {
            FunctionCall = new CallPiece { Index = CallPiece.LegacyIndex };
            FunctionCall.ReadFunction(ref reader);
        }
        else if (reader.NameIs("annotations"u8))
        {
            Annotations = reader.Value(JsonTokenType.StartArray);
        }
        else if (reader.NameIs("images"u8))
        {
            Images = reader.Value(JsonTokenType.StartArray);
        }
        else if (reader.NameIs("audio"u8))
        {
            Slice transcript = reader.Find(reader.Value(JsonTokenType.StartObject), "transcript"u8);
            AudioTranscript = transcript.Length >= 2 && reader.Json[transcript.Start] == '"' ? new Slice(transcript.Start + 1, transcript.Length - 2) : default;
        }
        else
        {
            reader.Skip();
        }
    }

    private void ReadContent(Slice value, ReadOnlySpan<byte> json)
    {
        if (!value.IsEmpty && json[value.Start] == '"')
        {
            Content = new Slice(value.Start + 1, value.Length - 2);
        }
        else if (!value.IsEmpty && json[value.Start] == '[')
        {
            ContentParts = value;
        }
    }

    private void ReadCalls(ref ChatJson reader, List<CallPiece> calls)
    {
        ForgetCalls(calls);
        if (!reader.EnterArray())
        {
            return;
        }

        while (reader.NextItem())
        {
            if (reader.IsObject)
            {
                CallPiece call = default;
                call.Read(ref reader);
                calls.Add(call);
                CallCount++;
            }
            else
            {
                reader.SkipItem();
            }
        }
    }

    private void ForgetCalls(List<CallPiece> calls)
    {
        calls.RemoveRange(FirstCall, CallCount);
        CallCount = 0;
    }
}
