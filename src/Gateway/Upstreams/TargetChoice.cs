using Gateway.Routing;
using Gateway.Translation.Hub;

namespace Gateway.Upstreams;

/// <summary>What the choice of a target looks at in a request.</summary>
/// <param name="Likely">The tokens that it will probably take.</param>
/// <param name="Stream">It is answered as a stream.</param>
internal sealed record ChoiceFacts(TokenUsage Likely, bool Stream);

/// <summary>
/// In which order one request's targets are worth asking, as the model says: the first is the choice, the others are who
/// takes over. Who is not well is put behind by <see cref="TargetHealth"/>.
/// </summary>
public sealed class TargetChoice(TargetSpeeds speeds, Random random)
{
    internal IReadOnlyList<Target> Arrange(Route route, ChoiceFacts facts) =>
        route.Targets.Count == 1 ? route.Targets : [.. Arrange(route.Choice, facts).DistinctBy(target => (target.Provider.Name, target.Provider.KeyNumber, target.UpstreamModel))];

    private IEnumerable<Target> Arrange(TargetNode node, ChoiceFacts facts) => node is TargetNode.Many many
        ? Ordered(many, facts).OrderBy(below => below.Weight == 0).SelectMany(below => Arrange(below, facts))
        : node.Targets;

    private IEnumerable<TargetNode> Ordered(TargetNode.Many many, ChoiceFacts facts) => many.Order switch
    {
        TargetOrder.Weight => many.Nodes.OrderBy(node => Lot(Chance(), node.Weight)),
        TargetOrder.Cheapest => many.Nodes.OrderBy(node => node.Targets.Min(target => CostOf(target, facts))),
        TargetOrder.Fastest => ByTime(many.Nodes, facts),
        _ => many.Nodes,
    };

    /// <summary>A number from 0 to 1, any of them as likely as the others.</summary>
    private double Chance() => random.NextDouble();

    /// <summary>
    /// The least lot is drawn first. The shares are those of the weights, and the order of all is one of draws without
    /// putting back. Chance may also be a hash of a name and the node's: then who has the name always draws the same, and a
    /// node that comes or leaves moves nobody from one of the others to another.
    /// </summary>
    private static double Lot(double chance, double weight) => weight > 0 ? -Math.Log(1 - chance) / weight : 0;

    /// <summary>A cost that nobody knows may be any.</summary>
    private static decimal CostOf(Target target, ChoiceFacts facts) => target.Price?.CostOf(facts.Likely) ?? decimal.MaxValue;

    private IEnumerable<TargetNode> ByTime(IReadOnlyList<TargetNode> nodes, ChoiceFacts facts)
    {
        double chance = Chance();
        TargetNode? unknown = nodes.FirstOrDefault(node => node.Weight > 0 && node.Targets.Any(target => speeds.WantsLook(target, facts.Stream, chance)));
        return nodes.OrderBy(node => node == unknown ? TimeSpan.MinValue : node.Targets.Min(target => speeds.Of(target, facts.Stream)));
    }
}
