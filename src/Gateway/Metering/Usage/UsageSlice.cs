namespace Gateway.Metering.Usage;

/// <summary>What one answer of the store holds of a day, newest first.</summary>
/// <param name="Entries">May be none although more follow: nobody knows how long the store looks before it answers.</param>
/// <param name="Next">Where the rest of the day begins; null when this was all of it.</param>
public sealed record UsageSlice(IReadOnlyList<UsageEntry> Entries, UsagePlace? Next);

/// <summary>A place among the requests of a day.</summary>
/// <param name="After">The id of the last request before it; empty at the beginning.</param>
/// <param name="Token">Where the store itself goes on, when it has looked farther than that.</param>
public sealed record UsagePlace(string After, string? Token = null)
{
    public static UsagePlace Beginning { get; } = new("");
}
