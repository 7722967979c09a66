using System.Security.Cryptography;
using System.Text;
using Gateway.Metering.Usage;

namespace Gateway.Metering.Rollups;

/// <summary>
/// Totals of a closed day that are told apart by some things only, so that they are few, in columns of which a question
/// reads as few as it can: a day of 200 keys with 20 models each is 4,000 rows, and 200 totals by model and team.
/// </summary>
/// <param name="Name">Of its columns.</param>
/// <param name="Fields">What it tells apart.</param>
/// <param name="ByModel">Each model is in one column; without it, each key is.</param>
internal sealed record PackedSet(string Name, RollupFields Fields, bool ByModel = false)
{
    public const int Chunks = 8;

    /// <summary>The smallest first. Where a day is too large for all of them, the last are left out.</summary>
    public static readonly IReadOnlyList<PackedSet> All =
    [
        new("Models", RollupFields.Provider | RollupFields.Model, ByModel: true),
        new("Callers", RollupFields.Caller),
        new("CallersProviders", RollupFields.Caller | RollupFields.Provider),
        new("CallersModels", RollupFields.All),
        new("ModelsCallers", RollupFields.All, ByModel: true),
    ];

    private static readonly IReadOnlyList<int> s_all = [.. Enumerable.Range(0, Chunks)];

    /// <summary>The smallest set that answers, and what of it must be read.</summary>
    public static PackedSlice For(RollupQuery query)
    {
        RollupFields fields = query.Fields | (query.KeyId is null ? RollupFields.None : RollupFields.Caller);
        bool oneModel = query is { KeyId: null, Model: { } pattern } && !pattern.Contains('*', StringComparison.Ordinal);
        PackedSet set = All.Where(set => (set.Fields & fields) == fields).MinBy(set => set.Fields == RollupFields.All && set.ByModel != oneModel)!;
        IEnumerable<string>? texts = query.Name is { } name ? [name, RollupFacet.Rest]
            : !set.ByModel ? query.KeyId is { } key ? [key] : null
            : oneModel ? ModelsOf(query.Model!) : null;
        return new PackedSlice(query.Kind, set, texts is null ? s_all : [.. texts.Select(ChunkOf).Distinct().Order()]);
    }

    /// <summary>In which of its columns a total is.</summary>
    public int ChunkOf(RollupKey key) => ChunkOf(key.Facet?.Name ?? (ByModel ? key.Model : key.KeyId) ?? "");

    /// <summary>The totals as this set tells them apart.</summary>
    public IReadOnlyList<Rollup> Sum(IEnumerable<Rollup> totals) => Rollup.Sum(totals.Select(total => total with { Key = Coarse(total.Key) }));

    private RollupKey Coarse(RollupKey key) => key with
    {
        KeyId = Fields.HasFlag(RollupFields.Caller) ? key.KeyId : null,
        Person = Fields.HasFlag(RollupFields.Caller) ? key.Person : null,
        Provider = Fields.HasFlag(RollupFields.Provider) ? key.Provider : null,
        Model = Fields.HasFlag(RollupFields.Model) ? key.Model : null,
    };

    /// <summary>The pattern may be a model, or a provider before it; names of models may hold a / themselves.</summary>
    private static IEnumerable<string> ModelsOf(string pattern)
    {
        yield return pattern;
        for (int slash = pattern.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = pattern.IndexOf('/', slash + 1))
        {
            yield return pattern[(slash + 1)..];
        }
    }

    /// <summary>Stored: it must never come to another number.</summary>
    private static int ChunkOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text))[0] % Chunks;
}

/// <summary>Some columns of a set, of the totals of all or of a kind of facet.</summary>
internal sealed record PackedSlice(FacetKind? Kind, PackedSet Set, IReadOnlyList<int> Chunks)
{
    /// <summary>The same for the same.</summary>
    public string Id { get; } = $"{Kind}:{Set.Name}:{string.Join(',', Chunks)}";
}
