namespace Gateway.Translation.Hub;

/// <summary>What a client of Responses wants to find in its answer.</summary>
internal sealed record ResponseWish
{
    public static readonly ResponseWish None = new();

    /// <summary>The members of a response that repeat its request, as JSON members without braces.</summary>
    public ReadOnlyMemory<byte> Echo { get; init; }

    /// <summary>The client sends reasoning back (<c>include: reasoning.encrypted_content</c>).</summary>
    public bool StateWanted { get; init; }

    /// <summary>Searches that the upstream ran are shown as what they were.</summary>
    public bool SearchesWanted { get; init; }

    /// <summary>The client tells comments on the way from final answers, so it is told, too.</summary>
    public bool PhaseWanted { get; init; }

    /// <summary>From the names that the model knows to the client's namespaces and names.</summary>
    public IReadOnlyDictionary<string, (string Namespace, string Name)> Namespaces { get; init; } = new Dictionary<string, (string, string)>();
}
