using System.Text;
using Gateway.Metering.Usage;
using Gateway.Requests;

namespace Gateway.Metering.Reports;

/// <summary>
/// Where a list of one team's requests goes on, without the row at which the store itself does: that may be another team's,
/// and whoever has a cursor can read it. The time of the row is enough to go on there.
/// </summary>
internal static class ReaderPlace
{
    /// <param name="place">Where the list goes on.</param>
    /// <param name="began">Where its page began; null at the beginning.</param>
    public static RequestPlace Of(RequestPlace place, RequestPlace? began)
    {
        if (place.Place.Token is not { } token || RequestIds.TimeOf(RowIn(token)) is not { } at)
        {
            return place;
        }

        // What lies between the two has been looked at, and is of others.
        string after = new[] { RequestIds.BeginningAt(at), place.Place.After }.Max(StringComparer.Ordinal)!;

        // From a place that did not move nobody would get any farther.
        return began?.Day == place.Day && string.CompareOrdinal(after, began.Place.After) <= 0 ? place : place with { Place = new UsagePlace(after) };
    }

    /// <summary>The row of a token: partition and row, each in base 64, on Azure behind marks of its version and length and with - for =. Empty for another form.</summary>
    private static string RowIn(string token)
    {
        string row = token.Split(' ')[^1].Split('!')[^1].Replace('-', '=');
        byte[] text = new byte[row.Length];
        return Convert.TryFromBase64String(row, text, out int length) ? Encoding.UTF8.GetString(text, 0, length) : "";
    }
}
