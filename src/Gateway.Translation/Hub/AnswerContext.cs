using Gateway.Translation.Errors;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Hub;

/// <summary>
/// What an answer's translation must remember of its request, in every direction. Who reads the upstream takes what is
/// said of the upstream, who writes for the client what the client wants; what nobody says is at a value that does nothing.
/// </summary>
public sealed record AnswerContext
{
    private static readonly Dictionary<string, string> s_noNames = [];
    private static readonly Dictionary<string, IReadOnlyDictionary<string, string>> s_noProperties = [];
    private static readonly HashSet<string> s_noTools = [];

    /// <summary>The model as the client named it: it takes the place of the upstream's name.</summary>
    public required string Model { get; init; }

    /// <summary>The model as the upstream was asked for it.</summary>
    public string UpstreamModel { get; init; } = "";

    /// <summary>The id of an answer that the gateway writes itself; one that it relays has the upstream's.</summary>
    public string Id { get; init; } = "";

    /// <summary>Seconds since 1970, for Chat.</summary>
    public long Created { get; init; }

    /// <summary>The client waits for a stream, and not for one body.</summary>
    public bool Streaming { get; init; }

    /// <summary>Goes into the error events of a relayed message.</summary>
    public string? RequestId { get; init; }

    /// <summary>What the model at the upstream accepts and leaves out.</summary>
    public Profile Profile { get; init; } = Profile.Default;

    /// <summary>Where reasoning comes from: it may be replayed there, and nowhere else.</summary>
    public string SignatureOrigin { get; init; } = "";

    /// <summary>Names that were shortened on the way, back to the client's own.</summary>
    public IReadOnlyDictionary<string, string> ToolNames { get; init; } = s_noNames;

    /// <summary>The tools that the upstream was offered, under the names it was told.</summary>
    public IReadOnlySet<string> OfferedTools { get; init; } = s_noTools;

    /// <summary>By tool: names of properties that were changed on the way, back to the client's own.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> PropertyNames { get; init; } = s_noProperties;

    /// <summary>Tools that the client declared as <c>custom</c>: their input is text, not JSON.</summary>
    public IReadOnlySet<string> CustomTools { get; init; } = s_noTools;

    /// <summary>The JSON that was asked for comes as the input of a tool, because the model has no structured output.</summary>
    public bool JsonTool { get; init; }

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

    /// <summary>The client wants its Chat stream to end with a chunk that holds the usage.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>The gateway asked the upstream for that chunk, the client did not: a relay keeps it back.</summary>
    public bool SwallowUsage { get; init; }

    /// <summary>What a client of Responses wants to find in its answer.</summary>
    internal ResponseWish Wish { get; init; } = ResponseWish.None;

    /// <summary>What was repaired in the answer is told there, beside what the request's translation did.</summary>
    public TranslationReport Report { get; init; } = new();

    /// <summary>Takes out of errors what must not reach the client.</summary>
    public Redactor Redactor { get; init; } = new();

    /// <summary>How much output the client allowed.</summary>
    public OutputLimits Output { get; init; }

    /// <summary>Quick estimate of the input tokens, until the upstream has said.</summary>
    public long EstimatedInput { get; init; }

    /// <summary>The better and dearer estimate, made only when an answer has come without usage.</summary>
    public Lazy<long>? CountedInput { get; init; }

    /// <summary>Tokens that the model takes, as far as the operator said.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>For errors that speak of the request's length without saying it.</summary>
    public RequestSize? Size => CountedInput is { } counted ? new RequestSize(counted, ContextWindow) : null;
}
