using System.Runtime.InteropServices;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>Tells what a choice says as the blocks it becomes: reasoning, text, refusal, sources, calls, in this order.</summary>
internal sealed class ChatChoiceReader : IDisposable
{
    private readonly ChatBlocks _blocks;
    private readonly ReasoningReader _reasoning;
    private readonly ChatText _text;
    private readonly ToolCallTracker _calls;
    private readonly AnnotationReader _sources;
    private readonly WellFormedText _wholeText = new();
    private readonly WellFormedText _wholeRefusal = new();
    private bool _hasCalls;

    public ChatChoiceReader(ChatBlocks blocks, AnswerContext context)
    {
        _blocks = blocks;
        _reasoning = new ReasoningReader(blocks, context);
        _text = new ChatText(blocks, _reasoning, context);

        // A whole body is written at the end anyway, and a repair that sees all arguments can do more.
        _calls = new ToolCallTracker(blocks, _reasoning, new CallNames(context), holdArguments: !context.Streaming);
        _sources = new AnnotationReader(blocks, context);
    }

    /// <summary>The stop sequence that was found in the text; nothing after it counts.</summary>
    public string? MatchedStop => _text.MatchedStop;

    /// <summary>The model said that it will not answer.</summary>
    public bool Refused { get; private set; }

    /// <summary>It has said something that a person could read.</summary>
    public bool HasText { get; private set; }

    public ToolCallTracker Calls => _calls;

    public void Add(ReadOnlySpan<byte> json, in ChatChoice choice, List<CallPiece> calls)
    {
        bool hasDetails = _reasoning.AddDetails(choice.ReasoningDetails.Of(json), arePieces: choice.IsDelta);
        if (!hasDetails)
        {
            AddReasoning(choice.Reasoning.Of(json));
        }

        _sources.AddSearch(choice.Annotations.Of(json));
        AddText(choice.Content.Of(json));
        ReadParts(choice.ContentParts.Of(json), thinking: !hasDetails && choice.Reasoning.IsEmpty);
        if (choice.Content.IsEmpty && choice.ContentParts.IsEmpty)
        {
            AddText(choice.AudioTranscript.Of(json));
        }

        AddImages(choice.Images.Of(json));
        AddRefusal(choice.Refusal.Of(json));
        _sources.AddCitations(choice.Annotations.Of(json));
        if (MatchedStop is null && choice.HasCalls)
        {
            Flush();
            _hasCalls |= choice.CallCount > 0;
            _calls.Add(json, CollectionsMarshal.AsSpan(calls).Slice(choice.FirstCall, choice.CallCount), choice.IsDelta);
            if (!_hasCalls)
            {
                // Some servers say a call in the older form, too: it would be run twice.
                _calls.Add(json, [choice.FunctionCall], isDelta: true);
            }
        }
    }

    /// <summary>The answer is over, perhaps <paramref name="cut"/> short: what waited goes out, and everything is closed.</summary>
    public void End(bool cut)
    {
        _reasoning.Flush();
        _text.Add(_wholeText.Flush());
        _text.End(cut);
        SayRefusal(_wholeRefusal.Flush());
        _blocks.CloseCurrent();
        _calls.End();
        _blocks.CloseCurrent();
    }

    public void Dispose()
    {
        _text.Dispose();
        _wholeText.Dispose();
        _wholeRefusal.Dispose();
        _reasoning.Dispose();
        _calls.Dispose();
    }

    /// <summary>Something else follows: what was held back goes out.</summary>
    public void Flush()
    {
        FlushText();
        SayRefusal(_wholeRefusal.Flush());
    }

    private void FlushText()
    {
        _reasoning.Flush();
        _text.Add(_wholeText.Flush());
        _text.Flush();
    }

    private void SayRefusal(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.IsEmpty)
        {
            _blocks.Say(BlockKind.Refusal, escaped);
        }
    }

    /// <param name="escaped">More of a thought.</param>
    public void AddReasoning(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.IsEmpty)
        {
            _text.Add(_wholeText.Flush());
            _reasoning.AddField(escaped);
        }
    }

    public void AddText(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.IsEmpty)
        {
            HasText |= !escaped.Trim(" "u8).IsEmpty;
            _reasoning.Flush();
            SayRefusal(_wholeRefusal.Flush());
            _text.Add(_wholeText.Next(escaped));
        }
    }

    public void AddRefusal(ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        Refused = true;
        if (MatchedStop is null)
        {
            FlushText();
            SayRefusal(_wholeRefusal.Next(escaped));
        }
    }

    /// <summary>Content as a list of parts (Mistral and some proxies).</summary>
    private void ReadParts(ReadOnlySpan<byte> parts, bool thinking)
    {
        JsonItems items = new(parts);
        while (items.MoveNext())
        {
            ReadOnlySpan<byte> part = items.Value;
            if (JsonFields.FindByName(part, "type"u8).SequenceEqual("\"thinking\""u8))
            {
                ReadThinkingPart(thinking ? JsonFields.FindByName(part, "thinking"u8) : []);
                continue;
            }

            AddImage(part);
            AddText(JsonRaw.Text(part));
            AddText(JsonRaw.Text(JsonFields.FindByName(part, "text"u8)));
            AddRefusal(JsonRaw.Text(JsonFields.FindByName(part, "refusal"u8)));
        }
    }

    private void AddImages(ReadOnlySpan<byte> images)
    {
        JsonItems items = new(images);
        while (items.MoveNext())
        {
            AddImage(items.Value);
        }
    }

    /// <summary>What it said is an answer although it ended so.</summary>
    public bool IsUsable(FinishKind finish) => FinishReasons.IsUsable(finish, Calls.AreWhole, HasText || Refused);

    /// <summary>What keeps the answer from being one; null for an answer.</summary>
    public GatewayError? Flaw(FinishKind finish) =>
        Calls.HasLost ? GatewayError.Api("The arguments of the model's tool call are no JSON. Please try again.")
        : finish == FinishKind.None && Calls.HasCut ? GatewayError.Api("The upstream ended inside a tool call. Please try again.")
        : IsUsable(finish) ? null
        : FinishReasons.Failure(finish);

    /// <summary>Messages has no images in answers, so one that the model made is said as Markdown says it: an answer without it would be empty.</summary>
    private void AddImage(ReadOnlySpan<byte> part)
    {
        ReadOnlySpan<byte> image = JsonFields.FindByName(part, "image_url"u8);
        ReadOnlySpan<byte> url = JsonRaw.Text(JsonRaw.IsText(image) ? image : JsonFields.FindByName(image, "url"u8));
        if (!url.IsEmpty)
        {
            AddText(_blocks.CurrentText >= 0 ? "\\n\\n"u8 : []);
            AddText("![image]("u8);
            AddText(url);
            AddText(")"u8);
        }
    }

    /// <summary>Magistral: a list of texts inside the part.</summary>
    private void ReadThinkingPart(ReadOnlySpan<byte> thinking)
    {
        AddReasoning(JsonRaw.Text(thinking));
        JsonItems items = new(thinking);
        while (items.MoveNext())
        {
            AddReasoning(JsonRaw.Text(JsonFields.FindByName(items.Value, "text"u8)));
        }
    }
}
