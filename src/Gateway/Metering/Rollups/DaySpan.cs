namespace Gateway.Metering.Rollups;

/// <summary>Days that follow one another, both ends included.</summary>
internal readonly record struct DaySpan(DateOnly First, DateOnly Last)
{
    /// <summary>What lies between known days, cut into about as many parts as are wanted.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last.</param>
    /// <param name="known">In their order.</param>
    /// <param name="parts">How many.</param>
    public static IReadOnlyList<DaySpan> Unknown(DateOnly from, DateOnly to, IReadOnlyList<DateOnly> known, int parts)
    {
        int longest = Math.Max(1, (to.DayNumber - from.DayNumber + 1 - known.Count + parts - 1) / parts);
        List<DaySpan> spans = [];
        int next = from.DayNumber;
        foreach (int end in known.Select(day => day.DayNumber).Append(to.DayNumber + 1))
        {
            for (; next < end; next += longest)
            {
                spans.Add(new DaySpan(DateOnly.FromDayNumber(next), DateOnly.FromDayNumber(Math.Min(next + longest, end) - 1)));
            }

            next = end + 1;
        }

        return spans;
    }
}
