namespace Gateway.Metering.Usage;

/// <summary>What requests can be added up by beside their key and model.</summary>
public enum FacetKind
{
    /// <summary>The family of programs that sent it.</summary>
    Client,

    /// <summary>The model that was asked for.</summary>
    RequestedModel,

    /// <summary>A tag, by its name.</summary>
    Tag,

    /// <summary>The conversation. Never in totals: there is no end of them.</summary>
    Session,
}

/// <summary>One value of one of them. Requests that have none are those that are left of all.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Name">Of a tag; null for the others.</param>
/// <param name="Value">What it is.</param>
public sealed record RollupFacet(FacetKind Kind, string? Name, string Value)
{
    /// <summary>Stands for the values past <see cref="FacetBounds.MostValues"/>, and for the names past <see cref="FacetBounds.MostTags"/>.</summary>
    public const string Rest = "(other)";

    private static readonly FacetKind[] s_single = [FacetKind.Client, FacetKind.RequestedModel];

    /// <summary>The totals that an entry counts into: that of its key and model, and one for each facet.</summary>
    public static IEnumerable<RollupKey> KeysOf(UsageEntry entry)
    {
        RollupKey key = RollupKey.Of(entry);
        yield return key;
        foreach (FacetKind kind in s_single)
        {
            if (Of(entry, kind) is { } facet)
            {
                yield return key with { Facet = facet };
            }
        }

        foreach (string name in entry.Tags.Keys)
        {
            yield return key with { Facet = Of(entry, FacetKind.Tag, name) };
        }
    }

    /// <summary>Null where it has none.</summary>
    public static RollupFacet? Of(UsageEntry entry, FacetKind kind, string? name = null)
    {
        string? value = kind switch
        {
            FacetKind.Client => entry.Client,
            FacetKind.Session => entry.Session,
            FacetKind.Tag => entry.Tags.GetValueOrDefault(name!),

            // Names that nothing here has are the client's own to make up.
            _ => entry.Error == RollupKey.NotFound ? null : entry.RequestedModel,
        };
        return string.IsNullOrEmpty(value) ? null : new RollupFacet(kind, name, value);
    }
}
