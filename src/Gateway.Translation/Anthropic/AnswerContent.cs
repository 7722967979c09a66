using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Anthropic;

/// <summary>
/// Reads the choices of chunks, and of whole answers: reasoning, text and calls go to the client in this order, how the
/// answer ended is remembered.
/// </summary>
internal sealed class AnswerContent : IDisposable
{
    private readonly ChatExchange _exchange;
    private readonly ContentSegments _segments;
    private readonly ReasoningOutput _reasoning;
    private readonly TextOutput _text;
    private readonly ToolCallDeltas _calls;
    private readonly WebSearchOutput _search;
    private readonly PooledBuffer _refusal = new(64);
    private string? _stopSequence;

    public AnswerContent(ContentSegments segments, ChatExchange exchange, string messageId)
    {
        _exchange = exchange;
        _segments = segments;
        _reasoning = new ReasoningOutput(segments, exchange);
        _text = new TextOutput(segments, _reasoning, exchange);
        _calls = new ToolCallDeltas(segments, _reasoning);
        _search = new WebSearchOutput(segments, exchange, messageId);
    }

    /// <summary>How the upstream said that it ended; it may go on all the same.</summary>
    public FinishKind Finish { get; private set; }

    /// <summary>Usage that stood inside a choice (Kimi).</summary>
    public TokenUsage? Usage { get; private set; }

    /// <summary>A stop sequence was found here: nothing after it may reach the client.</summary>
    public bool Stopped => _text.MatchedStop is not null;

    /// <param name="choices">The array of choices.</param>
    /// <param name="whole">It is a whole answer, so that each entry of a list is complete.</param>
    public void Read(ReadOnlySpan<byte> choices, bool whole)
    {
        Utf8JsonReader reader = new(choices, JsonFormat.ReaderOptions);
        reader.Read();
        while (!Stopped && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            bool isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            if (isObject)
            {
                ReadChoice(ChatChoice.Parse(choices[start..(int)reader.BytesConsumed]), whole);
            }
        }
    }

    /// <summary>Sends on what waited, and says how the message ended.</summary>
    public MessageEnd End(Func<TokenUsage> usage)
    {
        _text.Flush();
        _segments.End();
        string? stop = _text.MatchedStop ?? _stopSequence;
        string reason = StopReasons.ToAnthropic(Stopped ? FinishKind.Stop : Finish, _segments.HasCalls, _refusal.Length > 0, stop);
        return new MessageEnd(
            reason,
            reason == "stop_sequence" ? stop : null,
            _refusal.Length > 0 ? JsonUnescape.ToText(_refusal.Span) : null,
            usage(),
            _search.Count);
    }

    public void Dispose()
    {
        _calls.Dispose();
        _text.Dispose();
        _refusal.Dispose();
    }

    private void ReadChoice(ChatChoice choice, bool whole)
    {
        Usage = choice.Usage.IsEmpty ? Usage : ChatUsage.Read(choice.Usage) ?? Usage;
        if (!_reasoning.AddDetails(choice.ReasoningDetails))
        {
            _reasoning.Add(choice.Reasoning);
        }

        _search.AddResults(choice.Annotations);
        _text.Add(choice.Content);
        ReadParts(choice.ContentParts);
        if (choice.Content.IsEmpty && choice.ContentParts.IsEmpty)
        {
            _text.Add(choice.AudioTranscript);
        }

        ReadRefusal(choice.Refusal);
        _search.AddCitations(choice.Annotations);
        if (Stopped)
        {
            return;
        }

        if (choice.ToolCalls.Length > 2 || !choice.FunctionCall.IsEmpty)
        {
            _text.Flush();
            _calls.Add(choice.ToolCalls, whole);
            _calls.AddLegacy(choice.FunctionCall);
        }

        ReadFinish(choice);
    }

    private void ReadParts(ReadOnlySpan<byte> parts)
    {
        if (parts.IsEmpty)
        {
            return;
        }

        Utf8JsonReader reader = new(parts, JsonFormat.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            ReadOnlySpan<byte> part = parts[start..(int)reader.BytesConsumed];
            if (ChatChunk.Find(part, "type"u8).SequenceEqual("\"thinking\""u8))
            {
                // Magistral: a list of texts inside a part.
                ReadThinkingPart(ChatChunk.Find(part, "thinking"u8));
                continue;
            }

            ReadRefusal(ChatChoice.Inner(ChatChunk.Find(part, "refusal"u8)));
            _text.Add(ChatChoice.Inner(ChatChunk.Find(part, "text"u8)));
        }
    }

    private void ReadThinkingPart(ReadOnlySpan<byte> thinking)
    {
        _reasoning.Add(ChatChoice.Inner(thinking));
        if (thinking.IsEmpty || thinking[0] != '[')
        {
            return;
        }

        Utf8JsonReader reader = new(thinking, JsonFormat.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            _reasoning.Add(ChatChoice.Inner(ChatChunk.Find(thinking[start..(int)reader.BytesConsumed], "text"u8)));
        }
    }

    private void ReadRefusal(ReadOnlySpan<byte> refusal)
    {
        _refusal.Append(refusal);
        _text.Add(refusal);
    }

    private void ReadFinish(ChatChoice choice)
    {
        // Of several choices the first counts, save that a call in any of them makes the whole answer one.
        FinishKind finish = StopReasons.Read(choice.FinishReason);
        bool counts = finish == FinishKind.Tools || choice.Index == 0 || Finish == FinishKind.None;
        if (finish != FinishKind.None && Finish != FinishKind.Tools && counts)
        {
            Finish = finish;
        }

        if (!choice.MatchedStop.IsEmpty && JsonUnescape.ToText(choice.MatchedStop) is { } stop && _exchange.StopSequences.Contains(stop))
        {
            _stopSequence = stop;
        }
    }
}
