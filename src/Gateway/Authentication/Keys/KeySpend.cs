namespace Gateway.Authentication.Keys;

/// <summary>What a key has cost on this day and in this month (UTC), as far as prices were known; seconds old.</summary>
public sealed record KeySpend(decimal TodayUsd, decimal ThisMonthUsd)
{
    public static KeySpend None { get; } = new(0, 0);
}
