using Gateway.Dashboard.Tests.Support;
using Gateway.Tests.Support;
using Microsoft.Playwright;

namespace Gateway.Dashboard.Tests;

/// <summary>The guard of all other tests: it sees what must never be, and takes nobody's word that it was not.</summary>
[Collection(DashboardSite.Collection)]
public sealed class GuardTests(DashboardSite site)
{
    /// <summary>A page with the dashboard's own headers and what must not work under them.</summary>
    private const string Forbidden = "<!doctype html><html lang='en'><title>x</title><h1>x</h1><script>window.ran = true</script><p id='styled' style='color: rgb(1, 2, 3)'>x</p></html>";

    [BrowserFact]
    public Task Inline_script_and_style_break_the_policy_and_do_nothing() => site.VisitAsync(async visit =>
    {
        await visit.Page.RouteAsync("**/dashboard", async route =>
        {
            IAPIResponse page = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = page, Body = Forbidden });
        });
        await visit.OpenAsync();
        await UntilFoundAsync(visit, "policy: script-src-elem inline");
        await UntilFoundAsync(visit, "policy: style-src-attr inline");
        Assert.False(await visit.Page.EvaluateAsync<bool>("window.ran === true"));
        Assert.Equal("rgb(0, 0, 0)", await visit.Page.EvaluateAsync<string>("getComputedStyle(document.getElementById('styled')).color"));
        visit.Guard.Expect("policy: script-src-elem inline");
        visit.Guard.Expect("policy: style-src-attr inline");
        visit.Guard.Expect("console: ");
    });

    /// <summary>Text never becomes markup, whoever forgets that it is only text.</summary>
    [BrowserFact]
    public Task Markup_out_of_text_breaks_the_policy() => site.VisitAsync(async visit =>
    {
        await visit.OpenAsync();
        await Assert.ThrowsAnyAsync<PlaywrightException>(() => visit.Page.EvaluateAsync("document.body.insertAdjacentHTML('beforeend', '<p>x</p>')"));
        await UntilFoundAsync(visit, "policy: require-trusted-types-for");
        visit.Guard.Expect("policy: require-trusted-types-for");
        visit.Guard.Expect("console: This document requires 'TrustedHTML'");
    });

    [BrowserFact]
    public Task Page_reaches_nobody_else() => site.VisitAsync(async visit =>
    {
        await visit.OpenAsync();
        Assert.Equal("refused", await visit.Page.EvaluateAsync<string>("fetch('http://127.0.0.1:9/').then(() => 'answered', () => 'refused')"));
        await UntilFoundAsync(visit, "policy: connect-src");
        visit.Guard.Expect("127.0.0.1:9");
    });

    /// <summary>Any of these fails a test that did not ask for it.</summary>
    [BrowserTheory]
    [InlineData("console.error('no good')", "console: no good")]
    [InlineData("setTimeout(() => { throw new Error('thrown') })", "exception: ")]
    [InlineData("fetch('/manage/nothing')", "answer: 404 /manage/nothing")]
    [InlineData("fetch('/manage/me?key=mgw_x')", "key in an address: /manage/me")]
    public async Task What_nobody_asked_for_fails_the_test(string script, string found)
    {
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => site.VisitAsync(async visit =>
        {
            await visit.OpenAsync();
            await visit.Page.EvaluateAsync($"() => {{ {script} }}");
            await UntilFoundAsync(visit, found);
        }));
        Assert.Contains(found[..8], failure.Message, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task What_was_asked_for_and_never_came_fails_the_test()
    {
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => site.VisitAsync(async visit =>
        {
            await visit.OpenAsync();
            visit.Guard.ExpectStatus(401, "/manage/me");
        }));
        Assert.Contains("expected and not there", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Silence is allowed on a machine of one's own, and only there.</summary>
    [Fact]
    public void Missing_browser_is_said_and_in_ci_it_is_a_failure()
    {
        Assert.Contains("apt-get install chromium", BrowserFactAttribute.Skipped(null, required: false), StringComparison.Ordinal);
        Assert.Null(BrowserFactAttribute.Skipped(null, required: true));
        Assert.Null(BrowserFactAttribute.Skipped("/usr/bin/chromium", required: false));
    }

    private static Task UntilFoundAsync(Visit visit, string text) =>
        Patience.UntilAsync(() => visit.Guard.Findings().Any(found => found.Contains(text, StringComparison.Ordinal)));
}
