namespace Gateway.Tests.Soak;

/// <summary>How an answer ended for its client.</summary>
internal enum SoakEnding
{
    /// <summary>To its last word.</summary>
    Whole,

    /// <summary>With an error that says so: an HTTP error, or the last event.</summary>
    Error,

    /// <summary>The connection broke.</summary>
    Cut,

    /// <summary>The client left.</summary>
    Left,

    /// <summary>Nobody answered at all.</summary>
    Nobody,

    /// <summary>It looks whole and is not.</summary>
    IllFormed,
}

/// <summary>One answer as its client saw it.</summary>
/// <param name="Instance">Who was asked.</param>
/// <param name="RequestId">Null without a head.</param>
/// <param name="Ending">How it ended.</param>
/// <param name="Words">Of a whole answer: each is a token.</param>
/// <param name="What">What was seen last, for those who must find out why.</param>
internal sealed record SoakAnswer(SoakInstance Instance, string? RequestId, SoakEnding Ending, int Words, string What = "");
