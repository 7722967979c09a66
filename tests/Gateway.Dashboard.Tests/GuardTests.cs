using Gateway.Dashboard.Tests.Support;

namespace Gateway.Dashboard.Tests;

/// <summary>The guard of all other tests: it sees what must never be, and takes nobody's word that it was not.</summary>
[Collection(DashboardSite.Collection)]
public sealed class GuardTests(DashboardSite site)
{
    private const string InlineScript = "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }))";

    [BrowserFact]
    public Task Inline_script_breaks_the_policy_and_does_not_run() => site.VisitAsync(async visit =>
    {
        await visit.OpenAsync();
        await visit.Page.EvaluateAsync(InlineScript);
        await UntilFoundAsync(visit, "policy: script-src-elem inline");
        Assert.False(await visit.Page.EvaluateAsync<bool>("window.ran === true"));
        visit.Guard.Expect("policy: script-src-elem inline");
        visit.Guard.Expect("console: Executing inline script violates");
    });

    [BrowserFact]
    public Task Style_attribute_in_markup_breaks_the_policy() => site.VisitAsync(async visit =>
    {
        await visit.OpenAsync();
        await visit.Page.EvaluateAsync("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')");
        await UntilFoundAsync(visit, "policy: style-src-attr inline");
        visit.Guard.Expect("style");
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
        Gateway.Tests.Support.Patience.UntilAsync(() => visit.Guard.Findings().Any(found => found.Contains(text, StringComparison.Ordinal)));
}
