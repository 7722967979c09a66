using Gateway.Routing;

namespace Gateway.Upstreams;

/// <summary>What decides, beside the targets themselves, which of them is asked.</summary>
internal sealed record FailoverRules
{
    /// <summary>An estimate is made from bytes: what is this much above a window surely does not fit.</summary>
    private const double Doubt = 1.5;

    /// <summary>Tokens of input, roughly.</summary>
    public long EstimatedInput { get; init; }

    /// <summary>What an upstream's filter refuses is asked of the next.</summary>
    public bool AfterFilter { get; init; }

    /// <summary>Hears of targets that are not asked, and why.</summary>
    public Action<PassedOver>? PassedOver { get; init; }

    /// <summary>Null: the window is not known.</summary>
    public bool SurelyTooSmall(Target target) => EstimatedInput > target.ContextWindow * Doubt;
}
