using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gateway.Routing;
using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>
/// What upstream models refused, learned at the cost of one retry and then avoided: parameters they do not know and the
/// largest max_tokens they take. Kept in the process; bounded by the number of models in use.
/// </summary>
public sealed class UpstreamMemory
{
    private const int MaxTargets = 2000;
    private readonly ConcurrentDictionary<string, Known> _byTarget = new(StringComparer.Ordinal);

    private sealed record Known(ImmutableHashSet<string> Rejected, int? MaxOutputTokens);

    private static readonly Known s_nothing = new([], null);

    public IReadOnlyCollection<string> RejectedBy(Target target) => Of(target).Rejected;

    public int? MaxOutputTokensOf(Target target) => Of(target).MaxOutputTokens;

    /// <summary>True when the error taught something new, so that the same request may now go through.</summary>
    public bool Learn(Target target, GatewayError error)
    {
        Known known = Of(target);
        Known learned = known;
        if (error.AcceptedMaxTokens is { } max && (known.MaxOutputTokens is null || known.MaxOutputTokens > max))
        {
            learned = known with { MaxOutputTokens = max };
        }
        else if (error.RejectedParameter is { } parameter && !known.Rejected.Contains(parameter))
        {
            learned = known with { Rejected = known.Rejected.Add(parameter) };
        }

        if (learned == known || _byTarget.Count >= MaxTargets)
        {
            return false;
        }

        _byTarget[target.ToString()] = learned;
        return true;
    }

    private Known Of(Target target) => _byTarget.GetValueOrDefault(target.ToString(), s_nothing);
}
