namespace Gateway.Metering.Usage;

/// <summary>
/// Keeps totals small whatever clients say: of each day and key the first values of each tag and of each other facet are
/// counted by themselves, later ones together. Rows of requests have all of them.
/// </summary>
internal sealed class FacetBounds
{
    public const int MostValues = 100;

    /// <summary>Names of tags for each day and key; requests with further ones are counted together.</summary>
    public const int MostTags = 16;

    private readonly Dictionary<Place, HashSet<string>> _values = [];
    private readonly Dictionary<Place, HashSet<string>> _names = [];

    /// <summary>The totals that an entry counts into.</summary>
    public IEnumerable<RollupKey> KeysOf(UsageEntry entry)
    {
        RollupKey? more = null;
        foreach (RollupKey key in RollupFacet.KeysOf(entry))
        {
            if (key.Facet is not { } facet)
            {
                yield return key;
            }
            else if (facet.Name is not null && !Has(_names, new Place(key.Day, key.KeyId, facet.Kind, null), facet.Name, MostTags))
            {
                // Once, however many of its tags they are.
                more = key with { Facet = new RollupFacet(facet.Kind, RollupFacet.Rest, RollupFacet.Rest) };
            }
            else
            {
                yield return Has(_values, new Place(key.Day, key.KeyId, facet.Kind, facet.Name), facet.Value, MostValues)
                    ? key
                    : key with { Facet = facet with { Value = RollupFacet.Rest } };
            }
        }

        if (more is not null)
        {
            yield return more;
        }
    }

    public void Forget(DateOnly before)
    {
        foreach (Dictionary<Place, HashSet<string>> each in (ReadOnlySpan<Dictionary<Place, HashSet<string>>>)[_values, _names])
        {
            foreach (Place place in each.Keys.Where(place => place.Day < before).ToList())
            {
                each.Remove(place);
            }
        }
    }

    private static bool Has(Dictionary<Place, HashSet<string>> seen, Place place, string text, int most)
    {
        if (!seen.TryGetValue(place, out HashSet<string>? texts))
        {
            seen[place] = texts = new HashSet<string>(StringComparer.Ordinal);
        }

        return texts.Contains(text) || (texts.Count < most && texts.Add(text));
    }

    private sealed record Place(DateOnly Day, string? KeyId, FacetKind Kind, string? Name);
}
