using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>Hands what a choice says to the blocks it becomes: reasoning, text, refusal, sources, calls, in this order.</summary>
internal sealed class ChatChoiceReader : IDisposable
{
    private readonly BlockQueue _queue;
    private readonly ReasoningReader _reasoning;
    private readonly StopSequenceFilter _stops;
    private readonly ThinkTagFilter _text;
    private readonly ToolCallTracker _calls;
    private readonly AnnotationReader _search;
    private readonly WellFormedText _wholeText = new();
    private readonly PooledBuffer _refusal = new(64);

    public ChatChoiceReader(BlockQueue queue, AnswerContext context)
    {
        _queue = queue;
        _reasoning = new ReasoningReader(queue, context);
        _stops = new StopSequenceFilter(queue, context);
        _text = new ThinkTagFilter(_stops, _reasoning, context.Profile.InlineThink);
        _calls = new ToolCallTracker(queue, _reasoning);
        _search = new AnnotationReader(queue, context);
    }

    /// <summary>The stop sequence that was found in the text; nothing after it counts.</summary>
    public string? MatchedStop => _stops.MatchedStop;

    public bool Refused => _refusal.Length > 0;

    /// <summary>What the model said when it refused.</summary>
    public string? Refusal => Refused ? JsonUnescape.ToText(_refusal.Span) : null;

    public int? WebSearches => _search.Count;

    public void Add(ChatChoice choice)
    {
        bool hasDetails = _reasoning.AddDetails(choice.ReasoningDetails);
        if (!hasDetails)
        {
            AddReasoning(choice.Reasoning);
        }

        _search.AddResults(choice.Annotations);
        AddText(choice.Content);
        ReadParts(choice.ContentParts, thinking: !hasDetails && choice.Reasoning.IsEmpty);
        if (choice.Content.IsEmpty && choice.ContentParts.IsEmpty)
        {
            AddText(choice.AudioTranscript);
        }

        AddRefusal(choice.Refusal);
        _search.AddCitations(choice.Annotations);
        if (MatchedStop is null && (choice.ToolCalls.Length > 2 || !choice.FunctionCall.IsEmpty))
        {
            Flush();
            _calls.Add(choice.ToolCalls, choice.IsMessage);
            _calls.AddLegacy(choice.FunctionCall);
        }
    }

    /// <summary>The answer is over: what waited goes out.</summary>
    public void End()
    {
        Flush();
        _queue.End();
    }

    public void Dispose()
    {
        _text.Dispose();
        _stops.Dispose();
        _wholeText.Dispose();
        _reasoning.Dispose();
        _refusal.Dispose();
    }

    private void Flush()
    {
        _reasoning.Flush();
        _text.Add(_wholeText.Flush());
        _text.Flush();
    }

    private void AddReasoning(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.IsEmpty)
        {
            _text.Add(_wholeText.Flush());
            _reasoning.Add(escaped);
        }
    }

    private void AddText(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.IsEmpty)
        {
            _reasoning.Flush();
            _text.Add(_wholeText.Next(escaped));
        }
    }

    private void AddRefusal(ReadOnlySpan<byte> refusal)
    {
        _refusal.Append(refusal);
        AddText(refusal);
    }

    /// <summary>Content as a list of parts (Mistral and some proxies).</summary>
    private void ReadParts(ReadOnlySpan<byte> parts, bool thinking)
    {
        JsonItems items = new(parts);
        while (items.MoveNext())
        {
            ReadOnlySpan<byte> part = items.Value;
            if (ChatChunk.Find(part, "type"u8).SequenceEqual("\"thinking\""u8))
            {
                ReadThinkingPart(thinking ? ChatChunk.Find(part, "thinking"u8) : []);
                continue;
            }

            AddText(ChatChoice.Inner(part));
            AddText(ChatChoice.Inner(ChatChunk.Find(part, "text"u8)));
            AddRefusal(ChatChoice.Inner(ChatChunk.Find(part, "refusal"u8)));
        }
    }

    /// <summary>Magistral: a list of texts inside the part.</summary>
    private void ReadThinkingPart(ReadOnlySpan<byte> thinking)
    {
        AddReasoning(ChatChoice.Inner(thinking));
        JsonItems items = new(thinking);
        while (items.MoveNext())
        {
            AddReasoning(ChatChoice.Inner(ChatChunk.Find(items.Value, "text"u8)));
        }
    }
}
