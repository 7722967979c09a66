namespace Gateway.Authentication.Keys;

/// <summary>What a key has cost on this day and in this month (UTC), as far as prices were known.</summary>
/// <param name="TodayUsd">Today.</param>
/// <param name="ThisMonthUsd">Today included.</param>
/// <param name="AsOf">What ended before is counted; what ended later may be.</param>
public sealed record KeySpend(decimal TodayUsd, decimal ThisMonthUsd, DateTimeOffset AsOf);
