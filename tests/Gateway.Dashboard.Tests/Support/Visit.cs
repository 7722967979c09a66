using System.Reflection;
using Microsoft.Playwright;

namespace Gateway.Dashboard.Tests.Support;

/// <summary>Someone before a browser: one page, watched.</summary>
internal sealed class Visit(IPage page, PageGuard guard, string url)
{
    public IPage Page => page;

    public PageGuard Guard => guard;

    public ILocator Heading => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public ILocator Main => page.GetByRole(AriaRole.Main);

    public ILocator Dialog => page.GetByRole(AriaRole.Dialog);

    public ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public ILocator Field(string label) => page.GetByLabel(label);

    /// <summary>Opens the page, at a view or at the sign-in.</summary>
    public Task OpenAsync(string hash = "") => page.GotoAsync($"{url}/dashboard{hash}");

    public async Task SignInAsync(string key, string hash = "")
    {
        await OpenAsync(hash);
        await Field("Key").FillAsync(key);
        await Button("Sign in").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Views" })).ToBeVisibleAsync();
    }

    /// <summary>Goes to a view by its link in the navigation, and waits for what it loads.</summary>
    public async Task GoToAsync(string view)
    {
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Views" }).GetByRole(AriaRole.Link, new() { Name = view, Exact = true }).ClickAsync();
        await SettleAsync();
    }

    /// <summary>Nothing is loaded any more.</summary>
    public async Task SettleAsync()
    {
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await Assertions.Expect(page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
    }

    /// <summary>The page itself never scrolls sideways; what is wide does so within its card. Charts follow a change of size a moment later.</summary>
    public async Task AssertFitsAsync(string where)
    {
        try
        {
            await page.WaitForFunctionAsync("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth");
            return;
        }
        catch (TimeoutException)
        {
            // Said below, with numbers.
        }

        int[] widths = await page.EvaluateAsync<int[]>("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]");
        Assert.True(widths[0] <= widths[1], $"{where}: the page is {widths[0]} px wide on a screen of {widths[1]} px.");
    }

    public Task PictureAsync(string name) => page.ScreenshotAsync(new() { Path = PathOf(name), FullPage = true, Animations = ScreenshotAnimations.Disabled });

    public static string PathOf(string name) => Path.Combine(Folder, "dashboard", $"{name}.png");

    private static string Folder { get; } = typeof(Visit).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "ArtifactsFolder").Value!;
}
