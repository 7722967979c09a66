using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using Gateway.Routing;

namespace Gateway.Upstreams;

/// <summary>
/// By what a target is remembered: names that the operator wrote. Those that clients make up share one. A provider of the
/// same name at another address is another one: not all who write to a storage need have the same settings.
/// </summary>
internal readonly record struct TargetId(string Provider, string Series, string Address)
{
    public static TargetId Of(Target target) => new(target.Provider.Name, target.Series, target.Provider.BaseUrl);

    /// <summary>As it stands in settings. The series of what clients ask for by <c>provider/model</c> names its provider already.</summary>
    public override string ToString() => Series == $"{Provider}/*" ? Series : $"{Provider}/{Series}";

    /// <summary>Names may hold what keys of a table cannot, and be longer; an address may hold a key.</summary>
    public string RowKey() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Provider}\n{Series}\n{Address}")))[..32];
}

/// <summary>That a target is left out for a while, as another instance found it.</summary>
/// <param name="RowKey">Which target.</param>
/// <param name="Dead">It could not be reached.</param>
/// <param name="Left">How long it was still to be left out when the row was read.</param>
/// <param name="ReadAt">When that was.</param>
/// <param name="Version">Of the row: what was taken over once is not taken over again.</param>
internal sealed record SharedPause(string RowKey, bool Dead, TimeSpan Left, long ReadAt, string Version);

/// <summary>A pause as a row. It has a length and no end: the clocks of instances differ, the service's tells how old it is.</summary>
internal static class PauseRow
{
    public const string Partition = "pauses";
    private const string Dead = "Dead";
    private const string Seconds = "Seconds";
    private const string Instance = "Instance";

    public static TableEntity FromPause(TargetId id, TimeSpan pause, bool dead, string instance) => new(Partition, id.RowKey())
    {
        // For people: nobody reads them.
        [nameof(TargetId.Provider)] = id.Provider,
        [nameof(TargetId.Series)] = id.Series,
        [Seconds] = pause.TotalSeconds,
        [Dead] = dead,
        [Instance] = instance,
    };

    /// <summary>Null for a row of this instance, one that is over, and one that makes no sense.</summary>
    /// <param name="row">As stored.</param>
    /// <param name="instance">This one.</param>
    /// <param name="now">By the service's clock.</param>
    /// <param name="readAt">By this instance's.</param>
    public static SharedPause? ToPause(TableEntity row, string instance, DateTimeOffset now, long readAt)
    {
        try
        {
            double left = (row.GetDouble(Seconds) ?? 0) - Age(row, now).TotalSeconds;
            return left > 0 && row.GetString(Instance) is { } writer && writer != instance
                ? new SharedPause(row.RowKey, row.GetBoolean(Dead) ?? false, TimeSpan.FromSeconds(Math.Min(left, TargetHealth.LongestRest.TotalSeconds)), readAt, row.ETag.ToString())
                : null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            // A column of another type: somebody wrote into it by hand.
            return null;
        }
    }

    public static TimeSpan Age(TableEntity row, DateTimeOffset now) => row.Timestamp is { } written && now > written ? now - written : TimeSpan.Zero;
}
