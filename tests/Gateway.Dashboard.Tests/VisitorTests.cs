using System.Text.Json;
using Gateway.Dashboard.Tests.Month;
using Gateway.Dashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gateway.Dashboard.Tests;

/// <summary>Who gets in, who does not, and what becomes of a key that ends.</summary>
[Collection(DashboardSite.Collection)]
public sealed class VisitorTests(DashboardSite site)
{
    [BrowserFact]
    public Task Wrong_key_is_refused_in_the_gateways_words() => site.VisitAsync(async visit =>
    {
        visit.Guard.ExpectStatus(401, "/manage/me");
        await visit.OpenAsync();
        await visit.Field("Key").FillAsync("mgw_wrong");
        await visit.Field("Key").PressAsync("Enter");
        ILocator alert = visit.Page.GetByRole(AriaRole.Alert);
        await Expect(alert).ToContainTextAsync("Not signed in");
        await Expect(alert).ToContainTextAsync("API key");
        await Expect(visit.Heading).ToHaveTextAsync("Sign in");
        await Accessibility.AssertAsync(visit.Page, "refused sign-in");
        await visit.PictureAsync("sign-in-refused-1440-light");
    });

    /// <summary>Neither address, nor cookies, nor anything that outlives the tab.</summary>
    [BrowserFact]
    public Task Key_stays_in_the_session_of_its_tab() => site.VisitAsync(async visit =>
    {
        string key = site.TextOf(Company.Manager);
        await visit.SignInAsync(key);
        await visit.SettleAsync();
        Assert.DoesNotContain(key, visit.Page.Url, StringComparison.Ordinal);
        Assert.Empty(await visit.Page.Context.CookiesAsync());
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("localStorage.length"));
        Assert.Contains(key, await visit.Page.EvaluateAsync<string>("JSON.stringify({ ...sessionStorage })"), StringComparison.Ordinal);

        await visit.Page.ReloadAsync();
        await Expect(visit.Heading).ToHaveTextAsync("Overview");
        await visit.Button("Sign out").ClickAsync();
        await Expect(visit.Heading).ToHaveTextAsync("Sign in");
        Assert.Equal("{}", await visit.Page.EvaluateAsync<string>("JSON.stringify({ ...sessionStorage })"));
        IPage other = await visit.Page.Context.NewPageAsync();
        await other.GotoAsync(visit.Page.Url);
        await Expect(other.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");
    });

    [BrowserFact]
    public Task Key_without_scopes_sees_its_own_usage() => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Caller));
        await Expect(visit.Heading).ToHaveTextAsync("Your usage");
        await visit.SettleAsync();
        await Expect(visit.Main).ToContainTextAsync("Requests");
        await Expect(visit.Link("Audit")).ToHaveCountAsync(0);
        await Expect(visit.Link("Keys and teams")).ToHaveCountAsync(0);
        await Accessibility.AssertAsync(visit.Page, "own usage");
        await visit.PictureAsync("own-usage-1440-light");
    });

    [BrowserFact]
    public Task Key_of_scope_usage_sees_its_team_and_changes_nothing() => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.TeamReader));
        await visit.GoToAsync("Keys and teams");
        await Expect(visit.Main).ToContainTextAsync("search-indexer");
        await Expect(visit.Main).Not.ToContainTextAsync("support-bot");
        await Expect(visit.Link("Create a key")).ToHaveCountAsync(0);
        await Expect(visit.Link("Audit")).ToHaveCountAsync(0);
    });

    /// <summary>Signed in, and then the key is revoked: the next thing that is loaded leads back to the sign-in, which says why.</summary>
    [BrowserFact]
    public Task Key_that_ends_leads_back_to_the_sign_in() => site.VisitAsync(async visit =>
    {
        string manager = site.TextOf(Company.Manager);
        using HttpResponseMessage made = await site.Month.Gateway.SendAsync(HttpMethod.Post, "/manage/keys", """{"team":"search","name":"short-lived","scopes":["usage"]}""", default, ("x-api-key", manager));
        JsonElement key = JsonElement.Parse(await made.Content.ReadAsStringAsync());
        await visit.SignInAsync(key.GetProperty("key").GetString()!);
        await visit.SettleAsync();

        using HttpResponseMessage revoked = await site.Month.Gateway.SendAsync(HttpMethod.Delete, $"/manage/keys/{key.GetProperty("id").GetString()}", null, default, ("x-api-key", manager));
        Assert.True(revoked.IsSuccessStatusCode);
        visit.Guard.Expect("answer: 401 ");
        visit.Guard.Expect("status of 401");
        await visit.Button("Refresh").First.ClickAsync();
        await Expect(visit.Heading).ToHaveTextAsync("Sign in");
        ILocator alert = visit.Page.GetByRole(AriaRole.Alert);
        await Expect(alert).ToContainTextAsync("You were signed out");
        await Expect(alert).ToContainTextAsync("revoked");
        Assert.Equal("{}", await visit.Page.EvaluateAsync<string>("JSON.stringify({ ...sessionStorage })"));
        await visit.PictureAsync("sign-in-ended-1440-light");
    });

    /// <summary>A key whose time is over is refused with that word.</summary>
    [BrowserFact]
    public Task Expired_key_is_told_so() => site.VisitAsync(async visit =>
    {
        visit.Guard.ExpectStatus(401, "/manage/me");
        await visit.OpenAsync();
        await visit.Field("Key").FillAsync(site.TextOf("labelling-2025"));
        await visit.Button("Sign in").ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("expired");
    });
}
