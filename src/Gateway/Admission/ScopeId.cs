namespace Gateway.Admission;

/// <summary>
/// Whose limits count, as the key of rows: <c>key:id</c>, <c>team:name</c>, and for some of their models
/// <c>key-model:id:claude-opus-*</c>. Keys take no slash, and names of teams may hold a colon.
/// </summary>
/// <param name="Owner"><c>key</c> or <c>team</c>.</param>
/// <param name="Id">Of the key, or the team's name.</param>
/// <param name="Model">The pattern of the models that they are for, in lower case; null for all.</param>
internal sealed record ScopeId(string Owner, string Id, string? Model = null)
{
    private const string OfModel = "-model";

    public static ScopeId Parse(string text)
    {
        int at = text.IndexOf(':', StringComparison.Ordinal);
        string owner = text[..at];
        string id = text[(at + 1)..];
        if (!owner.EndsWith(OfModel, StringComparison.Ordinal))
        {
            return new ScopeId(owner, id);
        }

        int last = id.LastIndexOf(':');
        return new ScopeId(owner[..^OfModel.Length], id[..last], id[(last + 1)..].Replace('|', '/').Replace('!', ':'));
    }

    /// <summary>As messages name it.</summary>
    public string Label => (Owner == "key" ? $"the key {Id}" : $"the team '{Id}'") + (Model is null ? "" : $" for '{Model}'");

    /// <summary>Before the name of a limit in a header.</summary>
    public string Short => Model is null ? Owner : $"{Owner}:{Model}";

    public override string ToString() =>
        Model is null ? $"{Owner}:{Id}" : $"{Owner}{OfModel}:{Id}:{Model.ToLowerInvariant().Replace('/', '|').Replace(':', '!')}";
}
