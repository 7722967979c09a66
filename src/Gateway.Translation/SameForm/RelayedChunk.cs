using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.SameForm;

/// <summary>What the relay must know of one chunk, found in a single pass. Throws <see cref="JsonException"/>.</summary>
internal ref struct RelayedChunk
{
    /// <summary>Where the value of <c>model</c> begins, and its length; zero when there is none.</summary>
    public (int Start, int Length) Model;

    /// <summary>Null or missing is empty.</summary>
    public ReadOnlySpan<byte> Error;

    /// <summary>The chunk's usage object; empty when null or missing.</summary>
    public ReadOnlySpan<byte> Usage;

    /// <summary>Usage in the places where Groq and Kimi put it.</summary>
    public ReadOnlySpan<byte> OtherUsage;

    public bool HasChoices;

    /// <summary>The whole object is an error, as vLLM says it.</summary>
    public bool IsErrorObject;

    /// <summary>It says something beside what every chunk says of itself.</summary>
    public bool HasMore;

    public bool IsFinished;

    /// <summary>Why, without its quotes; of several choices the last.</summary>
    public ReadOnlySpan<byte> Finish;

    /// <summary>A choice says all of its message, and not what is new of it.</summary>
    public bool HasMessage;

    /// <summary>A delta adds to the answer: it holds a text that has a length, and not only the names of its parts.</summary>
    public bool IsNews;

    /// <summary>How long the deltas are, or the messages of a whole answer.</summary>
    public int DeltaLength;

    /// <summary>The JSON string, or whatever stands there.</summary>
    public ReadOnlySpan<byte> ServiceTier;

    /// <param name="chunk">One object.</param>
    public static RelayedChunk Read(ReadOnlySpan<byte> chunk)
    {
        SpokenText unheard = default;
        return Read(chunk, ref unheard);
    }

    /// <param name="chunk">One object.</param>
    /// <param name="spoken">Takes what it says.</param>
    public static RelayedChunk Read(ReadOnlySpan<byte> chunk, scoped ref SpokenText spoken)
    {
        RelayedChunk found = default;
        Utf8JsonReader json = new(chunk, JsonFormat.ReaderOptions);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return found;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = json.ValueSpan;
            json.Read();
            if (name.SequenceEqual("choices"u8) && json.TokenType == JsonTokenType.StartArray)
            {
                found.ReadChoices(ref json, chunk, ref spoken);
                continue;
            }

            int start = (int)json.TokenStartIndex;
            bool isNull = json.TokenType == JsonTokenType.Null;
            bool isObject = json.TokenType == JsonTokenType.StartObject;
            json.Skip();
            ReadOnlySpan<byte> value = chunk[start..(int)json.BytesConsumed];
            if (name.SequenceEqual("model"u8))
            {
                found.Model = (start, value.Length);
            }
            else if (name.SequenceEqual("error"u8) && !isNull)
            {
                found.Error = value;
            }
            else if (name.SequenceEqual("object"u8))
            {
                found.IsErrorObject |= value.SequenceEqual("\"error\""u8);
            }
            else if (name.SequenceEqual("base_resp"u8) && isObject)
            {
                found.IsErrorObject |= BaseResp.IsFailure(value);
            }
            else if (name.SequenceEqual("usage"u8) && isObject)
            {
                found.Usage = value;
            }
            else if (name.SequenceEqual("x_groq"u8) && isObject)
            {
                found.OtherUsage = JsonFields.Find(value, "usage"u8);
                found.HasMore = true;
            }
            else if (name.SequenceEqual("service_tier"u8))
            {
                found.ServiceTier = value;
            }
            else if (!name.SequenceEqual("id"u8) && !name.SequenceEqual("created"u8) && !name.SequenceEqual("system_fingerprint"u8))
            {
                found.HasMore = true;
            }
        }

        // Some servers say beside every good answer that there was no error, member by member.
        found.Error = found.HasChoices && JsonRaw.SaysNothing(found.Error) ? [] : found.Error;
        return found;
    }

    private void ReadChoices(ref Utf8JsonReader json, ReadOnlySpan<byte> chunk, scoped ref SpokenText spoken)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            HasChoices = true;
            if (json.TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
                continue;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                ReadOnlySpan<byte> name = json.ValueSpan;
                json.Read();
                int start = (int)json.TokenStartIndex;
                bool isObject = json.TokenType == JsonTokenType.StartObject;
                if (name.SequenceEqual("finish_reason"u8) && json.TokenType == JsonTokenType.String)
                {
                    IsFinished = true;
                    Finish = json.ValueSpan;
                }

                if (isObject && (name.SequenceEqual("delta"u8) || name.SequenceEqual("message"u8)))
                {
                    HasMessage |= name.Length == "message".Length;
                    IsNews |= ReadMessage(ref json, chunk, ref spoken);
                    DeltaLength += (int)json.BytesConsumed - start;
                    continue;
                }

                json.Skip();
                if (isObject && name.SequenceEqual("usage"u8))
                {
                    OtherUsage = chunk[start..(int)json.BytesConsumed];
                }
            }
        }
    }

    /// <summary>Reads to the end of the object that it stands on. True when a text in it has a length.</summary>
    private static bool ReadMessage(ref Utf8JsonReader json, ReadOnlySpan<byte> chunk, scoped ref SpokenText spoken)
    {
        bool holds = false;
        bool hasCalls = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = json.ValueSpan;
            json.Read();
            int start = (int)json.TokenStartIndex;
            bool isLabel = name.SequenceEqual("role"u8) || name.SequenceEqual("type"u8);
            bool text = HoldsText(ref json) && !isLabel;
            holds |= text;
            if (text)
            {
                ReadOnlySpan<byte> value = chunk[start..(int)json.BytesConsumed];
                hasCalls |= name.SequenceEqual("tool_calls"u8);
                Count(name, value, hasCalls, ref spoken);
            }
        }

        return holds;
    }

    private static void Count(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool hasCalls, scoped ref SpokenText spoken)
    {
        if (name.SequenceEqual("content"u8))
        {
            spoken.Add(JsonRaw.Text(value));
            spoken.AddParts(value);
        }
        else if (name.SequenceEqual("refusal"u8))
        {
            spoken.Add(JsonRaw.Text(value));
        }
        else if (name.SequenceEqual("reasoning_content"u8) || name.SequenceEqual("reasoning"u8) || name.SequenceEqual("reasoning_text"u8) || name.SequenceEqual("thinking"u8))
        {
            spoken.AddThought(name, JsonRaw.Text(value));
        }
        else if (name.SequenceEqual("reasoning_details"u8))
        {
            spoken.AddThoughts(value);
        }
        else if (name.SequenceEqual("tool_calls"u8))
        {
            JsonItems calls = new(value);
            while (calls.MoveNext())
            {
                spoken.AddArguments(JsonFields.Find(JsonFields.Find(calls.Value, "function"u8), "arguments"u8));
                spoken.AddArguments(JsonFields.Find(JsonFields.Find(calls.Value, "custom"u8), "input"u8));
            }
        }
        else if (name.SequenceEqual("function_call"u8) && !hasCalls)
        {
            spoken.AddArguments(JsonFields.Find(value, "arguments"u8));
        }
    }

    /// <summary>Reads the value that it stands on to its end.</summary>
    private static bool HoldsText(ref Utf8JsonReader json)
    {
        if (json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return json.TokenType == JsonTokenType.String && json.ValueSpan.Length > 0;
        }

        int depth = json.CurrentDepth;
        bool holds = false;
        bool isLabel = false;
        while (json.Read() && json.CurrentDepth > depth)
        {
            if (json.TokenType == JsonTokenType.PropertyName)
            {
                isLabel = json.ValueSpan.SequenceEqual("role"u8) || json.ValueSpan.SequenceEqual("type"u8);
            }
            else
            {
                holds |= !isLabel && json.TokenType == JsonTokenType.String && json.ValueSpan.Length > 0;
            }
        }

        return holds;
    }
}
