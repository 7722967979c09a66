using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>
/// How a request, or one attempt to answer it, ended. The place where it ended says so: reading from the upstream, or
/// writing to the client. Only that the gateway itself stops is an exception, the one of its own token, until the attempt that hears it ends.
/// </summary>
internal abstract record Outcome
{
    private protected Outcome()
    {
    }

    /// <summary>The upstream's own HTTP status; null when it never answered.</summary>
    public int? UpstreamStatus { get; init; }

    /// <summary>Why there is no answer, or not all of it; for operators, and without content. Null when there is one, or nobody was asked.</summary>
    public string? Reason { get; init; }

    /// <summary>The client has its whole answer.</summary>
    public sealed record Answered : Outcome;

    /// <summary>The client has the beginning of an answer, and in it the error that ended it.</summary>
    public sealed record BrokenOff(GatewayError Error) : Outcome;

    /// <summary>
    /// The client has the beginning of an answer, and in it that the gateway stops. Its connection must not end as after a
    /// whole answer: not every client reads that error.
    /// </summary>
    public sealed record Stopped(GatewayError Error) : Outcome;

    /// <summary>The client takes nothing any more. Nobody is there to be told an error.</summary>
    public sealed record ClientLeft : Outcome;
}
