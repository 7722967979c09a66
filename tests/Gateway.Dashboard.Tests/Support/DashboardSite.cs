using System.Runtime.CompilerServices;
using Gateway.Dashboard.Tests.Month;
using Microsoft.Playwright;

namespace Gateway.Dashboard.Tests.Support;

/// <summary>One company's gateway and one browser for all tests of a collection; each visit has a context of its own, which is cheap.</summary>
public sealed class DashboardSite : IAsyncLifetime
{
    /// <summary>Tests that look at each view, in all sizes: half of the time.</summary>
    public const string Views = "Views of the dashboard";

    /// <summary>All others, beside them.</summary>
    public const string Collection = "Dashboard";

    /// <summary>In milliseconds; nothing that works takes so long on a machine that does.</summary>
    private const float Slowest = 30_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private RunningMonth? _month;

    internal RunningMonth Month => _month!;

    internal string TextOf(string key) => Month.Seed.TextOf(key);

    public async Task InitializeAsync()
    {
        if (Chromium.Path is null && !Chromium.IsRequired)
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(Slowest);
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.StartAsync(_playwright);
        _month = await RunningMonth.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_month is not null)
        {
            await _month.DisposeAsync();
        }
    }

    /// <summary>A visit to the company's gateway. At its end, and not before, the guard tells what it saw.</summary>
    internal Task VisitAsync(Func<Visit, Task> visit, Screen? screen = null, string? url = null, [CallerMemberName] string test = "") =>
        VisitAsync(url ?? Month.Gateway.Url, null, visit, screen ?? Screen.Desktop, test);

    /// <summary>A visit to a gateway where people sign in at an issuer of that origin, whose certificate nobody knows.</summary>
    internal Task VisitAsync(string url, string issuer, Func<Visit, Task> visit, [CallerMemberName] string test = "") => VisitAsync(url, issuer, visit, Screen.Desktop, test);

    private async Task VisitAsync(string url, string? issuer, Func<Visit, Task> visit, Screen screen, string test)
    {
        await using IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = screen.Width, Height = screen.Height },
            ColorScheme = screen.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-GB",
            TimezoneId = "UTC",
            IgnoreHTTPSErrors = issuer is not null,
        });
        PageGuard guard = await PageGuard.WatchAsync(context, url, issuer);
        Visit one = new(await context.NewPageAsync(), guard, url);
        one.Page.SetDefaultTimeout(Slowest);
        try
        {
            await visit(one);
        }
        catch (Exception exception)
        {
            await one.PictureAsync($"failed-{test}");
            throw new InvalidOperationException($"{exception.Message}\nThe guard saw: {string.Join("; ", guard.Findings())}\nPicture: {Visit.PathOf($"failed-{test}")}", exception);
        }

        Assert.Equal([], guard.Findings());
    }
}

/// <summary>What the page is looked at on.</summary>
internal sealed record Screen(int Width, int Height, bool Dark)
{
    public static Screen Desktop { get; } = new(1440, 900, false);

    public static Screen Phone { get; } = new(390, 844, false);

    public string Name => $"{Width}-{(Dark ? "dark" : "light")}";
}

[CollectionDefinition(DashboardSite.Views)]
public sealed class ViewsCollection : ICollectionFixture<DashboardSite>;

[CollectionDefinition(DashboardSite.Collection)]
public sealed class DashboardCollection : ICollectionFixture<DashboardSite>;
