using System.Globalization;
using Gateway.Alerts;
using Gateway.Authentication.Access;
using Gateway.Diagnostics;
using Gateway.Routing.Prices;

namespace Gateway.Admission;

/// <summary>The words of an alert about a budget.</summary>
internal static class BudgetMessage
{
    /// <param name="id">Of the alert.</param>
    /// <param name="scope">Such as <c>key:id</c>.</param>
    /// <param name="who">The key or person, or one of the team's.</param>
    /// <param name="limit">The budget.</param>
    /// <param name="window">Which day, week or month, and its end.</param>
    /// <param name="percent">Reached.</param>
    /// <param name="spent">In the window.</param>
    /// <param name="refuses">A request did not fit any more.</param>
    /// <param name="now">When it was seen.</param>
    public static Alert Of(string id, string scope, Caller who, BudgetLimit limit, (string Id, DateTimeOffset? End) window, int percent, Usd spent, bool refuses, DateTimeOffset now)
    {
        ScopeId whose = ScopeId.Parse(scope);
        bool isTeam = whose.Owner == "team";
        BudgetNews news = new()
        {
            Scope = KindOf(isTeam, who),
            Id = whose.Id,
            Model = whose.Model,

            // An issuer may put thousands of characters there, which neither a row nor every receiver takes.
            Name = isTeam ? null : who.PerSubject ? LogText.Of(who.Subject) ?? who.Name : who.Name,
            Team = who.Team,
            Window = limit.Window.ToString().ToLowerInvariant(),
            WindowId = window.Id,
            Percent = percent,
            SpentUsd = spent,
            BudgetUsd = limit.Amount,
            Mode = limit.Budget.Mode.ToString().ToLowerInvariant(),
            ResetsAt = window.End,
        };
        return new Alert
        {
            Id = id,
            Event = AlertEvents.BudgetThreshold,
            At = now,
            Title = Text($"{percent} % of a budget {(refuses ? "are used up" : "are spent")}"),
            Message = $"{Owner(news)} {What(news, refuses)} {End(news)}",
            Budget = news,
        };
    }

    private static string KindOf(bool isTeam, Caller who) =>
        isTeam ? "team" : who.CredentialKind != CredentialKind.Oidc ? "key" : who.PerSubject ? "person" : "rule";

    private static string Owner(BudgetNews news) => news switch
    {
        { Scope: "team" } => $"The team '{news.Id}'",
        { Name: { } name } => $"The {news.Scope} '{name}' ({news.Id}, team '{news.Team}')",
        _ => $"The {news.Scope} {news.Id} (team '{news.Team}')",
    };

    private static string What(BudgetNews news, bool refuses)
    {
        string budget = news.Window == "lifetime" ? "lifetime budget" : $"budget for the {news.Window} {news.WindowId}";
        budget += news.Model is null ? "" : $" of '{news.Model}'";
        string amounts = Text($"{news.SpentUsd:0.00####} of {news.BudgetUsd:0.00####} USD");
        return refuses
            ? $"has used up its {budget}: {amounts} are spent, and a request did not fit into what is left."
            : Text($"has reached {news.Percent} % of its {budget}: {amounts} are spent.");
    }

    private static string End(BudgetNews news)
    {
        string end = news.ResetsAt is { } reset ? $"It resets at {BudgetCalendar.Text(reset)}." : "It does not reset.";
        return news.Mode == "shadow" ? $"{end} It only reports: nothing is refused."
            : news.Percent >= 100 ? $"{end} Until then, or until it is raised, requests are refused."
            : end;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
