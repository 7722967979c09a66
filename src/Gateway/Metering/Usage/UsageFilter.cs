using System.Collections.Frozen;
using System.Globalization;
using Gateway.Authentication.Access;

namespace Gateway.Metering.Usage;

/// <summary>Which requests are meant; null for any.</summary>
/// <param name="KeyId">Of this key.</param>
/// <param name="MinStatus">With this HTTP status or a higher one.</param>
/// <param name="MaxStatus">With this HTTP status or a lower one.</param>
public sealed record UsageFilter(string? KeyId = null, int? MinStatus = null, int? MaxStatus = null)
{
    public const string StatusForms = "an HTTP status such as 429, or a class of them such as 4xx";

    public const string TagForms = @"tags such as 'ticket=ABC-1,env', each with its name and once; a comma in a value is written '\,'";

    /// <summary>Stands for a comma of a value while tags are read: no value has it.</summary>
    private const string Comma = "\0";

    public string? Team { get; init; }

    /// <summary>As the token named who called.</summary>
    public string? Person { get; init; }

    /// <summary>Models, or <c>provider/model</c>s, that match; * stands for any text.</summary>
    public string? Model { get; init; }

    /// <summary>What was asked for; * stands for any text.</summary>
    public string? RequestedModel { get; init; }

    public string? Provider { get; init; }

    public string? Client { get; init; }

    public string? Session { get; init; }

    /// <summary>All of them must be there; with this value where there is one.</summary>
    public IReadOnlyDictionary<string, string?> Tags { get; init; } = FrozenDictionary<string, string?>.Empty;

    /// <summary>Began then or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Began before.</summary>
    public DateTimeOffset? Until { get; init; }

    public bool Takes(UsageEntry entry) =>
        (KeyId is null || entry.KeyId == KeyId)
        && (MinStatus is null || entry.Status >= MinStatus)
        && (MaxStatus is null || entry.Status <= MaxStatus)
        && (Team is null || entry.Team == Team)
        && (Person is null || entry.Person == Person)
        && (Provider is null || entry.Provider == Provider)
        && (Client is null || entry.Client == Client)
        && (Session is null || entry.Session == Session)
        && (Since is null || entry.StartedAt >= Since)
        && (Until is null || entry.StartedAt < Until)
        && TakesModel(Model, entry.Provider, entry.Model)
        && (RequestedModel is null || (entry.RequestedModel is { } asked && Wildcard.Matches(RequestedModel, asked, StringComparison.Ordinal)))
        && Tags.All(tag => entry.Tags.TryGetValue(tag.Key, out string? value) && (tag.Value is null || tag.Value == value));

    public static bool TakesModel(string? pattern, string? provider, string? model) =>
        pattern is null
        || (model is not null
            && (Wildcard.Matches(pattern, model, StringComparison.Ordinal) || Wildcard.Matches(pattern, $"{provider}/{model}", StringComparison.Ordinal)));

    /// <summary>False when the text is not one of <see cref="StatusForms"/>.</summary>
    public static bool TryReadStatus(string? text, out int? min, out int? max)
    {
        (min, max) = (null, null);
        if (text is null)
        {
            return true;
        }

        bool isClass = text.EndsWith("xx", StringComparison.OrdinalIgnoreCase);
        if (!int.TryParse(isClass ? text[..^2] + "00" : text, NumberStyles.None, CultureInfo.InvariantCulture, out int status) || status is < 100 or > 599)
        {
            return false;
        }

        (min, max) = (status, isClass ? status + 99 : status);
        return true;
    }

    /// <summary>
    /// Tags as in the header, <c>ticket=ABC-1,env=dev</c>; a name alone takes any value. The values of a key's own tags may
    /// hold a comma, which is written <c>\,</c>. False when a tag has no name, or is there twice and could match nothing.
    /// </summary>
    public static bool TryReadTags(string? text, out IReadOnlyDictionary<string, string?> tags)
    {
        Dictionary<string, string?> read = new(StringComparer.Ordinal);
        tags = read;
        foreach (string tag in (text ?? "").Replace(@"\,", Comma, StringComparison.Ordinal).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = tag.Replace(Comma, ",", StringComparison.Ordinal).Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts[0].Length == 0 || !read.TryAdd(parts[0].ToLowerInvariant(), parts.Length == 2 && parts[1].Length > 0 ? parts[1] : null))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A tag in the form that <see cref="TryReadTags"/> reads.</summary>
    public static string TagText(string name, string value) => $"{name}={value}".Replace(",", @"\,", StringComparison.Ordinal);
}
