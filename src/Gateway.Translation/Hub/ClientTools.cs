namespace Gateway.Translation.Hub;

/// <summary>Tools that the client knows otherwise than the upstream.</summary>
public sealed record ClientTools
{
    public static readonly ClientTools None = new();

    /// <summary>Names that were shortened on the way, back to the client's own.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>Tools that the client declared as free text; upstream their input is an object with one member.</summary>
    public IReadOnlySet<string> Custom { get; init; } = new HashSet<string>();

    /// <summary>The tool that stands for structured output: its input is the answer's text. Null when there is none.</summary>
    public string? Json { get; init; }

    internal bool IsNone => Names.Count == 0 && Custom.Count == 0 && Json is null;
}
