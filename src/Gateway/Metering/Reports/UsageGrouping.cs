using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Metering.Usage;
using Gateway.Settings;

namespace Gateway.Metering.Reports;

/// <summary>One thing that usage is added up by.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Tag">The name of the tag; null for all others.</param>
public sealed record UsageDimension(UsageGroup Kind, string? Tag = null)
{
    private const string TagPrefix = "tag:";

    internal FacetKind? Facet => Kind switch
    {
        UsageGroup.Client => FacetKind.Client,
        UsageGroup.RequestedModel => FacetKind.RequestedModel,
        UsageGroup.Tag => FacetKind.Tag,
        UsageGroup.Session => FacetKind.Session,
        _ => null,
    };

    /// <summary>Null when the text is none.</summary>
    internal static UsageDimension? Read(string text)
    {
        if (text.StartsWith(TagPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return text[TagPrefix.Length..].Trim().ToLowerInvariant() is { Length: > 0 } name ? new UsageDimension(UsageGroup.Tag, name) : null;
        }

        return text.All(c => char.IsAsciiLetter(c) || c is '_' or '-')
            && Enum.TryParse(text.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out UsageGroup kind)
            && kind != UsageGroup.Tag
            ? new UsageDimension(kind)
            : null;
    }

    /// <summary>As operators write it.</summary>
    public override string ToString() => Tag is null ? JsonNamingPolicy.SnakeCaseLower.ConvertName(Kind.ToString()) : TagPrefix + Tag;
}

/// <summary>What a report adds up by: one thing or several, in the order in which they were asked for.</summary>
[JsonConverter(typeof(UsageGroupingConverter))]
public sealed class UsageGrouping
{
    public const string Forms = "key, team, owner, model, day, person, model_and_day, provider, requested_model, client, session, tag:<name>; or several, such as key,model";

    /// <summary>Nobody reads more columns than these, and each multiplies the rows.</summary>
    private const int Most = 6;

    private static readonly string[] s_names = [.. Enum.GetValues<UsageGroup>().Where(kind => kind != UsageGroup.Tag).Select(kind => new UsageDimension(kind).ToString())];

    private readonly IReadOnlyList<UsageDimension> _asked;

    private UsageGrouping(IReadOnlyList<UsageDimension> asked)
    {
        _asked = asked;
        Dimensions = [.. asked.SelectMany(one => one.Kind == UsageGroup.ModelAndDay ? [new(UsageGroup.Day), new(UsageGroup.Model)] : (UsageDimension[])[one]).Distinct()];
    }

    /// <summary>Each once, days and models apart.</summary>
    public IReadOnlyList<UsageDimension> Dimensions { get; }

    /// <summary>The name of the tag, when it is by exactly one.</summary>
    internal string? OnlyTag => Dimensions.Where(one => one.Tag is not null).Select(one => one.Tag).ToList() is [var name] ? name : null;

    internal IEnumerable<(FacetKind Kind, string? Name)> Facets => Dimensions.Where(one => one.Facet is not null).Select(one => (one.Facet!.Value, one.Tag));

    public static implicit operator UsageGrouping(UsageGroup group) => new([new UsageDimension(group)]);

    public bool Has(UsageGroup kind) => Dimensions.Any(one => one.Kind == kind);

    /// <summary>It is by these and nothing else, in whatever order.</summary>
    public bool IsBy(params UsageGroup[] kinds) => Dimensions.Count == kinds.Length && kinds.All(Has);

    /// <summary>False when it is none; then there is the end of a sentence that says why.</summary>
    public static bool TryRead(string text, out UsageGrouping by, out string? problem)
    {
        List<UsageDimension> dimensions = [];
        (by, problem) = (UsageGroup.Key, null);
        foreach ((int at, string part) in text.Split(',').Index())
        {
            string name = at > 0 ? part.TrimStart() : part;
            if (UsageDimension.Read(name) is not { } one)
            {
                problem = name == "tag" ? "takes a tag with its name: tag:ticket." : NearMiss.Of(name.Replace('-', '_'), s_names) is { } meant ? $"takes no '{name}': did you mean '{meant}'?" : $"takes {Forms}.";
                return false;
            }

            if (dimensions.Contains(one) || dimensions.Count == Most)
            {
                problem = dimensions.Contains(one) ? $"holds '{one}' twice: each counts once." : $"takes {Most} names at most.";
                return false;
            }

            dimensions.Add(one);
        }

        by = new UsageGrouping(dimensions);
        return true;
    }

    /// <summary>As in JSON. A tag that is alone has its name beside it.</summary>
    public override string ToString() => _asked is [{ Kind: UsageGroup.Tag }] ? "tag" : string.Join(',', _asked);
}

/// <summary>One text, so that reports by one thing read as they always did.</summary>
internal sealed class UsageGroupingConverter : JsonConverter<UsageGrouping>
{
    public override UsageGrouping Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        UsageGrouping.TryRead(reader.GetString() ?? "", out UsageGrouping by, out _) ? by : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, UsageGrouping value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
