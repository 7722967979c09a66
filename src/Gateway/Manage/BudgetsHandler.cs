using Gateway.Admission;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary><c>GET /manage/budgets</c>: who is about to be stopped.</summary>
public sealed class BudgetsHandler
{
    private readonly ManagePipeline _pipeline;
    private readonly BudgetOverview _overview;

    internal BudgetsHandler(ManagePipeline pipeline, BudgetOverview overview) => (_pipeline, _overview) = (pipeline, overview);

    public Task ListAsync(HttpContext http, CancellationToken cancellationToken) => _pipeline.ShowAsync(http, async (sight, aborted) =>
    {
        QueryReader query = new(http.Request.Query, "team", ListCursor.Limit, ListCursor.After);
        (string? team, ManageAnswer? foreign) = sight.TeamFor(query.Text("team"));
        ListPlace? place = ListCursor.Read(query, "budgets", team);
        if ((foreign ?? query.Refusal) is { } refusal)
        {
            return refusal;
        }

        (IReadOnlyList<BudgetStanding> page, string? next) = ListCursor.Page(await _overview.ListAsync(team, aborted), place, standing => standing.Place, "budgets", team);
        return ManageAnswer.Of(new BudgetList([.. page.Select(BudgetDocument.Of)], next), ManageJson.Default.BudgetList);
    }, cancellationToken);
}

/// <param name="Data">The nearest to its end first.</param>
/// <param name="Next"><c>after</c> of the next page; null on the last.</param>
internal sealed record BudgetList(IReadOnlyList<BudgetDocument> Data, string? Next);

/// <summary>How one budget stands.</summary>
/// <param name="Scope"><c>key</c>, <c>team</c>; for tokens <c>rule</c>, or <c>person</c> where each has a budget.</param>
/// <param name="Id">Of the key, rule or person; the name of the team.</param>
/// <param name="Name">Of the key or rule.</param>
/// <param name="Team">That it belongs to.</param>
/// <param name="Model">The pattern of the models that it is for; null for all.</param>
/// <param name="Window"><c>day</c>, <c>week</c>, <c>month</c> or <c>lifetime</c>.</param>
/// <param name="Mode"><c>enforce</c>, or <c>shadow</c>: it only reports.</param>
/// <param name="BudgetUsd">All of it.</param>
/// <param name="SpentUsd">In this window.</param>
/// <param name="ReservedUsd">Set aside for requests that run.</param>
/// <param name="LeftUsd">For others.</param>
/// <param name="UsedPercent">That is spent, rounded down to tenths: 100 means all of it.</param>
/// <param name="ResetsAt">Null when never.</param>
internal sealed record BudgetDocument(
    string Scope, string Id, string? Name, string Team, string? Model, string Window, string Mode,
    decimal BudgetUsd, decimal SpentUsd, decimal ReservedUsd, decimal LeftUsd, decimal UsedPercent, DateTimeOffset? ResetsAt)
{
    internal static BudgetDocument Of(BudgetStanding standing)
    {
        BudgetStatus status = standing.Status;
        return new BudgetDocument(
            standing.Kind, standing.Id, standing.Name, standing.Team, status.Model, status.Window.ToString().ToLowerInvariant(), status.Budget.Mode.ToString().ToLowerInvariant(),
            status.Budget.Usd, status.Spent, status.Reserved, status.Left, decimal.Floor(standing.Used * 1000) / 10, status.ResetsAt);
    }
}
