using Gateway.Routing.Prices;

namespace Gateway.Routing;

/// <summary>One entry of a model's targets, as the operator wrote it.</summary>
/// <param name="Provider">Null when another model is meant, whose targets stand in its place.</param>
/// <param name="Model">The upstream's model, <c>*</c> for the name that was asked for; or that other model.</param>
public sealed record TargetEntry(string? Provider, string Model)
{
    public double Weight { get; init; } = 1;

    /// <summary>Null: the model's.</summary>
    public Price? Price { get; init; }

    public int? ContextWindow { get; init; }

    public int? MaxConcurrent { get; init; }

    public TargetTimes Times { get; init; } = TargetTimes.Unsaid;

    /// <summary>Null: the model's, or the provider's.</summary>
    public UpstreamApi? Api { get; init; }

    /// <param name="text"><c>provider/upstream model</c>, or the name of a model.</param>
    public static TargetEntry Parse(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new TargetEntry(null, text) : new TargetEntry(text[..slash], text[(slash + 1)..]);
    }

    /// <summary>As the operator wrote it.</summary>
    public override string ToString() => Provider is null ? Model : $"{Provider}/{Model}";
}

/// <summary>How long one target may take. What is null is said by the model, and in the end by <c>Gateway:Upstream</c>.</summary>
public sealed record TargetTimes
{
    public static TargetTimes Unsaid { get; } = new();

    public TimeSpan? FirstByte { get; init; }

    public TimeSpan? Idle { get; init; }

    public TimeSpan? Whole { get; init; }

    public TimeSpan? NextTarget { get; init; }

    /// <summary>These, and others where nothing is said.</summary>
    public TargetTimes Or(TargetTimes others) => new()
    {
        FirstByte = FirstByte ?? others.FirstByte,
        Idle = Idle ?? others.Idle,
        Whole = Whole ?? others.Whole,
        NextTarget = NextTarget ?? others.NextTarget,
    };
}
