namespace Gateway.Routing;

/// <summary>
/// Among what a request's target is chosen: one target, or several ways of which each may be such a choice again.
/// <code>
/// model "smart", weight
///   |-- openai/gpt-5.2          (with two keys: key 1, key 2)
///   '-- model "sonnet", preference
///         |-- claude/claude-sonnet-4-5
///         '-- bedrock/claude-sonnet-4-5
/// </code>
/// </summary>
public abstract record TargetNode
{
    private TargetNode()
    {
    }

    /// <summary>The same on all instances, and no secret.</summary>
    public abstract string Name { get; }

    /// <summary>Compared with its neighbours'.</summary>
    public abstract double Weight { get; }

    /// <summary>All that are below, as they are written.</summary>
    public abstract IEnumerable<Target> Targets { get; }

    /// <summary>What is left when only some targets may be used; null when none is.</summary>
    public abstract TargetNode? Only(Func<Target, bool> allowed);

    /// <summary>Nothing to choose.</summary>
    public sealed record One(Target Target) : TargetNode
    {
        public override string Name { get; } = Target.Provider.KeyNumber > 0 ? $"{Target}#{Target.Provider.KeyNumber}" : Target.ToString();

        public override double Weight => Target.Weight;

        public override IEnumerable<Target> Targets => [Target];

        public override TargetNode? Only(Func<Target, bool> allowed) => allowed(Target) ? this : null;
    }

    /// <summary>Several, and how one is chosen.</summary>
    public sealed record Many(string Named, double Share, TargetOrder Order, IReadOnlyList<TargetNode> Nodes) : TargetNode
    {
        public override string Name => Named;

        public override double Weight => Share;

        public override IEnumerable<Target> Targets => Nodes.SelectMany(node => node.Targets);

        public override TargetNode? Only(Func<Target, bool> allowed) =>
            Nodes.Select(node => node.Only(allowed)).OfType<TargetNode>().ToList() is { Count: > 0 } left ? this with { Nodes = left } : null;
    }
}
