using Gateway.Authentication.Access;
using Gateway.Authentication.Teams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary><c>/manage/teams</c>: what all keys of a team together may use.</summary>
public sealed class TeamsHandler(ManagePipeline pipeline, TeamAdministration teams, ChangeWarnings warnings)
{
    private const string Collection = "teams";

    private const string TimeZone = "time_zone";
    private const string WeekStarts = "week_starts";

    /// <summary>The fields of a change.</summary>
    internal static readonly string[] OfUpdate = [GrantFields.Limits, TimeZone, WeekStarts];

    public Task ListAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.ShowAsync(http, async (sight, aborted) =>
    {
        QueryReader query = new(http.Request.Query, ListCursor.Limit, ListCursor.After);
        ListPlace? place = ListCursor.Read(query, Collection, sight.Team);
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        IReadOnlyList<Team> found = sight.Team is { } own ? await OneAsync(sight, own, aborted) : await teams.ListAsync(aborted);
        (IReadOnlyList<Team> page, string? next) = ListCursor.Page(found, place, team => team.Name, Collection, sight.Team);
        return ManageAnswer.Of(new TeamList(page, next), ManageJson.Default.TeamList);
    }, cancellationToken);

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.ShowAsync(http, async (sight, aborted) =>
        sight.TeamFor(NameOf(http)).Refusal
            ?? new QueryReader(http.Request.Query).Refusal
            ?? Answer(await teams.FindAsync(NameOf(http), aborted) is { } team ? new TeamChange.Done(Seen(sight, team)) : new TeamChange.NotFound("")), cancellationToken);

    public Task SetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.RunAsync(http, async (caller, aborted) =>
    {
        (Func<Team, Team>? change, ManageAnswer? refusal) = await ManageBody.ReadAsync(http.Request, OfUpdate, Read, aborted);
        if (refusal is not null)
        {
            return refusal;
        }

        string? like = await warnings.OfTeamAsync(NameOf(http), aborted);
        return Answer(Warned(await teams.SetAsync(NameOf(http), change!, KeysHandler.Actor(caller), CancellationToken.None), like));
    }, cancellationToken);

    public Task RemoveAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.RunAsync(
        http, async (caller, _) => Answer(await teams.RemoveAsync(NameOf(http), KeysHandler.Actor(caller), CancellationToken.None)), cancellationToken);

    private static Func<Team, Team> Read(FieldReader fields)
    {
        Func<Limits, Limits> limits = GrantFields.ReadLimits(fields);
        (bool hasZone, string? zone) = (fields.Has(TimeZone), fields.Text(TimeZone));
        (bool hasDay, DayOfWeek? day) = (
            fields.Has(WeekStarts), fields.Choice<DayOfWeek?>(WeekStarts, null, [.. Enum.GetValues<DayOfWeek>().Select(day => (day.ToString().ToLowerInvariant(), (DayOfWeek?)day))]));
        return team => team with
        {
            Limits = limits(team.Limits),
            TimeZone = hasZone ? zone : team.TimeZone,
            WeekStarts = hasDay ? day : team.WeekStarts,
        };
    }

    private TeamChange Warned(TeamChange change, string? like) =>
        change is TeamChange.Done(var team) ? new TeamChange.Done(team with { Warnings = warnings.OfBudget(team.Limits.HasBudget, like) }) : change;

    private async Task<IReadOnlyList<Team>> OneAsync(Sight sight, string name, CancellationToken aborted) =>
        await teams.FindAsync(name, aborted) is { } team ? [Seen(sight, team)] : [];

    private static Team Seen(Sight sight, Team team) => sight.OfAll ? team : team with { UpdatedBy = Sight.AnOperator };

    private static string NameOf(HttpContext http) => ManagePath.IdAfter(Collection, http.Request);

    private static ManageAnswer Answer(TeamChange change) => change switch
    {
        TeamChange.Done(var team) => ManageAnswer.Of(team, TeamJson.Default.Team),
        TeamChange.NotFound => ManageAnswer.NotFound("No limits are set for that team. GET /manage/teams lists those that have some."),
        TeamChange.Conflict(var reason) => ManageAnswer.Conflict(reason),
        TeamChange.Refused(var reasons) => ManageAnswer.Invalid(reasons),
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };
}
