using Azure.Data.Tables;
using Gateway.Requests;

namespace Gateway.Metering.Usage;

/// <summary>Filters as the Table service reads them, which allows 15 comparisons. What it cannot say is left for <see cref="UsageFilter.Takes"/>.</summary>
internal static class UsageQueries
{
    /// <summary>The times of rows and of their ids are read one after the other, from a clock that may be set in between.</summary>
    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(5);

    private static readonly DateTimeOffset s_latest = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Rows that count requests of many have names of another kind.</summary>
    private const string BeforeRequests = "req_";

    public static string Of(DateOnly day, UsageFilter filter) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {UsageRow.Partition(day)}")
        + (filter.KeyId is { } key ? TableClient.CreateQueryFilter($" and KeyId eq {key}") : "")
        + (filter.MinStatus is { } min ? TableClient.CreateQueryFilter($" and Status ge {min}") : "")
        + (filter.MaxStatus is { } max ? TableClient.CreateQueryFilter($" and Status le {max}") : "")
        + (filter.Team is { } team ? TableClient.CreateQueryFilter($" and Team eq {team}") : "")
        + (filter.Person is { } person ? TableClient.CreateQueryFilter($" and Person eq {person}") : "")
        + (filter.Provider is { } provider ? TableClient.CreateQueryFilter($" and Provider eq {provider}") : "")
        + (filter.Client is { } client ? TableClient.CreateQueryFilter($" and Client eq {client}") : "")
        + (filter.Session is { } session ? TableClient.CreateQueryFilter($" and Session eq {session}") : "")
        + (IsName(filter.RequestedModel) ? TableClient.CreateQueryFilter($" and RequestedModel eq {filter.RequestedModel}") : "")
        + (IsName(filter.Model) && !filter.Model!.Contains('/', StringComparison.Ordinal) ? TableClient.CreateQueryFilter($" and Model eq {filter.Model}") : "")
        + (filter.Since is { } since ? TableClient.CreateQueryFilter($" and StartedAt ge {Possible(since)}") : "")
        + (filter.Until is { } until ? TableClient.CreateQueryFilter($" and StartedAt lt {Possible(until)}") : "");

    /// <summary>The part of a day that holds the place, and where it ends; null at the end of the day.</summary>
    public static (string Where, string? End) PartAt(DateOnly day, UsageFilter filter, UsagePlace place)
    {
        (string from, string? end) = Parts(day, filter).First(part => part.End is null || string.CompareOrdinal(place.After, part.End) < 0);
        string where = string.CompareOrdinal(place.After, from) >= 0
            ? TableClient.CreateQueryFilter($" and RowKey gt {place.After}")
            : TableClient.CreateQueryFilter($" and RowKey ge {from}");
        return (Of(day, filter) + where + (end is null ? "" : TableClient.CreateQueryFilter($" and RowKey le {end}")), end);
    }

    /// <summary>True when rows that the store hands over may yet be none that are meant.</summary>
    public static bool IsVague(UsageFilter filter) =>
        filter.Tags.Count > 0 || (filter.RequestedModel is { } asked && !IsName(asked)) || (filter.Model is { } model && (!IsName(model) || model.Contains('/', StringComparison.Ordinal)));

    /// <summary>A whole day is one range of ids. Of a time within it those ids are read that begin with it, and those that have no time: rows of many requests, and of before.</summary>
    private static IEnumerable<(string From, string? End)> Parts(DateOnly day, UsageFilter filter)
    {
        DateTimeOffset begin = new(day, TimeOnly.MinValue, TimeSpan.Zero);
        DateTimeOffset end = begin < DateTimeOffset.MaxValue.AddDays(-1) ? begin.AddDays(1) : DateTimeOffset.MaxValue;
        if (!(filter.Since > begin) && !(filter.Until < end))
        {
            return [("", null)];
        }

        string newest = filter.Until is { } until && until < end ? RequestIds.BeginningAt(Possible(until) + s_skew) : BeforeRequests;
        string oldest = filter.Since is { } since && since > begin ? RequestIds.BeginningAt(Possible(since) - s_skew) + "~" : RequestIds.Timeless;
        return [("", BeforeRequests), (newest, oldest), (RequestIds.Timeless, null)];
    }

    /// <summary>Within what tables and ids can say of a time: nothing was asked before, and nothing will be after.</summary>
    private static DateTimeOffset Possible(DateTimeOffset at) =>
        at < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : at > s_latest ? s_latest : at;

    private static bool IsName(string? pattern) => pattern is not null && !pattern.Contains('*', StringComparison.Ordinal);
}
