namespace Gateway.Translation.Hub;

/// <summary>What an upstream says of an answer that its bill depends on, beside the tokens. Read as it stands; what it is worth is for others to say.</summary>
public sealed record AnswerFacts
{
    public static AnswerFacts None { get; } = new();

    /// <summary>The model that answered, as the upstream names it.</summary>
    public string? Model { get; init; }

    /// <summary>OpenAI's <c>flex</c>, Anthropic's <c>batch</c>.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>Anthropic's <c>fast</c>.</summary>
    public string? Speed { get; init; }

    /// <summary>Where Anthropic's model ran: <c>us</c>.</summary>
    public string? Region { get; init; }

    /// <summary>OpenRouter's <c>usage.cost</c>, and what the client's own account pays beside it.</summary>
    public decimal? Cost { get; init; }

    public long WebSearches { get; init; }

    /// <summary>It ran code on the upstream's machines, which is billed by the hour.</summary>
    public bool RanCode { get; init; }

    /// <summary>The calls of models that it took, where the upstream lists them.</summary>
    public IReadOnlyList<AnswerIteration> Iterations { get; init; } = [];

    /// <summary>Counts of the upstream that cannot be, by name; what stands in their place is the gateway's.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];
}

/// <summary>One call of a model of which an answer took several.</summary>
/// <param name="Model">Null for the one that answered.</param>
/// <param name="Usage">Its own tokens.</param>
public sealed record AnswerIteration(string? Model, TokenUsage Usage)
{
    /// <summary>The answer's own tokens leave it out.</summary>
    public bool Beside { get; init; }
}
