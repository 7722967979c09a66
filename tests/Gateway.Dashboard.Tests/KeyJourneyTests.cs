using System.Net;
using System.Text.RegularExpressions;
using Gateway.Dashboard.Tests.Month;
using Gateway.Dashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gateway.Dashboard.Tests;

/// <summary>A key from its making to its end, on the page, with real requests in between.</summary>
[Collection(DashboardSite.Collection)]
public sealed partial class KeyJourneyTests(DashboardSite site)
{
    [BrowserFact]
    public Task Create_use_revoke() => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Manager), "#/keys");
        await visit.SettleAsync();
        await visit.Link("Create a key").ClickAsync();
        await FillAsync(visit, "Team", "mobile");
        await FillAsync(visit, "Name", "journey");
        await FillAsync(visit, "Owner", "Elias Brandt");
        await visit.PictureAsync("create-key-1440-light");
        await Accessibility.AssertAsync(visit.Page, "form of a key");
        await visit.Button("Create the key").ClickAsync();

        await Expect(visit.Dialog).ToContainTextAsync("shown this once");
        string key = await ShownKeyAsync(visit);
        await Accessibility.AssertAsync(visit.Page, "new key");
        await Expect(visit.Dialog).ToContainTextAsync("Claude Code");
        await Expect(visit.Dialog).ToContainTextAsync("Codex");
        await Expect(visit.Dialog).ToContainTextAsync(visit.Page.Url.Split("/dashboard")[0]);

        // A stray Escape must not lose what is never shown again.
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Dialog).ToBeVisibleAsync();
        await visit.Button("I have saved it").ClickAsync();
        await Expect(visit.Dialog).ToHaveCountAsync(0);
        await visit.SettleAsync();
        Assert.DoesNotContain(key, await visit.Page.ContentAsync(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(key));
        await Expect(visit.Heading).ToHaveTextAsync("journey");
        await visit.Button("Revoke").ClickAsync();
        await Expect(visit.Dialog).ToContainTextAsync("Revoke journey?");
        await visit.Button("Cancel").ClickAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(key));
        await visit.Button("Revoke").ClickAsync();
        await visit.Button("Revoke the key").ClickAsync();
        await Expect(visit.Main).ToContainTextAsync("Revoked");
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(key));

        await visit.GoToAsync("Audit");
        await Expect(visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "journey" })).ToHaveCountAsync(2);
    });

    [BrowserFact]
    public Task Rotate_and_change_limits() => site.VisitAsync(async visit =>
    {
        await visit.SignInAsync(site.TextOf(Company.Manager), $"#/keys/{Company.Keys.Single(key => key.Name == "elias-codex").Id}");
        await visit.SettleAsync();
        await visit.Link("Edit").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Spinbutton).First.FillAsync("7.50");
        await visit.Button("Save the changes").ClickAsync();
        await visit.SettleAsync();
        await Expect(visit.Main).ToContainTextAsync("$7.50");

        string before = site.TextOf("elias-codex");
        await visit.Button("Rotate").ClickAsync();
        await visit.Dialog.GetByText("At once").ClickAsync();
        await visit.Button("Rotate the key").ClickAsync();
        await Expect(visit.Dialog).ToContainTextAsync("New secret of elias-codex");
        string after = await ShownKeyAsync(visit);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (await AskAsync(after), await AskAsync(before)));
        await visit.Button("I have saved it").ClickAsync();
    });

    /// <summary>Tab, Enter, Space and Escape are enough, and one always sees where one is.</summary>
    [BrowserFact]
    public Task Keyboard_alone_makes_and_revokes_a_key() => site.VisitAsync(async visit =>
    {
        IKeyboard keyboard = visit.Page.Keyboard;
        await visit.OpenAsync("#/keys");
        await Expect(visit.Field("Key")).ToBeFocusedAsync();
        await keyboard.TypeAsync(site.TextOf(Company.Manager));
        await keyboard.PressAsync("Enter");
        await Expect(visit.Heading).ToHaveTextAsync("Keys and teams");
        await visit.SettleAsync();

        await TabToAsync(visit, "Create a key");
        await keyboard.PressAsync("Enter");
        await Expect(visit.Heading).ToBeFocusedAsync();
        await TabToAsync(visit, "Team");
        await keyboard.TypeAsync("mobile");
        await TabToAsync(visit, "Name");
        await keyboard.TypeAsync("by-keyboard");
        await TabToAsync(visit, "Create the key");
        await keyboard.PressAsync("Space");
        await Expect(visit.Dialog).ToContainTextAsync("shown this once");
        await AssertTrappedAsync(visit);
        await TabToAsync(visit, "I have saved it");
        await keyboard.PressAsync("Enter");
        await Expect(visit.Dialog).ToHaveCountAsync(0);

        await Expect(visit.Heading).ToHaveTextAsync("by-keyboard");
        await Expect(visit.Heading).ToBeFocusedAsync();
        await visit.SettleAsync();
        await TabToAsync(visit, "Revoke");
        await keyboard.PressAsync("Enter");
        await Expect(visit.Dialog).ToBeVisibleAsync();
        await AssertTrappedAsync(visit);
        await keyboard.PressAsync("Escape");
        await Expect(visit.Dialog).ToHaveCountAsync(0);
        await Expect(visit.Button("Revoke")).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await TabToAsync(visit, "Revoke the key");
        await keyboard.PressAsync("Enter");
        await Expect(visit.Main).ToContainTextAsync("Revoked");
    });

    /// <summary>Sees the focus at every step on the way there.</summary>
    private static async Task TabToAsync(Visit visit, string name)
    {
        for (int i = 0; i < 120; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            string[] focus = await visit.Page.EvaluateAsync<string[]>(
                """
                () => {
                  const it = document.activeElement;
                  const style = getComputedStyle(it);
                  const shown = style.outlineStyle !== 'none' && style.outlineWidth !== '0px' || style.boxShadow !== 'none';
                  const label = it.getAttribute('aria-label') ?? it.labels?.[0]?.querySelector('.field-label')?.textContent ?? it.textContent;
                  return [label.trim(), it === document.body || shown ? '' : it.outerHTML.slice(0, 200)];
                }
                """);
            Assert.True(focus[1].Length == 0, $"Nobody sees that the focus is on {focus[1]}");
            if (focus[0] == name)
            {
                return;
            }
        }

        Assert.Fail($"Tab never comes to '{name}'.");
    }

    private static async Task AssertTrappedAsync(Visit visit)
    {
        for (int i = 0; i < 25; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            Assert.True(await visit.Page.EvaluateAsync<bool>("document.activeElement === document.body || document.querySelector('dialog[open]').contains(document.activeElement)"), "The focus left the dialog.");
        }
    }

    /// <summary>By the first word of its label: behind it stands what belongs into it.</summary>
    private static Task FillAsync(Visit visit, string label, string text) =>
        visit.Main.Locator("label").Filter(new() { Has = visit.Page.GetByText(label, new() { Exact = true }) }).Locator("input").FillAsync(text);

    private static async Task<string> ShownKeyAsync(Visit visit) =>
        KeyText().Match(await visit.Dialog.InnerHTMLAsync()) is { Success: true } match
            ? match.Value
            : throw new InvalidOperationException("No key is shown.");

    private async Task<HttpStatusCode> AskAsync(string key)
    {
        using HttpResponseMessage answer = await site.Month.Gateway.SendAsync(
            HttpMethod.Post, "/v1/messages", """{"model":"gpt-6-luna","max_tokens":20,"messages":[{"role":"user","content":"hello"}]}""", default, ("x-api-key", key));
        return answer.StatusCode;
    }

    [GeneratedRegex("mgw_[0-9a-z]{12}_[0-9A-Za-z]{49}")]
    private static partial Regex KeyText();
}
