using System.Text.RegularExpressions;
using Gateway.Dashboard.Tests.Month;
using Gateway.Dashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gateway.Dashboard.Tests;

/// <summary>What stands in the address of a view, and that the page shows what it says there and nothing else.</summary>
[Collection(DashboardSite.Collection)]
public sealed class AddressTests(DashboardSite site)
{
    /// <summary>Addresses are kept in histories and logs: of a whole key its id is left. The guard sees each request's address, too.</summary>
    [BrowserTheory]
    [InlineData("#/overview?key=", "#/overview?key=")]
    [InlineData("#/keys?search=", "#/keys?search=")]
    [InlineData("#/requests?live=off&tag=ticket%3D", "#/requests?live=off&tag=ticket%3D")]
    [InlineData("#/audit?actor=", "#/audit?actor=")]
    public Task Whole_key_is_cut_to_its_id(string hash, string cut) => site.VisitAsync(async visit =>
    {
        string key = site.TextOf(Company.Caller);
        string id = key.Split('_')[1];
        await visit.SignInAsync(site.TextOf(Company.Manager));
        await visit.SettleAsync();
        List<string> asked = [];
        visit.Page.Request += (_, request) => asked.Add(request.Url);
        await visit.Page.EvaluateAsync("hash => { location.hash = hash; }", hash + key);
        await Expect(visit.Page).ToHaveURLAsync(new Regex(Regex.Escape(cut + id) + "$"));
        await visit.SettleAsync();
        Assert.Contains(asked, url => url.Contains(id, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(asked, url => url.Contains(key.Split('_')[2], StringComparison.OrdinalIgnoreCase));
    });

    /// <summary>A browser takes dots out of a path, so these would ask for the list and draw it as one of it.</summary>
    [BrowserTheory]
    [InlineData("#/keys/.", "Keys and teams")]
    [InlineData("#/requests/%2e%2e?live=off", "Requests")]
    public Task Dots_are_no_id(string hash, string heading) => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Manager), hash);
        await Expect(visit.Heading).ToHaveTextAsync(heading);
        await visit.SettleAsync();
        await visit.GoToAsync("Overview");
        await Expect(visit.Main.GetByRole(AriaRole.Region, new() { Name = "By team", Exact = true })).ToBeVisibleAsync();
    });

    /// <summary>While the numbers of a filter are awaited, those of another do not stand under its name.</summary>
    [BrowserFact]
    public Task Numbers_of_another_filter_are_not_shown() => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Manager));
        await visit.SettleAsync();
        ILocator table = visit.Main.GetByRole(AriaRole.Region, new() { Name = "By team", Exact = true });
        await Expect(table).ToContainTextAsync("support");
        TaskCompletionSource held = new();
        await visit.Page.RouteAsync("**/manage/usage?*", async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });
        await visit.Page.EvaluateAsync("() => { location.hash = '#/overview?team=search'; }");
        await Expect(visit.Main.GetByRole(AriaRole.List, new() { Name = "Filters" })).ToContainTextAsync("search");
        await Expect(table).ToHaveCountAsync(0);
        held.SetResult();
        await Expect(table).ToContainTextAsync("search");
        await Expect(table).Not.ToContainTextAsync("support");
    });
}
