using Gateway.Translation.Errors;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Hub;

/// <summary>What the translation of an answer must know of its request, of the client and of the upstream.</summary>
public sealed record AnswerContext
{
    /// <summary>The model as the client named it, and is told.</summary>
    public required string Model { get; init; }

    /// <summary>The id that the client sees; where its form has the upstream's, only when that gave none.</summary>
    public required string Id { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public long Created { get; init; }

    /// <summary>Whether the client gets a stream or one body; the upstream may answer in either way.</summary>
    public bool Streaming { get; init; }

    /// <summary>A Chat client gets a last chunk that holds the usage.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>Tools whose calls the client must not see as the upstream makes them.</summary>
    public ClientTools Tools { get; init; } = ClientTools.None;

    /// <summary>The client asked for thinking, so reasoning is shown to it.</summary>
    public bool ThinkingWanted { get; init; }

    /// <summary><c>thinking.display: omitted</c>: the signature alone carries the text.</summary>
    public bool ThinkingOmitted { get; init; }

    /// <summary>The client's stop sequences, to report which one matched.</summary>
    public IReadOnlyList<string> StopSequences { get; init; } = [];

    /// <summary>The upstream does not know (all of) the stop sequences: they are looked for in its text.</summary>
    public bool EnforceStops { get; init; }

    /// <summary>The request carried a web_search tool: what the upstream found is told as a search, not as sources of its text.</summary>
    public bool WebSearchOffered { get; init; }

    /// <summary>What the search was for, as far as anyone can tell: the end of the last user text.</summary>
    public string SearchQuery { get; init; } = "web search";

    /// <summary>What the upstream's model accepts and does.</summary>
    public Profile Profile { get; init; } = Profile.Default;

    /// <summary>Where reasoning was made: it may be brought back there, and nowhere else.</summary>
    public string SignatureOrigin { get; init; } = "";

    /// <summary>Takes out of errors what must not reach the client.</summary>
    public Redactor Redactor { get; init; } = new();

    /// <summary>Stands in for the input tokens until the upstream has said.</summary>
    public long EstimatedInput { get; init; }

    /// <summary>The better and dearer estimate, made only when an answer has come without usage.</summary>
    public Lazy<long>? CountedInput { get; init; }

    /// <summary>Tokens that the model takes, as far as the operator said.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>For errors that speak of the request's length without saying it.</summary>
    public RequestSize? Size => CountedInput is { } counted ? new RequestSize(counted, ContextWindow) : null;
}
