using Gateway.Routing;

namespace Gateway.Upstreams;

/// <summary>Why a target was not asked.</summary>
internal enum PassedOverReason
{
    /// <summary>It failed before, and rests or comes behind others.</summary>
    Failed,

    /// <summary>As many calls as it may have run already.</summary>
    Full,

    /// <summary>Nobody said what it costs, and the caller has a budget.</summary>
    Unpriced,

    /// <summary>The caller has no money left for it.</summary>
    Budget,
}

/// <summary>A target that was not asked although its turn had come.</summary>
internal sealed record PassedOver(Target Target, PassedOverReason Reason);
