using System.Net;
using System.Text.Json;
using Gateway.Authentication.Oidc;
using Gateway.Tests.Authentication.Oidc;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Alerts;

/// <summary>Who has spent how much of a budget is told once for each percentage and window.</summary>
public sealed class BudgetAlertTests
{
    [Fact]
    public async Task Each_percentage_is_told_once_as_it_is_reached()
    {
        await using AlertGateway gateway = await AlertGateway.StartAsync();
        (string id, string key) = await gateway.KeyAsync(""" "budget_per_month":{"usd":0.1,"mode":"shadow"},"alert_at":[50,80,100,150] """);
        await gateway.SpendAsync(key, 5);
        await gateway.ReceivedAsync(1);
        await gateway.SpendAsync(key, 3);
        await gateway.ReceivedAsync(2);
        await gateway.SpendAsync(key, 2);
        await gateway.ReceivedAsync(3);
        await gateway.SpendAsync(key, 5);
        ReceivedRequest[] received = await gateway.ReceivedAsync(4);

        Assert.Equal(["50", "80", "100", "150"], AlertGateway.Words(received));
        Assert.Equal(4, received.Select(each => each.Json.GetProperty("id").GetString()).Distinct().Count());
        JsonElement budget = received[0].Json.GetProperty("budget");
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Assert.Equal(
            ("key", id, "ci", "search", "month", 0.05m, 0.1m, "shadow"),
            (Text("scope"), Text("id"), Text("name"), Text("team"), Text("window"), budget.GetProperty("spent_usd").GetDecimal(), budget.GetProperty("budget_usd").GetDecimal(), Text("mode")));
        Assert.Equal(new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1), budget.GetProperty("resets_at").GetDateTimeOffset());
        Assert.Contains($"The key 'ci' ({id}, team 'search') has reached 50 % of its budget for the month", received[0].Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("0.05 of 0.10 USD are spent", received[0].Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.All(gateway.Hook.Received, each => Assert.DoesNotContain("prompt", each.Body, StringComparison.Ordinal));

        string Text(string name) => budget.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task One_answer_that_crosses_several_has_a_message_for_each_in_their_order()
    {
        await using AlertGateway gateway = await AlertGateway.StartAsync();
        (_, string key) = await gateway.KeyAsync(""" "budget_for_lifetime":{"usd":0.005,"mode":"shadow"} """);
        await gateway.SpendAsync(key, 1);
        Assert.Equal(["50", "80", "100"], AlertGateway.Words(await gateway.ReceivedAsync(3)));
    }

    [Fact]
    public async Task Refusal_because_too_little_is_left_is_the_100_percent()
    {
        await using AlertGateway gateway = await AlertGateway.StartAsync();
        (_, string key) = await gateway.KeyAsync(""" "budget_per_day":{"usd":0.05},"alert_at":[100] """);
        HttpStatusCode status;
        do
        {
            status = await gateway.AskAsync(key);
        }
        while (status == HttpStatusCode.OK || status == HttpStatusCode.TooManyRequests);

        Assert.Equal(HttpStatusCode.PaymentRequired, status);
        ReceivedRequest told = Assert.Single(await gateway.ReceivedAsync(1));
        Assert.Equal(100, told.Json.GetProperty("budget").GetProperty("percent").GetInt32());
        Assert.Contains("requests are refused", told.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scope_says_its_own_percentages_and_none_are_none()
    {
        await using AlertGateway gateway = await AlertGateway.StartAsync();
        (_, string silent) = await gateway.KeyAsync(""" "budget_per_day":{"usd":0.01,"mode":"shadow"},"alert_at":[] """, "quiet", "silent");
        (_, string loud) = await gateway.KeyAsync(""" "budget_per_day":{"usd":0.01,"mode":"shadow"},"alert_at":[100] """, "quiet", "loud");
        await gateway.ManageAsync(HttpMethod.Patch, "/manage/teams/quiet", """{"limits":{"budget_per_week":{"usd":0.04,"mode":"shadow"},"alert_at":[75]}}""");
        await gateway.SpendAsync(silent, 2);
        await gateway.SpendAsync(loud, 1);
        ReceivedRequest[] received = await gateway.ReceivedAsync(2);
        Assert.Equal(
            ["key loud day 100", "team quiet week 75"],
            received.Select(each => each.Json.GetProperty("budget")).Select(budget => $"{budget.GetProperty("scope")} {(budget.TryGetProperty("name", out JsonElement name) ? name : budget.GetProperty("id"))} {budget.GetProperty("window")} {budget.GetProperty("percent")}").Order(StringComparer.Ordinal));
        Assert.Equal(2, gateway.Hook.Received.Count);
    }

    [Fact]
    public async Task Budget_that_was_changed_is_told_anew_and_each_percentage_of_it_once()
    {
        FakeClock time = new();
        await using AlertGateway gateway = await AlertGateway.StartAsync(services => services.AddSingleton<TimeProvider>(time));
        (string id, string key) = await gateway.KeyAsync(""" "budget_for_lifetime":{"usd":0.01,"mode":"shadow"},"alert_at":[100] """);
        await gateway.SpendAsync(key, 1);
        await Until(1);
        await gateway.ManageAsync(HttpMethod.Patch, $"/manage/keys/{id}", """{"limits":{"budget_for_lifetime":{"usd":0.03,"mode":"shadow"}}}""");
        await gateway.SpendAsync(key, 2);
        await Until(2);
        Assert.Equal([0.01m, 0.03m], gateway.Hook.Received.Select(each => each.Json.GetProperty("budget").GetProperty("budget_usd").GetDecimal()));

        Task Until(int count) => Patience.UntilAsync(() =>
        {
            time.AdvanceSeconds(1);
            return gateway.Hook.Received.Count >= count;
        });
    }

    /// <summary>An issuer may put thousands of characters there, and lines of its own: neither a row nor every receiver takes them.</summary>
    [Theory]
    [InlineData("""ada@example.com""", "ada@example.com")]
    [InlineData("""ada\nThe team 'search' has""", "ada\\u000AThe team 'search' has")]
    [InlineData(null, null)]
    public async Task Person_behind_a_token_is_named(string? subject, string? shown)
    {
        (subject, shown) = (subject ?? new string('n', 4000), shown ?? new string('n', 256) + "...");
        await using LocalIssuer issuer = await LocalIssuer.StartAsync();
        using TokenSigner signer = TokenSigner.Create();
        issuer.Signers.Add(signer);
        using IssuerClient client = issuer.CreateClient();
        await using AlertGateway gateway = await AlertGateway.StartAsync(services => services.AddSingleton(client));
        await gateway.ManageAsync(HttpMethod.Post, "/manage/issuers", $$$"""
            {"id":"staff","issuer":"{{{issuer.Address}}}","audiences":["gateway"],"claims":{"role":["dev"]},"per_subject":true,"team":"people",
             "limits":{"budget_per_day":{"usd":0.01,"mode":"shadow"},"alert_at":[100]}}
            """);
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        string token = signer.Sign($$"""{"iss":"{{issuer.Address}}","aud":"gateway","sub":"{{subject}}","role":"dev","iat":{{now}},"exp":{{now + 300}}}""");
        await gateway.SpendAsync(token, 1);
        JsonElement budget = Assert.Single(await gateway.ReceivedAsync(1)).Json.GetProperty("budget");
        Assert.Equal(("person", shown, "people"), (budget.GetProperty("scope").GetString(), budget.GetProperty("name").GetString(), budget.GetProperty("team").GetString()));
        Assert.StartsWith("oidc.staff.", budget.GetProperty("id").GetString(), StringComparison.Ordinal);
    }
}
