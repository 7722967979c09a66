using System.Globalization;
using Gateway.Dashboard.Tests.Month;
using Gateway.Dashboard.Tests.Support;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Gateway.Dashboard.Tests;

/// <summary>How much a browser loads before the page can be used, and how soon that is.</summary>
[Collection(DashboardSite.Collection)]
public sealed class SizeTests(DashboardSite site, ITestOutputHelper output)
{
    /// <summary>Of all files together, as they are sent.</summary>
    private const int MostBytes = 100_000;

    [BrowserFact]
    public Task Page_is_small() => site.VisitAsync(async visit =>
    {
        await visit.OpenAsync();
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        double[] sizes = await visit.Page.EvaluateAsync<double[]>(
            "() => { const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]; return [all.length, all.reduce((n, e) => n + e.encodedBodySize, 0), all.reduce((n, e) => n + e.decodedBodySize, 0)]; }");
        double[] shown = await visit.Page.EvaluateAsync<double[]>(
            "() => [performance.getEntriesByType('navigation')[0].domInteractive, performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0]");
        await visit.SignInAsync(site.TextOf(Company.Manager));
        await visit.SettleAsync();
        await visit.Page.EvaluateAsync("performance.clearResourceTimings()");
        await visit.Page.ReloadAsync();
        await visit.Button("Refresh").First.WaitForAsync();
        double usable = await visit.Page.EvaluateAsync<double>("performance.now()");
        await visit.SettleAsync();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sizes[0]} files, {sizes[1]} bytes over the wire ({sizes[2]} unpacked); interactive after {shown[0]:0} ms, painted after {shown[1]:0} ms; signed in and reloaded: usable after {usable:0} ms"));
        Assert.InRange(sizes[1], 1, MostBytes);
        Assert.True(sizes[1] < sizes[2] / 2, "The files are sent unpacked.");
    });
}
