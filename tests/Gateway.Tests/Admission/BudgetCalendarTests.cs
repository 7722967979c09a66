using System.Globalization;
using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Authentication.Teams;
using Gateway.Routing.Prices;

namespace Gateway.Tests.Admission;

/// <summary>Windows by the clocks on all walls.</summary>
public sealed class BudgetCalendarTests
{
    [Fact]
    public void Windows_of_all_zones_follow_one_another_without_gap_or_overlap()
    {
        DateTimeOffset from = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        string[] zones = [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => TimeZones.Find(id) is not null)];
        Assert.InRange(zones.Length, 300, 1000);
        Parallel.For(0, zones.Length, i =>
        {
            DayOfWeek first = (DayOfWeek)(i % 7);
            BudgetCalendar calendar = Of(zones[i], first);
            foreach (BudgetWindow window in (BudgetWindow[])[BudgetWindow.Day, BudgetWindow.Week, BudgetWindow.Month])
            {
                DateTimeOffset now = from;
                while (now.Year < 2031)
                {
                    DateTimeOffset end = calendar.EndOf(window, now)!.Value;
                    string id = calendar.IdOf(window, now);
                    string place = $"{window} {id} of {zones[i]} from {first}, until {end:O}";
                    Assert.True(end > now, place);
                    Assert.True(id == calendar.IdOf(window, end.AddSeconds(-1)) && end == calendar.EndOf(window, end.AddSeconds(-1)), place);
                    Assert.True(string.CompareOrdinal(calendar.IdOf(window, end), id) > 0, place);
                    Assert.True(end.Offset == TimeZones.Find(zones[i])!.GetUtcOffset(end), place);
                    Assert.True(window != BudgetWindow.Week || end.DayOfWeek == first, place);
                    Assert.True(window != BudgetWindow.Month || end.Day == 1, place);
                    now = end;
                }
            }
        });
    }

    [Theory]
    [InlineData("Europe/Berlin", "2027-03-27T23:00:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-24T22:00:00Z", 25)]
    [InlineData("Asia/Kolkata", "2026-11-20T18:30:00Z", 24)]
    [InlineData("Australia/Lord_Howe", "2026-10-03T13:30:00Z", 23.5)]
    [InlineData("America/Santiago", "2026-09-06T04:00:00Z", 23)]
    [InlineData("America/Havana", "2026-11-01T04:00:00Z", 25)]
    [InlineData("Asia/Beirut", "2027-03-27T22:00:00Z", 23)]
    public void Day_has_the_hours_that_it_has_there(string zone, string begins, double hours)
    {
        BudgetCalendar calendar = Of(zone);
        DateTimeOffset start = At(begins);
        Assert.NotEqual(calendar.IdOf(BudgetWindow.Day, start.AddSeconds(-1)), calendar.IdOf(BudgetWindow.Day, start));
        Assert.Equal(start.AddHours(hours), calendar.EndOf(BudgetWindow.Day, start));
        Assert.Equal(start, calendar.EndOf(BudgetWindow.Day, start.AddSeconds(-1)));
    }

    [Theory]
    [InlineData(DayOfWeek.Monday, "2026-W53", "2027-01-04")]
    [InlineData(DayOfWeek.Sunday, "2026-W53", "2027-01-03")]
    [InlineData(DayOfWeek.Saturday, "2026-W53", "2027-01-02")]
    [InlineData(DayOfWeek.Friday, "2027-W01", "2027-01-08")]
    public void Weeks_have_numbers_that_can_be_compared_whichever_day_they_begin_with(DayOfWeek first, string id, string end)
    {
        BudgetCalendar calendar = Of(null, first);
        DateTimeOffset newYear = At("2027-01-01T12:00:00Z");
        Assert.Equal(id, calendar.IdOf(BudgetWindow.Week, newYear));
        Assert.Equal(end, calendar.EndOf(BudgetWindow.Week, newYear)!.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Change_of_the_calendar_neither_doubles_nor_forgives_what_was_spent()
    {
        // Sunday: where weeks begin today the next one has begun, and elsewhere it has not.
        DateTimeOffset sunday = At("2026-11-29T12:00:00Z");
        (BudgetCalendar mondays, BudgetCalendar sundays) = (Of("UTC"), Of("UTC", DayOfWeek.Sunday));
        SpendState spent = (new SpendState("key:k") { Calendar = sundays }).At(sunday).Add(Usd.Of(5));
        Assert.Equal("2026-W49", spent.Windows[BudgetWindow.Week].Id);

        SpendState back = (spent with { Calendar = mondays }).At(sunday);
        Assert.Equal((Usd.Of(5), At("2026-12-07T00:00:00Z")), (back.Spent(BudgetWindow.Week), back.ResetsAt(BudgetWindow.Week, sunday)));
        SpendState again = (back.Add(Usd.Of(1)) with { Calendar = sundays }).At(sunday.AddDays(3));
        Assert.Equal((Usd.Of(6), Usd.Of(6)), (again.Spent(BudgetWindow.Week), again.Spent(BudgetWindow.Lifetime)));
        Assert.Equal(Usd.Zero, again.At(At("2026-12-06T00:00:00Z")).Spent(BudgetWindow.Week));

        // East, where tomorrow is today, and back again: one new day, not two.
        DateTimeOffset evening = At("2026-11-29T20:00:00Z");
        SpendState day = new SpendState("key:k").At(evening).Add(Usd.Of(3));
        SpendState tokyo = (day with { Calendar = Of("Asia/Tokyo") }).At(evening);
        Assert.Equal((Usd.Zero, Usd.Of(3)), (tokyo.Spent(BudgetWindow.Day), tokyo.Spent(BudgetWindow.Month)));
        SpendState home = (tokyo.Add(Usd.Of(2)) with { Calendar = BudgetCalendar.Utc }).At(evening.AddHours(5));
        Assert.Equal((Usd.Of(2), Usd.Of(5)), (home.Spent(BudgetWindow.Day), home.Spent(BudgetWindow.Month)));
    }

    [Theory]
    [InlineData("Europe/berlin")]
    [InlineData("Mars/Olympus")]
    [InlineData("right/Europe/Berlin")]
    [InlineData("Europe/../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("localtime")]
    [InlineData("CET")]
    [InlineData("+02:00")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("")]
    public void What_is_no_place_is_no_time_zone(string id) =>
        Assert.Contains("There is no time zone", Assert.Single(new Team("t", Limits.None) { TimeZone = id }.Validate()), StringComparison.Ordinal);

    [Fact]
    public void Zone_that_this_machine_does_not_know_counts_as_utc() =>
        Assert.Equal("UTC, from Sunday", Of("Mars/Olympus", DayOfWeek.Sunday).NameFor(BudgetWindow.Week));

    private static BudgetCalendar Of(string? zone, DayOfWeek? first = null) => BudgetCalendar.Of(new Team("t", Limits.None) { TimeZone = zone, WeekStarts = first });

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
