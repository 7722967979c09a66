using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Dashboard.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gateway.Dashboard.Tests;

/// <summary>People who have no key sign in at the company's issuer: the whole way, and what may go wrong on it.</summary>
[Collection(DashboardSite.Collection)]
public sealed partial class SignInAtIssuerTests(DashboardSite site, IssuerGateway at) : IClassFixture<IssuerGateway>
{
    [BrowserFact]
    public Task Whoever_signs_in_is_back_where_they_were_and_the_token_is_in_this_tab_only() => VisitAsync("reader", async visit =>
    {
        ConcurrentQueue<(string Path, IRequest Request)> asked = [];
        visit.Page.Request += (_, request) => asked.Enqueue((new Uri(request.Url).AbsolutePath, request));
        await SignInAsync(visit, "#/overview?days=7");
        await ExpectSignedInAsync(visit, "sees all teams");
        await visit.SettleAsync();
        Assert.Equal($"{at.Url}/dashboard#/overview?days=7", visit.Page.Url);

        string token = Assert.Single(at.Issuer.Tokens);
        IRequest[] managed = [.. asked.Where(each => each.Path.StartsWith("/manage/", StringComparison.Ordinal)).Select(each => each.Request)];
        Assert.Contains(managed, request => request.Url.EndsWith("/manage/me", StringComparison.Ordinal));
        Assert.Contains(managed, request => request.Url.Contains("/manage/usage", StringComparison.Ordinal));
        foreach (IRequest request in managed)
        {
            Dictionary<string, string> headers = await request.AllHeadersAsync();
            Assert.Equal($"Bearer {token}", headers["authorization"]);
            Assert.DoesNotContain("x-api-key", headers.Keys);
        }

        Assert.Equal(token, JsonDocument.Parse(await StoredAsync(visit)).RootElement.GetProperty("secret").GetString());
        Assert.Equal("gateway-session", await visit.Page.EvaluateAsync<string>("Object.keys(sessionStorage).join()"));
        Assert.Equal("0/", await visit.Page.EvaluateAsync<string>("localStorage.length + '/' + document.cookie"));
        Assert.Empty(await visit.Page.Context.CookiesAsync());
        Assert.DoesNotContain(asked, each => each.Request.Url.Contains(token, StringComparison.Ordinal));

        // Another load of the page needs no other token.
        await visit.Page.ReloadAsync();
        await ExpectSignedInAsync(visit, "sees all teams");
        Assert.Single(at.Issuer.Brought);
    });

    /// <summary>Who shares the budget of a rule has no key; and of nothing everything is used.</summary>
    [BrowserFact]
    public Task Budget_of_those_who_sign_in_is_named_by_their_rule() => VisitAsync("reader", async visit =>
    {
        await SignInAsync(visit, "#/keys");
        await visit.SettleAsync();
        await Expect(visit.Main).ToContainTextAsync("1 sign-in rule has used 80 % or more of a budget. 1 budget is used up, and refuses requests.");
        await Expect(visit.Main).ToContainTextAsync("100 %");
        await visit.Main.GetByRole(AriaRole.Link, new() { Name = $"All who sign in by {IssuerGateway.Guests}" }).ClickAsync();
        await Expect(visit.Heading).ToHaveTextAsync("Requests");
        Assert.Contains($"key=oidc.{IssuerGateway.Guests}", visit.Page.Url, StringComparison.Ordinal);
    });

    [BrowserFact]
    public Task Code_is_asked_for_with_a_challenge_and_brought_once_with_its_verifier() => VisitAsync("reader", async visit =>
    {
        await SignInAsync(visit);
        await ExpectSignedInAsync(visit, "sees all teams");
        IQueryCollection asked = Assert.Single(at.Issuer.Asked);
        IFormCollection brought = Assert.Single(at.Issuer.Brought);
        Assert.Equal(("one", "code", "openid email", "S256"), (asked["tenant"].ToString(), asked["response_type"].ToString(), asked["scope"].ToString(), asked["code_challenge_method"].ToString()));
        Assert.Equal(at.Issuer.Page, asked["redirect_uri"].ToString());
        string verifier = brought["code_verifier"].ToString();
        Assert.InRange(verifier.Length, 43, 128);
        Assert.Equal(SignInIssuer.ChallengeOf(verifier), asked["code_challenge"].ToString());
        Assert.DoesNotContain("client_secret", brought.Keys);

        // Who signs in a second time shows other secrets.
        await visit.Button("Sign out").ClickAsync();
        await ClickSignInAsync(visit);
        await ExpectSignedInAsync(visit, "sees all teams");
        foreach (string secret in (string[])["state", "nonce", "code_challenge"])
        {
            Assert.Equal(2, at.Issuer.Asked.Select(each => each[secret].ToString()).Distinct().Count());
        }
    });

    /// <summary>The browser's back button goes through the issuer, which sends whoever is signed in there on with another code.</summary>
    [BrowserFact]
    public Task Answer_that_comes_when_one_is_signed_in_leaves_the_address_and_changes_nothing() => VisitAsync("reader", async visit =>
    {
        await SignInAsync(visit);
        await ExpectSignedInAsync(visit, "sees all teams");
        string before = await StoredAsync(visit);
        await visit.Page.GotoAsync($"{at.Url}/dashboard?code=forged&state=forged#/models");
        await ExpectSignedInAsync(visit, "sees all teams");
        await Expect(visit.Page).ToHaveURLAsync($"{at.Url}/dashboard#/models");
        Assert.Equal(before, await StoredAsync(visit));
        Assert.Single(at.Issuer.Brought);
        await visit.SettleAsync();
        await AssertHistoryHoldsNoCodeAsync(visit);
    });

