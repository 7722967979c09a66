using System.Text.RegularExpressions;

namespace Gateway.Authentication.Teams;

/// <summary>Time zones by their IANA names, from the time zone data of the machine.</summary>
internal static partial class TimeZones
{
    private const string Utc = "UTC";

    /// <summary>Null for one that is not known here.</summary>
    public static TimeZoneInfo? Find(string id) =>
        id == Utc ? TimeZoneInfo.Utc : Name.IsMatch(id) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out TimeZoneInfo? zone) ? zone : null;

    public static string Unknown(string id) =>
        $"There is no time zone '{(id.Length > 64 ? id[..64] + "..." : id)}' here. Take one of the IANA names such as Europe/Berlin, with its capitals, or UTC. A machine without time zone data (the package tzdata) knows UTC only.";

    /// <summary>As places are named: what else lies beside their files (copies with leap seconds, this machine's own zone) is none.</summary>
    [GeneratedRegex(@"\A[A-Z][A-Za-z0-9_+\-]{1,31}(/[A-Z][A-Za-z0-9_+\-]{1,31}){1,2}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name { get; }
}
