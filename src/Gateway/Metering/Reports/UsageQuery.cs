using System.Text.Json.Serialization;
using Gateway.Authentication.Access;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;

namespace Gateway.Metering.Reports;

/// <summary>What usage is added up by.</summary>
public enum UsageGroup
{
    [JsonStringEnumMemberName("key")]
    Key,

    [JsonStringEnumMemberName("team")]
    Team,

    [JsonStringEnumMemberName("model")]
    Model,

    [JsonStringEnumMemberName("day")]
    Day,

    /// <summary>Each caller once, by the name that was seen last; callers without one are their keys.</summary>
    [JsonStringEnumMemberName("person")]
    Person,

    [JsonStringEnumMemberName("model_and_day")]
    ModelAndDay,

    [JsonStringEnumMemberName("provider")]
    Provider,

    [JsonStringEnumMemberName("requested_model")]
    RequestedModel,

    [JsonStringEnumMemberName("client")]
    Client,

    [JsonStringEnumMemberName("tag")]
    Tag,

    [JsonStringEnumMemberName("session")]
    Session,

    /// <summary>Who answers for the key, as it says today; callers by token have none.</summary>
    [JsonStringEnumMemberName("owner")]
    Owner,
}

/// <summary>Which usage to report; null for any.</summary>
/// <param name="From">The first day (UTC).</param>
/// <param name="To">The last day, which is included.</param>
/// <param name="By">What to add up by.</param>
/// <param name="Team">Only this team.</param>
/// <param name="Key">Only the key of this id.</param>
/// <param name="Model">Only models, or <c>provider/model</c>s, that match; * stands for any text.</param>
public sealed record UsageQuery(DateOnly From, DateOnly To, UsageGrouping By, string? Team = null, string? Key = null, string? Model = null)
{
    /// <summary>Only requests of callers who were named so.</summary>
    public string? Person { get; init; }

    /// <summary>Filters that only single requests know. Its time is that of this query.</summary>
    public UsageFilter Filter { get; init; } = new();

    /// <summary>All facets that are asked for: by which, and with which.</summary>
    internal IReadOnlyList<(FacetKind Kind, string? Name)> Facets =>
    [
        .. By.Facets.Select(facet => ((FacetKind, string?)?)facet).Concat(
        [
            Filter.Client is null ? null : (FacetKind.Client, null),
            Filter.RequestedModel is null ? null : (FacetKind.RequestedModel, null),
            Filter.Session is null ? null : (FacetKind.Session, null),
        ]).Concat(Filter.Tags.Keys.Select(name => ((FacetKind, string?)?)(FacetKind.Tag, name)))
            .OfType<(FacetKind, string?)>()
            .Distinct(),
    ];

    /// <summary>Totals know one facet of a request at a time, and no sessions: more only its row knows.</summary>
    public bool NeedsRows => Facets is { Count: > 1 } or [(FacetKind.Session, _)];

    /// <summary>What totals must be told apart by to answer it.</summary>
    internal RollupFields Fields =>
        (By.Has(UsageGroup.Key) || By.Has(UsageGroup.Person) || By.Has(UsageGroup.Owner) || Key is not null || Person is not null ? RollupFields.Caller : RollupFields.None)
        | (By.Has(UsageGroup.Model) || Model is not null ? RollupFields.Provider | RollupFields.Model : RollupFields.None)
        | (By.Has(UsageGroup.Provider) || Filter.Provider is not null ? RollupFields.Provider : RollupFields.None);

    internal bool Takes(RollupKey key) =>
        (Team is null || key.Team == Team)
        && (Key is null || key.KeyId == Key)
        && (Person is null || key.Person == Person)
        && (Filter.Provider is null || key.Provider == Filter.Provider)
        && UsageFilter.TakesModel(Model, key.Provider, key.Model);

    /// <summary>Whether a value of its one facet is among those that are wanted.</summary>
    internal bool Takes(RollupFacet facet) => facet.Kind switch
    {
        FacetKind.Client => Filter.Client is null || Filter.Client == facet.Value,
        FacetKind.RequestedModel => Filter.RequestedModel is null || Wildcard.Matches(Filter.RequestedModel, facet.Value, StringComparison.Ordinal),
        FacetKind.Tag => !Filter.Tags.TryGetValue(facet.Name!, out string? value) || value is null || value == facet.Value,
        _ => false,
    };

    /// <summary>A filter by a facet leaves out the requests that do not have it.</summary>
    internal bool FiltersFacets => Filter.Client is not null || Filter.RequestedModel is not null || Filter.Tags.Count > 0 || Filter.Session is not null;
}
