using System.CommandLine;
using Gateway.Authentication.Teams;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Teams;

/// <summary>The options that say by whose clock the windows of budgets begin and end.</summary>
internal sealed class CalendarOptions
{
    /// <summary>Back to what holds where nothing is said.</summary>
    private const string None = "none";

    private readonly Option<string?> _zone = new("--time-zone")
    {
        Description = "Where days, weeks and months of budgets begin, such as Europe/Berlin. Default: UTC.",
        HelpName = "zone|none",
    };

    private readonly Option<string?> _week = new("--week-starts")
    {
        Description = "The day that weeks of budgets begin with. Default: monday.",
        HelpName = "day|none",
    };

    public CalendarOptions() => _week.Only([.. Enum.GetNames<DayOfWeek>().Select(day => day.ToLowerInvariant()), None]);

    public void AddTo(Command command)
    {
        command.Add(_zone);
        command.Add(_week);
    }

    /// <summary>The team with what was given put in place of what it had.</summary>
    public Team Apply(ParseResult arguments, Team team) => team with
    {
        TimeZone = arguments.GetValue(_zone) is { } zone ? (zone == None ? null : zone) : team.TimeZone,
        WeekStarts = arguments.GetValue(_week) is { } day ? (day == None ? null : Enum.Parse<DayOfWeek>(day, ignoreCase: true)) : team.WeekStarts,
    };
}
