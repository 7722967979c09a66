using Gateway.Dashboard.Tests.Month;
using Gateway.Dashboard.Tests.Support;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gateway.Dashboard.Tests;

/// <summary>The page where there is nothing yet, and where something is wrong.</summary>
[Collection(DashboardSite.Collection)]
public sealed class StateTests(DashboardSite site)
{
    private static readonly string[] s_views = ["Overview", "Keys and teams", "Requests", "Models", "Alerts", "Audit"];

    [BrowserFact]
    public async Task Gateway_without_any_traffic()
    {
        await using GatewayServer fresh = await GatewayServer.StartAsync();
        await site.VisitAsync(
            async visit =>
            {
                await visit.SignInAsync(GatewayServer.Key);
                foreach (string view in s_views)
                {
                    await visit.GoToAsync(view);
                    await Expect(visit.Heading).ToHaveTextAsync(view);
                    await Accessibility.AssertAsync(visit.Page, $"empty {view}");
                    await visit.PictureAsync($"empty-{view.Split(' ')[0].ToLowerInvariant()}-1440-light");
                }

                await visit.GoToAsync("Overview");
                await Expect(visit.Main).ToContainTextAsync("No requests in these days");
            },
            url: fresh.Url);
    }

    /// <summary>What was loaded before stays on the screen, beside what went wrong; trying again cures it.</summary>
    [BrowserFact]
    public Task Failure_is_said_and_can_be_tried_again() => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Manager));
        await visit.SettleAsync();
        await visit.Page.RouteAsync("**/manage/usage*", route => route.FulfillAsync(new()
        {
            Status = 500,
            ContentType = "application/json",
            Body = """{"type":"error","error":{"type":"api_error","message":"Something broke inside the gateway."},"request_id":"req_1"}""",
        }));
        visit.Guard.ExpectStatus(500, "/manage/usage");
        await visit.Button("Refresh").First.ClickAsync();
        ILocator alert = visit.Page.GetByRole(AriaRole.Alert).First;
        await Expect(alert).ToContainTextAsync("Something broke inside the gateway.");
        await Expect(visit.Main).ToContainTextAsync("assistant");
        await Accessibility.AssertAsync(visit.Page, "failure");
        await visit.PictureAsync("failure-1440-light");
        await visit.Page.UnrouteAsync("**/manage/usage*");
        await visit.Button("Try again").First.ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    });

    [BrowserFact]
    public async Task Storage_that_is_away_is_named_in_each_view()
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(site.Month.Storage);
        await using GatewayServer gateway = await GatewayServer.StartAsync(("GatewayStorage", tables.ConnectionString), ("Gateway:DevKey", null));
        await site.VisitAsync(
            async visit =>
            {
                await visit.SignInAsync(site.TextOf(Company.Manager));
                await visit.SettleAsync();
                tables.Always(Fault.Answer(500));
                visit.Guard.ExpectStatus(503, "/manage/");
                foreach (string view in (string[])["Keys and teams", "Requests", "Alerts", "Audit", "Overview"])
                {
                    await visit.GoToAsync(view);
                    await Expect(visit.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("The storage does not answer");
                }

                await visit.PictureAsync("storage-away-1440-light");
                tables.Always(null);
                await visit.Button("Try again").First.ClickAsync();
                await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
            },
            url: gateway.Url);
    }

    [BrowserFact]
    public Task Gateway_that_cannot_be_reached_is_said() => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Manager));
        await visit.SettleAsync();
        await visit.Page.RouteAsync("**/manage/**", route => route.AbortAsync("connectionrefused"));
        visit.Guard.Expect("request: net::ERR_CONNECTION_REFUSED");
        visit.Guard.Expect("console: Failed to load resource: net::ERR_CONNECTION_REFUSED");
        await visit.Button("Refresh").First.ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("cannot be reached");
    });
}