    [BrowserFact]
    public Task Answer_that_nobody_asked_for_is_refused_and_its_code_goes_nowhere() => VisitAsync("reader", async visit =>
    {
        await visit.OpenAsync("?code=forged&state=forged");
        await ExpectRefusedAsync(visit, "begun in another tab");
        Assert.Empty(at.Issuer.Brought);
    });

    [BrowserTheory]
    [InlineData("?code=forged&state=forged", "no answer to the sign-in that was begun here")]
    [InlineData("?error=access_denied&error_description=Call+0900+1234&state=forged", "no answer to the sign-in that was begun here")]
    public Task Answer_to_another_sign_in_is_refused_and_ends_the_one_that_was_begun(string answer, string said) => VisitAsync("reader", async visit =>
    {
        await visit.OpenAsync();
        await visit.Page.EvaluateAsync("""sessionStorage.setItem('gateway-sign-in', JSON.stringify({ verifier: 'v'.repeat(43), state: 'mine', nonce: 'n', back: '#/models' }))""");
        await visit.OpenAsync(answer);
        await ExpectRefusedAsync(visit, said);
        Assert.DoesNotContain("0900", await visit.Main.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(at.Issuer.Brought);
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("sessionStorage.length"));
    });

    [BrowserFact]
    public Task Issuer_that_refuses_is_heard_and_one_may_begin_anew() => VisitAsync("reader", async visit =>
    {
        at.Issuer.Refusal = ("access_denied", "Ada <b>may not</b> use the dashboard.");
        await SignInAsync(visit);
        await ExpectRefusedAsync(visit, "The issuer refused: Ada <b>may not</b> use the dashboard.");
        Assert.Empty(at.Issuer.Brought);

        at.Issuer.Refusal = null;
        await ClickSignInAsync(visit);
        await ExpectSignedInAsync(visit, "sees all teams");
    });

    [BrowserFact]
    public Task Id_token_of_another_sign_in_is_refused() => VisitAsync("reader", async visit =>
    {
        at.Issuer.Nonce = "of another";
        await SignInAsync(visit);
        await ExpectRefusedAsync(visit, "Signing in at the issuer failed");
    });

    [BrowserFact]
    public Task Whose_rule_has_no_scope_sees_their_own_usage_and_no_other_view() => VisitAsync("staff", async visit =>
    {
        await SignInAsync(visit);
        await ExpectSignedInAsync(visit, "sees its own usage");
        await visit.SettleAsync();
        Assert.Equal(["Overview"], await visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Views" }).GetByRole(AriaRole.Link).AllInnerTextsAsync());
    });

    [BrowserFact]
    public Task Whom_no_rule_knows_is_told_so() => VisitAsync("stranger", async visit =>
    {
        visit.Guard.ExpectStatus(401, "/manage/me");
        await SignInAsync(visit);
        await ExpectRefusedAsync(visit, "token");
        Assert.Single(at.Issuer.Tokens);
    });

    [BrowserFact]
    public Task Token_that_has_expired_leads_back_to_the_sign_in_which_says_why() => VisitAsync("reader", async visit =>
    {
        await SignInAsync(visit);
        await ExpectSignedInAsync(visit, "sees all teams");
        await visit.SettleAsync();
        at.Time.Advance(TimeSpan.FromMinutes(30));
        visit.Guard.ExpectStatus(401, "/manage/");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Models", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("You were signed out");
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("expired");
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("sessionStorage.length"));
        Assert.Equal($"{at.Url}/dashboard#/models", visit.Page.Url);

        // One goes on where one was.
        await ClickSignInAsync(visit);
        await ExpectSignedInAsync(visit, "sees all teams");
        Assert.Equal($"{at.Url}/dashboard#/models", visit.Page.Url);
        await visit.SettleAsync();
    });

    private Task VisitAsync(string role, Func<Visit, Task> visit)
    {
        at.Issuer.Reset();
        at.Issuer.Role = role;
        return site.VisitAsync(at.Url, at.Issuer.Origin, visit);
    }

    private async Task SignInAsync(Visit visit, string hash = "")
    {
        await visit.OpenAsync(hash);
        await ClickSignInAsync(visit);
    }

    private Task ClickSignInAsync(Visit visit) => visit.Button($"Sign in at {new Uri(at.Issuer.Origin).Authority}").ClickAsync();

    private static async Task ExpectSignedInAsync(Visit visit, string sees)
    {
        await Expect(visit.Page.GetByText(sees)).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("ada@example.com").First).ToBeVisibleAsync();
        await Expect(visit.Page).ToHaveURLAsync(PlainAddress());
    }

    private static async Task ExpectRefusedAsync(Visit visit, string said)
    {
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Not signed in");
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(said);
        await Expect(visit.Page).ToHaveURLAsync(PlainAddress());
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("sessionStorage.length"));
    }

    /// <summary>What the browser would show who goes back in it.</summary>
    private static async Task AssertHistoryHoldsNoCodeAsync(Visit visit)
    {
        ICDPSession session = await visit.Page.Context.NewCDPSessionAsync(visit.Page);
        string[] addresses = [.. (await session.SendAsync("Page.getNavigationHistory"))!.Value.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("url").GetString()!)];
        Assert.NotEmpty(addresses);
        Assert.DoesNotContain(addresses, address => address.Contains("code=", StringComparison.Ordinal) || address.Contains("state=", StringComparison.Ordinal));
    }

    private static Task<string> StoredAsync(Visit visit) => visit.Page.EvaluateAsync<string>("sessionStorage.getItem('gateway-session')");

    [GeneratedRegex("/dashboard(#.*)?$")]
    private static partial Regex PlainAddress();
}
