using Gateway.Dashboard.Tests.Month;
using Gateway.Dashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gateway.Dashboard.Tests;

/// <summary>Each view of the seeded month, on a desktop and on a phone, by day and by night: what it shows, that it fits, and that everybody can use it.</summary>
[Collection(DashboardSite.Views)]
public sealed class ViewTests(DashboardSite site)
{
    /// <summary>Wide enough for two columns, and a phone.</summary>
    private static readonly (int Width, int Height)[] s_sizes = [(1440, 900), (390, 844)];

    private static readonly ColorScheme[] s_schemes = [ColorScheme.Light, ColorScheme.Dark];

    [BrowserTheory]
    [InlineData("Overview", "overview", "assistant", "Spend", "Period before")]
    [InlineData("Keys and teams", "keys", "assistant-evals", "Used up", "Over 80 %")]
    [InlineData("Requests", "requests", "Live", "gpt-5.6-terra", "support")]
    [InlineData("Models", "models", "anthropic/claude-opus-5-5", "mistral/codestral-2508")]
    [InlineData("Alerts", "alerts", "load-tests", "azure/gpt-5.6-terra")]
    [InlineData("Audit", "audit", "zendesk-plugin", "tom-codex")]
    public Task View_of_the_month(string label, string picture, params string[] shows) => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Manager));
        await visit.GoToAsync(label);
        await Expect(visit.Heading).ToHaveTextAsync(label);
        foreach (string text in shows)
        {
            await Expect(visit.Main).ToContainTextAsync(text);
        }

        await LookAsync(visit, picture);
    }, test: $"{nameof(View_of_the_month)}-{picture}");

    [BrowserFact]
    public Task Sign_in_page() => site.VisitAsync(async visit =>
    {
        await visit.OpenAsync();
        await visit.SettleAsync();
        await LookAsync(visit, "sign-in");
    });

    /// <summary>Why was I refused: a sentence, in the receipt of a request that a budget stopped.</summary>
    [BrowserFact]
    public Task Receipt_says_why_a_request_was_refused() => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Manager), $"#/requests?key={Company.Keys.Single(key => key.Name == Company.UsedUp).Id}&status=4xx&live=off");
        await visit.SettleAsync();
        await visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "402" }).GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(visit.Dialog).ToContainTextAsync("budget");
        await Expect(visit.Dialog).ToContainTextAsync(Company.UsedUp);
        await visit.SettleAsync();
        await LookAsync(visit, "receipt-refused");
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Dialog).ToHaveCountAsync(0);
    });

    /// <summary>A request that went to a second provider after the first was busy.</summary>
    [BrowserFact]
    public Task Receipt_tells_the_way_of_a_request() => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Manager), "#/requests?key=notebooks000&requested_model=gpt-5.6-terra&live=off");
        await visit.SettleAsync();
        await visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "notebooks" }).Filter(new() { HasText = "openai/gpt-6.1-sol" }).GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(visit.Dialog).ToContainTextAsync("azure/gpt-5.6-terra");
        await Expect(visit.Dialog).ToContainTextAsync("openai/gpt-6.1-sol");
        await Expect(visit.Dialog).ToContainTextAsync("429");
        await visit.SettleAsync();
        await LookAsync(visit, "receipt", twice: true);
    });

    [BrowserFact]
    public Task One_key() => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Manager), $"#/keys/{Company.Keys.Single(key => key.Name == Company.Near).Id}");
        await visit.SettleAsync();
        await Expect(visit.Heading).ToHaveTextAsync(Company.Near);
        await Expect(visit.Main.GetByRole(AriaRole.Meter).First).ToBeVisibleAsync();
        await LookAsync(visit, "key", twice: true);
    });

    [BrowserFact]
    public Task Teams() => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Manager), "#/keys?tab=teams");
        await visit.SettleAsync();
        foreach (TeamOffer team in Company.Teams.Where(team => team.MonthlyShare is not null))
        {
            await Expect(visit.Main).ToContainTextAsync(team.Name);
        }

        await LookAsync(visit, "teams", twice: true);
    });

    /// <summary>The same numbers as a table, and the form in which a spreadsheet takes them.</summary>
    [BrowserFact]
    public Task Chart_is_a_table_and_a_file_too() => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Manager));
        await visit.SettleAsync();
        ILocator chart = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Spend by day" }).First;
        await chart.GetByRole(AriaRole.Button, new() { Name = "Table", Exact = true }).ClickAsync();
        await Expect(chart.GetByRole(AriaRole.Row)).ToHaveCountAsync(31);
        IDownload file = await visit.Page.RunAndWaitForDownloadAsync(() => chart.GetByRole(AriaRole.Button, new() { Name = "Save CSV" }).ClickAsync());
        using StreamReader reader = new(await file.CreateReadStreamAsync());
        string[] lines = (await reader.ReadToEndAsync()).TrimEnd().Split("\r\n");
        Assert.Equal(31, lines.Length);
        Assert.StartsWith("Day,", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"^\d{4}-\d\d-\d\d,\d", lines[1]);
    });

    /// <summary>The value of a day is shown where the arrow keys stand.</summary>
    [BrowserFact]
    public Task Chart_can_be_read_by_keys() => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Manager));
        await visit.SettleAsync();
        ILocator plot = visit.Page.GetByRole(AriaRole.Group, new() { NameRegex = new("chart$") });
        await plot.FocusAsync();
        await visit.Page.Keyboard.PressAsync("End");
        ILocator tip = plot.GetByRole(AriaRole.Status);
        await Expect(tip).ToContainTextAsync("$");
        string last = await tip.InnerTextAsync();
        await visit.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(tip).Not.ToHaveTextAsync(last);
    });

    /// <summary>All four ways to look; or two of them, which have both sizes and both schemes, where the pieces are the same as elsewhere.</summary>
    private static async Task LookAsync(Visit visit, string picture, bool twice = false)
    {
        foreach ((int at, (int width, int height)) in s_sizes.Index())
        {
            await visit.Page.SetViewportSizeAsync(width, height);
            foreach (ColorScheme scheme in twice ? s_schemes[at..(at + 1)] : s_schemes)
            {
                await visit.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                string name = $"{picture}-{width}-{(scheme == ColorScheme.Dark ? "dark" : "light")}";
                await visit.AssertFitsAsync(name);
                await visit.PictureAsync(name);
                await Accessibility.AssertAsync(visit.Page, name);
            }
        }
    }
}
