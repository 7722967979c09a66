using System.Diagnostics;
using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;

namespace Gateway.Tests.Alerts;

/// <summary>What receivers get, and what the gateway makes of how they behave.</summary>
public sealed class WebhookTests
{
    private const string Limits = """ "budget_for_lifetime":{"usd":0.01,"mode":"shadow"},"alert_at":[100] """;

    [Theory]
    [InlineData("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    [InlineData("a-secret-of-the-webhook", "whsec_YS1zZWNyZXQtb2YtdGhlLXdlYmhvb2s=")]
    public async Task Signature_is_what_libraries_and_the_recipe_of_the_documents_verify(string secret, string ofLibraries)
    {
        await using AlertGateway gateway = await AlertGateway.StartAsync(("Gateway:Alerts:Webhooks:ops:Secret", secret));
        JsonElement answers = await gateway.ManageAsync(HttpMethod.Post, "/manage/alerts/test");
        Assert.True(answers.GetProperty("data")[0].GetProperty("delivered").GetBoolean());
        ReceivedRequest received = Assert.Single(gateway.Hook.Received);
        Assert.Equal(("/hook", "test"), (received.Path, received.Json.GetProperty("event").GetString()));

        HeaderDictionary headers = [];
        foreach ((string name, string value) in received.Headers)
        {
            headers[name] = value;
        }

        StandardWebhook library = new(ofLibraries);
        library.Verify(received.Body, headers);
        Assert.Throws<WebhookVerificationException>(() => library.Verify(received.Body + " ", headers));
        Assert.Equal("true false", await RecipeAsync(secret, received));
    }

    [Fact]
    public async Task Slack_gets_a_text_with_blocks_in_which_names_are_no_markup()
    {
        await using AlertGateway gateway = await AlertGateway.StartAsync(("Gateway:Alerts:Webhooks:ops:Format", "Slack"), ("Gateway:Alerts:Webhooks:ops:Secret", null));
        (_, string key) = await gateway.KeyAsync(Limits, name: "<!channel> & co");
        await gateway.SpendAsync(key, 1);
        ReceivedRequest received = Assert.Single(await gateway.ReceivedAsync(1));
        JsonElement message = received.Json;
        Assert.False(received.Headers.ContainsKey("webhook-signature"));
        Assert.Contains("&lt;!channel&gt; &amp; co", message.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(["header", "section", "section"], message.GetProperty("blocks").EnumerateArray().Select(block => block.GetProperty("type").GetString()));
        Assert.Equal("plain_text", message.GetProperty("blocks")[1].GetProperty("text").GetProperty("type").GetString());
        Assert.Contains("<!channel> & co", message.GetProperty("blocks")[1].GetProperty("text").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("Spent: 0.01 USD", message.GetProperty("blocks")[2].GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task Teams_gets_an_adaptive_card_in_which_names_are_no_markup()
    {
        await using AlertGateway gateway = await AlertGateway.StartAsync(("Gateway:Alerts:Webhooks:ops:Format", "teams"));
        (_, string key) = await gateway.KeyAsync(Limits, name: "[click](https://evil.example)");
        await gateway.SpendAsync(key, 1);
        JsonElement message = Assert.Single(await gateway.ReceivedAsync(1)).Json;
        JsonElement attachment = Assert.Single(message.GetProperty("attachments").EnumerateArray());
        JsonElement card = attachment.GetProperty("content");
        Assert.Equal(
            ("message", "application/vnd.microsoft.card.adaptive", "AdaptiveCard", "1.4"),
            (message.GetProperty("type").GetString(), attachment.GetProperty("contentType").GetString(), card.GetProperty("type").GetString(), card.GetProperty("version").GetString()));
        JsonElement run = card.GetProperty("body")[1].GetProperty("inlines")[0];
        Assert.Equal("TextRun", run.GetProperty("type").GetString());
        Assert.Contains("[click](https://evil.example)", run.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(["Spent", "Budget", "Resets"], card.GetProperty("body")[2].GetProperty("facts").EnumerateArray().Select(fact => fact.GetProperty("title").GetString()));
    }

    [Fact]
    public async Task Webhook_that_is_down_gets_its_alert_when_it_is_up_and_the_other_does_not_get_it_twice()
    {
        FakeClock time = new();
        await using FakeUpstream other = await FakeUpstream.StartAsync();
        await using AlertGateway gateway = await AlertGateway.StartAsync(services => services.AddSingleton<TimeProvider>(time), ("Gateway:Alerts:Webhooks:other:Url", other.Url + "/other"));
        int tries = 0;
        DateTimeOffset? secondTry = null;
        gateway.Hook.Answer = context =>
        {
            switch (++tries)
            {
                case 1:
                    return FakeUpstream.Json(context, 500, "{}");
                case 2:
                    secondTry = time.GetUtcNow();
                    context.Response.Headers.RetryAfter = "600";
                    return FakeUpstream.Json(context, 429, "{}");
                default:
                    return FakeUpstream.Json(context, 200, "{}");
            }
        };
        (_, string key) = await gateway.KeyAsync(Limits);
        await gateway.SpendAsync(key, 1);
        await Patience.UntilAsync(() =>
        {
            time.AdvanceSeconds(1);
            return gateway.Hook.Received.Count >= 3;
        });

        Assert.True(time.GetUtcNow() - secondTry!.Value >= TimeSpan.FromSeconds(600), "retry-after was not heeded");
        Assert.Single(gateway.Hook.Received.Select(each => each.Headers["webhook-id"]).Distinct());
        JsonElement listed = await Patience.UntilAsync(() => gateway.ManageAsync(HttpMethod.Get, "/manage/alerts"), list => list.GetProperty("data")[0].GetProperty("state").GetString() == "sent");
        JsonElement alert = Assert.Single(listed.GetProperty("data").EnumerateArray());
        Assert.Equal(["ops", "other"], alert.GetProperty("sent_to").EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(3, alert.GetProperty("attempts").GetInt32());
        Assert.Single(other.Received);
    }

    [Fact]
    public async Task Alert_that_nobody_takes_for_a_day_is_given_up()
    {
        FakeClock time = new();
        await using AlertGateway gateway = await AlertGateway.StartAsync(services => services.AddSingleton<TimeProvider>(time));
        gateway.Hook.Answer = context => FakeUpstream.Json(context, 404, "{}");
        (_, string key) = await gateway.KeyAsync(Limits);
        await gateway.SpendAsync(key, 1);
        JsonElement listed = await Patience.UntilAsync(
            () =>
            {
                time.AdvanceSeconds(600);
                return gateway.ManageAsync(HttpMethod.Get, "/manage/alerts");
            },
            list => list.GetProperty("data") is var data && data.GetArrayLength() == 1 && data[0].GetProperty("state").GetString() != "pending");
        Assert.Equal("failed", listed.GetProperty("data")[0].GetProperty("state").GetString());
        Assert.Contains("It answered 404", listed.GetProperty("data")[0].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("/hook", listed.GetRawText(), StringComparison.Ordinal);
    }

    /// <summary>A receiver may refuse one alert for good and take all others.</summary>
    [Fact]
    public async Task Alert_that_is_never_taken_does_not_hold_up_others_for_a_day()
    {
        FakeClock time = new();
        await using AlertGateway gateway = await AlertGateway.StartAsync(services => services.AddSingleton<TimeProvider>(time));
        gateway.Hook.Answer = async context => await FakeUpstream.Json(context, gateway.Hook.Received.Last().Body.Contains("unwanted", StringComparison.Ordinal) ? 400 : 200, "{}");
        (_, string unwanted) = await gateway.KeyAsync(Limits, name: "unwanted");
        (_, string wanted) = await gateway.KeyAsync(Limits, name: "welcome");
        await gateway.SpendAsync(unwanted, 1);
        await HeardAsync("unwanted");
        await gateway.SpendAsync(wanted, 1);
        DateTimeOffset start = time.GetUtcNow();
        await HeardAsync("welcome");
        Assert.InRange(time.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromHours(12));

        Task HeardAsync(string of) => Patience.UntilAsync(() =>
        {
            time.AdvanceSeconds(2);
            return gateway.Hook.Received.Any(each => each.Body.Contains(of, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Redirect_is_not_followed()
    {
        await using FakeUpstream elsewhere = await FakeUpstream.StartAsync();
        await using AlertGateway gateway = await AlertGateway.StartAsync();
        gateway.Hook.Answer = context =>
        {
            context.Response.Redirect(elsewhere.Url, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };
        JsonElement answer = (await gateway.ManageAsync(HttpMethod.Post, "/manage/alerts/test")).GetProperty("data")[0];
        Assert.Equal((false, 307), (answer.GetProperty("delivered").GetBoolean(), answer.GetProperty("status").GetInt32()));
        Assert.Contains("redirects are not followed", answer.GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Empty(elsewhere.Received);
    }

    [Fact]
    public async Task Webhook_that_hangs_holds_up_no_request()
    {
        await using AlertGateway gateway = await AlertGateway.StartAsync();
        TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Hook.Answer = _ => released.Task;
        (_, string key) = await gateway.KeyAsync(""" "budget_for_lifetime":{"usd":0.01,"mode":"shadow"} """);
        await gateway.SpendAsync(key, 1);
        await gateway.ReceivedAsync(1);

        // It hangs now, with two more alerts behind it.
        await gateway.SpendAsync(key, 20);
        released.SetResult();
        Assert.Equal(["50", "80", "100"], AlertGateway.Words(await gateway.ReceivedAsync(3)));
    }

    [Fact]
    public async Task Webhook_hears_of_what_it_wants_only_and_what_nobody_wants_is_recorded()
    {
        await using AlertGateway gateway = await AlertGateway.StartAsync(("Gateway:Alerts:Webhooks:ops:Events:0", "target"));
        (_, string key) = await gateway.KeyAsync(Limits);
        await gateway.SpendAsync(key, 1);
        await Patience.UntilAsync(() => gateway.ManageAsync(HttpMethod.Get, "/manage/alerts"), list => list.GetProperty("data") is var data && data.GetArrayLength() == 1 && data[0].GetProperty("state").GetString() == "recorded");
        gateway.Upstream.Answer = context => FakeUpstream.Json(context, 401, "{}");
        await gateway.AskAsync(key);
        Assert.Equal(["target.misconfigured"], AlertGateway.Words(await gateway.ReceivedAsync(1)));
    }

    /// <summary>Runs the document's own lines: on what came, and on what somebody changed.</summary>
    private static async Task<string> RecipeAsync(string secret, ReceivedRequest received)
    {
        string document = await File.ReadAllTextAsync(Path.Combine(TestClients.Folder, "..", "..", "docs", "alerts.md"));
        string recipe = document.Split("```js\n")[1].Split("```")[0];
        string script = Path.Combine(Directory.CreateTempSubdirectory("recipe").FullName, "recipe.mjs");
        await File.WriteAllTextAsync(script, $$"""
            {{recipe}}
            const [secret, headers, body] = {{JsonSerializer.Serialize(new object[] { secret, received.Headers, received.Body })}};
            console.log(isOurs(secret, headers, body), isOurs(secret, headers, body + " "));
            """);
        using Process node = Process.Start(TestClients.Node(script))!;
        string output = await node.StandardOutput.ReadToEndAsync();
        string errors = await node.StandardError.ReadToEndAsync();
        Assert.True(errors.Length == 0, errors);
        return output.Trim();
    }
}
