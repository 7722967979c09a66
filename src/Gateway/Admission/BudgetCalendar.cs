using System.Collections.Concurrent;
using System.Globalization;
using Gateway.Authentication.Teams;

namespace Gateway.Admission;

/// <summary>
/// Names and ends of budget windows, by the clock on a team's wall. Names of all calendars can be compared, and those of one
/// only grow: whichever a row was written by, a window that has begun is never begun again.
/// </summary>
internal sealed class BudgetCalendar
{
    /// <summary>More than any place is away from UTC.</summary>
    private static readonly TimeSpan s_farthest = TimeSpan.FromHours(15);

    private static readonly ConcurrentDictionary<(string? Zone, DayOfWeek? Week), BudgetCalendar> s_known = new();

    private readonly TimeZoneInfo _zone;
    private readonly DayOfWeek _weekStarts;

    private BudgetCalendar(TimeZoneInfo zone, DayOfWeek weekStarts) => (_zone, _weekStarts) = (zone, weekStarts);

    /// <summary>Of those who say nothing else: UTC, and weeks from Monday.</summary>
    public static BudgetCalendar Utc { get; } = new(TimeZoneInfo.Utc, DayOfWeek.Monday);

    /// <summary>A zone that this machine does not know counts as UTC: the names can be compared, so no money is counted twice.</summary>
    public static BudgetCalendar Of(Team team) => team is { TimeZone: null, WeekStarts: null }
        ? Utc
        : s_known.GetOrAdd(
            (team.TimeZone, team.WeekStarts),
            of => new BudgetCalendar((of.Zone is null ? null : TimeZones.Find(of.Zone)) ?? TimeZoneInfo.Utc, of.Week ?? DayOfWeek.Monday));

    /// <summary>An end of a window as messages write it.</summary>
    public static string Text(DateTimeOffset end) =>
        end.ToString(end.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>By whose clock, as messages say it.</summary>
    public string NameFor(BudgetWindow window) =>
        window == BudgetWindow.Week && _weekStarts != DayOfWeek.Monday ? $"{_zone.Id}, from {_weekStarts}" : _zone.Id;

    /// <summary>The window that a moment falls into, such as <c>2026-11-21</c>, <c>2026-W47</c>, <c>2026-11</c>.</summary>
    public string IdOf(BudgetWindow window, DateTimeOffset now)
    {
        DateTime day = DayOf(now);
        return window switch
        {
            BudgetWindow.Day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            BudgetWindow.Week => WeekOf(FirstOfWeek(day)),
            BudgetWindow.Month => day.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            _ => "all",
        };
    }

    /// <summary>When the window ends, by the clock on the wall; null when it never does.</summary>
    public DateTimeOffset? EndOf(BudgetWindow window, DateTimeOffset now)
    {
        DateTime day = DayOf(now);
        return window switch
        {
            BudgetWindow.Day => StartOf(day.AddDays(1)),
            BudgetWindow.Week => StartOf(FirstOfWeek(day).AddDays(7)),
            BudgetWindow.Month => StartOf(new DateTime(day.Year, day.Month, 1).AddMonths(1)),
            _ => null,
        };
    }

    private DateTime DayOf(DateTimeOffset now) => TimeZoneInfo.ConvertTime(now, _zone).Date;

    private DateTime FirstOfWeek(DateTime day) => day.AddDays(-(((int)day.DayOfWeek - (int)_weekStarts + 7) % 7));

    /// <summary>A week has the number of the ISO week that holds the middle of it, whichever day it begins with.</summary>
    private static string WeekOf(DateTime first)
    {
        DateTime middle = first.AddDays(3);
        return string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(middle)}-W{ISOWeek.GetWeekOfYear(middle):00}");
    }

    /// <summary>
    /// The first second of a day. Not all days have a midnight, and some have two, where clocks are changed at that hour: so it is
    /// looked for among the moments at which it may be.
    /// </summary>
    private DateTimeOffset StartOf(DateTime day)
    {
        DateTimeOffset midnight = new(day, TimeSpan.Zero);
        (DateTimeOffset before, DateTimeOffset begun) = (midnight - s_farthest, midnight + s_farthest);
        while (begun - before > TimeSpan.FromSeconds(1))
        {
            DateTimeOffset between = before.AddSeconds(Math.Floor((begun - before).TotalSeconds / 2));
            (before, begun) = DayOf(between) < day ? (between, begun) : (before, between);
        }

        return TimeZoneInfo.ConvertTime(begun, _zone);
    }
}
