using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>
/// What translation reads of one chat chunk, or of a whole chat completion, found in a single pass: ranges of the
/// upstream's bytes, so that the order of members does not matter and nothing is decoded early. One instance is used for
/// all chunks of an answer.
/// </summary>
internal sealed class ChatChunk
{
    public Slice Error { get; private set; }

    public Slice Usage { get; private set; }

    public Slice ServiceTier { get; private set; }

    public Slice Model { get; private set; }

    public Slice MatchedStop { get; private set; }

    /// <summary>The whole object is an error, as vLLM and MiniMax say it, or an envelope of a number and words.</summary>
    public bool IsErrorObject => _isError || (_hasCode && _hasMessage && !HasChoices);

    /// <summary>There is at least one choice, of whatever kind.</summary>
    public bool HasChoices { get; private set; }

    private bool _isError;
    private bool _hasCode;
    private bool _hasMessage;

    public List<ChatChoice> Choices { get; } = new(1);

    /// <summary>The calls of all choices, in order.</summary>
    public List<CallPiece> Calls { get; } = new(1);

    /// <summary>It adds to the answer.</summary>
    public bool IsNews => Choices.Exists(static choice => choice.IsNews) || Calls.Exists(static call => call.IsNews);

    /// <summary>False when the bytes are no JSON object.</summary>
    public bool TryRead(ReadOnlySpan<byte> json)
    {
        Reset();
        try
        {
            ChatJson reader = new(json);
            if (!reader.EnterObject() || !JsonNames.Decode(json))
            {
                return false;
            }

            while (reader.NextMember())
            {
                ReadMember(ref reader);
            }

            // Some servers say beside every good answer that there was no error, member by member.
            Error = HasChoices && JsonRaw.SaysNothing(Error.Of(json)) ? default : Error;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Reset()
    {
        Error = Usage = ServiceTier = Model = MatchedStop = default;
        _isError = _hasCode = _hasMessage = false;
        ClearChoices();
    }

    private void ClearChoices()
    {
        HasChoices = false;
        Choices.Clear();
        Calls.Clear();
    }

    private void ReadMember(ref ChatJson reader)
    {
        if (reader.NameIs("choices"u8))
        {
            ReadChoices(ref reader);
        }
        else if (reader.NameIs("usage"u8))
        {
            Usage = reader.Value(JsonTokenType.StartObject);
        }
        else if (reader.NameIs("error"u8))
        {
            Error = reader.Value();
        }
        else if (reader.NameIs("x_groq"u8))
        {
            Slice groq = reader.Value(JsonTokenType.StartObject);
            Usage = Usage.IsEmpty ? reader.Find(groq, "usage"u8) : Usage;
        }
        else if (reader.NameIs("object"u8))
        {
            // By bytes: the reader's own comparison throws on half a surrogate pair.
            _isError |= reader.Text().Of(reader.Json).SequenceEqual("error"u8);
        }
        else if (reader.NameIs("base_resp"u8))
        {
            _isError |= BaseResp.IsFailure(reader.Value(JsonTokenType.StartObject).Of(reader.Json));
        }
        else if (reader.NameIs("code"u8) || reader.NameIs("error_code"u8))
        {
            _hasCode |= IsFailure(reader.Value().Of(reader.Json));
        }
        else if (reader.NameIs("message"u8) || reader.NameIs("msg"u8) || reader.NameIs("error_msg"u8))
        {
            _hasMessage |= !reader.Text().IsEmpty;
        }
        else if (reader.NameIs("service_tier"u8))
        {
            ServiceTier = reader.Text();
        }
        else if (reader.NameIs("model"u8))
        {
            Model = reader.Text();
        }
        else if (reader.NameIs("stopping_word"u8))
        {
            MatchedStop = reader.Text();
        }
        else
        {
            reader.Skip();
        }
    }

    private static bool IsFailure(ReadOnlySpan<byte> code) =>
        !code.IsEmpty && !code.SequenceEqual("0"u8) && !code.SequenceEqual("200"u8)
        && !code.SequenceEqual("\"0\""u8) && !code.SequenceEqual("\"200\""u8) && !code.SequenceEqual("\"\""u8);

    private void ReadChoices(ref ChatJson reader)
    {
        ClearChoices();
        if (!reader.EnterArray())
        {
            return;
        }

        while (reader.NextItem())
        {
            HasChoices = true;
            if (reader.IsObject)
            {
                ChatChoice choice = new() { FirstCall = Calls.Count };
                choice.Read(ref reader, Calls);
                Choices.Add(choice);
            }
            else
            {
                reader.SkipItem();
            }
        }
    }
}
