using Gateway.Translation.Errors;
using Gateway.Translation.Hub;

namespace Gateway.Translation.MessagesToChat;

/// <summary>What the answer's translation must remember of the request.</summary>
public sealed record ChatExchange(ChatUpstream Target, TranslationReport Report)
{
    /// <summary>Names that were shortened on the way, back to the client's own.</summary>
    public required IReadOnlyDictionary<string, string> ToolNames { get; init; }

    /// <summary>The client asked for thinking, so reasoning is shown to it.</summary>
    public bool ThinkingWanted { get; init; }

    /// <summary><c>thinking.display: omitted</c>: the signature alone carries the text.</summary>
    public bool ThinkingOmitted { get; init; }

    /// <summary>The client's stop sequences, to report which one matched.</summary>
    public IReadOnlyList<string> StopSequences { get; init; } = [];

    /// <summary>The upstream does not know (all of) the stop sequences: they are looked for in its text.</summary>
    public bool EnforceStops { get; init; }

    /// <summary>The request carried a web_search tool: citations are shown as its results.</summary>
    public bool WebSearchOffered { get; init; }

    /// <summary>What the search was for, as far as anyone can tell: the end of the last user text.</summary>
    public string SearchQuery { get; init; } = "web search";

    /// <summary>Takes out of errors what must not reach the client.</summary>
    public Redactor Redactor { get; init; } = new();

    /// <summary>Quick estimate for message_start, which comes before the upstream's own number.</summary>
    public long EstimatedInputTokens { get; init; }

    /// <summary>The better and dearer estimate, made only when an answer has come without usage.</summary>
    public Lazy<long>? CountedInputTokens { get; init; }

    /// <summary>Tokens that the model takes, as far as the operator said.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>For errors that speak of the request's length without saying it.</summary>
    public RequestSize? Size => CountedInputTokens is { } counted ? new RequestSize(counted, ContextWindow) : null;

    /// <summary>What the answer takes over.</summary>
    /// <param name="id">The id that the client sees, different for each answer.</param>
    /// <param name="streaming">Whether the client gets events or one body.</param>
    public AnswerContext ToContext(string id, bool streaming) => new()
    {
        Id = id,
        Streaming = streaming,
        Model = Target.RequestedModel,
        Profile = Target.Profile,
        SignatureOrigin = Target.SignatureOrigin,
        Tools = new ClientTools { Names = ToolNames },
        ThinkingWanted = ThinkingWanted,
        ThinkingOmitted = ThinkingOmitted,
        StopSequences = StopSequences,
        EnforceStops = EnforceStops,
        WebSearchOffered = WebSearchOffered,
        SearchQuery = SearchQuery,
        Redactor = Redactor,
        EstimatedInput = EstimatedInputTokens,
        CountedInput = CountedInputTokens,
        ContextWindow = ContextWindow,
    };
}
