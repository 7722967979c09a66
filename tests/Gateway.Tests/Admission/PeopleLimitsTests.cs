using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Tests.Authentication.Oidc;
using Gateway.Tests.Security;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Admission;

/// <summary>People behind tokens, each with limits of their own, in teams with a calendar of their own. An answer costs 0.000012 USD.</summary>
public sealed class PeopleLimitsTests : IAsyncLifetime
{
    private readonly FakeClock _time = new(new DateTimeOffset(2026, 11, 21, 20, 0, 0, TimeSpan.Zero));
    private LocalIssuer _issuer = null!;
    private TokenSigner _signer = null!;
    private FakeUpstream _upstream = null!;
    private GatewayServer _gateway = null!;

    public async Task InitializeAsync()
    {
        _issuer = await LocalIssuer.StartAsync();
        _signer = _issuer.AddSigner();
        _upstream = await FakeUpstream.StartAsync();
        _gateway = await GatewayServer.StartAsync(
            services => services.AddSingleton(_issuer.CreateClient()).AddSingleton<TimeProvider>(_time),
            ("Gateway:Providers:fake:Kind", "openai"), ("Gateway:Providers:fake:BaseUrl", _upstream.Url + "/v1"),
            ("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "fake/up"), ("Gateway:Models:0:Price:Input", "1"), ("Gateway:Models:0:Price:Output", "1"),
            ("Gateway:Models:1:Id", "other"), ("Gateway:Models:1:Targets:0", "fake/else"),
            ("Gateway:Models:1:Price:Input", "1"), ("Gateway:Models:1:Price:Output", "1"));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Day_of_a_person_is_that_of_the_team_that_the_claims_say()
    {
        await TrustAsync("""{"budget_per_day":{"usd":0.0001}}""", """{"team_claim":"groups","teams":[{"pattern":"india","team":"in-india"}]}""");
        Assert.Equal(200, (await _gateway.AskAsync(GatewayServer.Key, "/manage/teams/in-india", """{"time_zone":"Asia/Kolkata","week_starts":"sunday"}""", "PATCH")).Status);
        (string ada, string eve, string bob) = (Token("ada", "india"), Token("eve", "india"), Token("bob"));
        Assert.Contains("for the day 2026-11-22 (Asia/Kolkata) is used up", await RefusedAsync(ada), StringComparison.Ordinal);
        Assert.Contains("for the day 2026-11-21 (UTC) is used up", await RefusedAsync(bob), StringComparison.Ordinal);
        Assert.Equal(200, (await AskAsync(eve)).Status);

        JsonElement budget = Assert.Single((await AskAsync(ada, "/v1/usage", "GET")).Json.GetProperty("budgets").EnumerateArray());
        Assert.Equal("2026-11-23T00:00:00+05:30", budget.GetProperty("resets_at").GetString());

        // Midnight in London.
        _time.Advance(TimeSpan.FromHours(4.5));
        Assert.Equal((402, 200), ((await AskAsync(ada)).Status, (await AskAsync(bob)).Status));
        _time.Advance(TimeSpan.FromHours(18.5));
        Assert.Equal(200, (await AskAsync(ada)).Status);
    }

    [Fact]
    public async Task Person_who_goes_to_and_fro_between_teams_of_two_calendars_spends_no_day_twice()
    {
        await TrustAsync("""{"budget_per_day":{"usd":0.0001}}""", """{"team_claim":"groups","teams":[{"pattern":"india","team":"in-india"}]}""");
        Assert.Equal(200, (await _gateway.AskAsync(GatewayServer.Key, "/manage/teams/in-india", """{"time_zone":"Asia/Kolkata"}""", "PATCH")).Status);
        (string london, string india) = (Token("ada"), Token("ada", "india"));
        Assert.Contains("for the day 2026-11-21 (UTC) is used up", await RefusedAsync(london), StringComparison.Ordinal);

        // An instance looks at the row each minute. There it is tomorrow, which begins once for her and not again at midnight in London.
        _time.AdvanceSeconds(61);
        Assert.Equal(200, (await AskAsync(india)).Status);
        Assert.Contains("for the day 2026-11-22 (Asia/Kolkata) is used up", await RefusedAsync(india), StringComparison.Ordinal);
        _time.AdvanceSeconds(61);
        Told back = await AskAsync(london);
        Assert.Contains("for the day 2026-11-22 (UTC) is used up", back.Error, StringComparison.Ordinal);
        Assert.Contains("It resets at 2026-11-23T00:00:00Z.", back.Error, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromHours(4.5));
        Assert.Equal((402, 402), ((await AskAsync(india)).Status, (await AskAsync(london)).Status));
        _time.Advance(TimeSpan.FromHours(23.5));
        Assert.Equal(200, (await AskAsync(london)).Status);
    }

    /// <summary>Capitals of patterns do not count; what an entry does not say, the rule's says.</summary>
    [Fact]
    public async Task Limits_of_a_person_for_models_take_the_place_of_the_rules_kind_by_kind()
    {
        await TrustAsync(
            """{"models":[{"model":"M*","requests_per_minute":{"value":1},"budget_per_day":{"usd":5}},{"model":"other","requests_per_minute":{"value":1}}]}""",
            """{"limits_claim":"groups","limits":[{"pattern":"heavy","limits":{"budget_per_day":{"usd":9},"models":[{"model":"m*","requests_per_minute":{"value":3}},{"model":"x","budget_per_month":{"usd":7}}]}}]}""");
        (string heavy, string light) = (Token("ada", "heavy"), Token("bob"));
        Assert.Equal("200 200 200 429", await StatusesAsync(heavy, "m", 4));
        Assert.Equal("200 429", await StatusesAsync(heavy, "other", 2));
        Assert.Equal("200 429", await StatusesAsync(light, "m", 2));
        Assert.Equal("200 429", await StatusesAsync(light, "other", 2));
        Assert.Equal(["/day/9", "m*/day/5", "x/month/7"], await BudgetsAsync(heavy));
        Assert.Equal(["m*/day/5"], await BudgetsAsync(light));
    }

    /// <summary>
    /// Tokens of one person may say different things at the same time, or one after the other: what was spent in a window
    /// is spent, and a day that has begun by one of the calendars is over when it is over by the one that is asked for.
    /// </summary>
    [Fact]
    public async Task Budget_that_claims_give_is_spent_once_a_day_whatever_later_tokens_say()
    {
        await TrustAsync(
            """{"budget_per_day":{"usd":0.0001},"models":[{"model":"o*","budget_per_day":{"usd":0.0001}}]}""",
            """{"team_claim":"groups","teams":[{"pattern":"india","team":"in-india"}],"limits_claim":"groups","limits":[{"pattern":"heavy","limits":{"budget_per_day":{"usd":0.0004},"models":[{"model":"O*","budget_per_day":{"usd":0.0002}}]}}]}""");
        Assert.Equal(200, (await _gateway.AskAsync(GatewayServer.Key, "/manage/teams/in-india", """{"time_zone":"Asia/Kolkata","week_starts":"sunday"}""", "PATCH")).Status);
        (string light, string heavy, string indian, string heavyIndian) = (Token("ada"), Token("ada", "heavy"), Token("ada", "india"), Token("ada", "india", "heavy"));

        // By the claim there is more, and of that what the smaller budget had allowed is gone; for a part of the models less.
        Assert.InRange(await SpendAsync(light), 1, 8);
        Assert.InRange(await SpendAsync(heavy, "other"), 1, 16);
        Assert.Contains("for 'O*' for the day 2026-11-21 (UTC) is used up: 0.0001", await RefusedAsync(heavy, "other"), StringComparison.Ordinal);
        await SpendAsync(heavy);
        Assert.Equal((0, 0), (await SpendAsync(light), await SpendAsync(heavy)));

        // In India it is tomorrow. That day begins once, and neither of the calendars makes a third one of it.
        int tomorrow = await SpendAsync(heavyIndian);
        Assert.InRange(tomorrow, 20, 33);
        for (int hour = 0; hour < 22; hour++)
        {
            foreach (string token in (string[])[light, heavy, indian, heavyIndian])
            {
                Assert.Equal(0, await SpendAsync(token));
            }

            _time.Advance(TimeSpan.FromHours(1));
        }

        // Midnight in Calcutta, where the smaller budget is what a token without the claim has.
        _time.Advance(TimeSpan.FromMinutes(31));
        Assert.InRange(await SpendAsync(indian), 1, 8);
        Assert.Equal(0, await SpendAsync(light));
        Assert.InRange(await SpendAsync(heavyIndian), 12, 32);
        JsonElement[] budgets = [.. (await AskAsync(heavyIndian, "/v1/usage", "GET")).Json.GetProperty("budgets").EnumerateArray()];
        Assert.All(budgets, budget => Assert.Equal("2026-11-24T00:00:00+05:30", budget.GetProperty("resets_at").GetString()));
        Assert.Equal([0.0004m, 0.0002m], budgets.Select(budget => budget.GetProperty("budget_usd").GetDecimal()));
    }

    private async Task TrustAsync(string limits, string people)
    {
        Told told = await _gateway.AskAsync(GatewayServer.Key, "/manage/issuers", $$"""
            {"id":"staff","issuer":"{{_issuer.Address}}","audiences":["gateway"],"any_subject":true,"per_subject":true,"team":"newcomers","limits":{{limits}},"people":{{people}} }
            """);
        Assert.True(told.Status == 201, told.Body);
    }

    private string Token(string subject, params string[] groups) => _signer.Sign(new JsonObject
    {
        ["iss"] = _issuer.Address,
        ["aud"] = "gateway",
        ["sub"] = subject,
        ["exp"] = _time.GetUtcNow().AddDays(2).ToUnixTimeSeconds(),
        ["groups"] = new JsonArray([.. groups.Select(group => JsonValue.Create(group))]),
    });

    private async Task<Told> AskAsync(string token, string path = "/v1/messages", string method = "POST", string model = "m")
    {
        string? body = method == "GET" ? null : $$"""{"model":"{{model}}","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";
        using HttpResponseMessage response = await _gateway.SendAsync(new HttpMethod(method), path, body, default, ("authorization", $"Bearer {token}"));
        return new Told((int)response.StatusCode, await response.Content.ReadAsStringAsync(), null, null);
    }

    private async Task<string> StatusesAsync(string token, string model, int times)
    {
        List<int> all = [];
        for (int i = 0; i < times; i++)
        {
            all.Add((await AskAsync(token, model: model)).Status);
        }

        return string.Join(' ', all);
    }

    private async Task<string[]> BudgetsAsync(string token) =>
    [
        .. (await AskAsync(token, "/v1/usage", "GET")).Json.GetProperty("budgets").EnumerateArray().Select(budget =>
            $"{(budget.TryGetProperty("model", out JsonElement model) ? model.GetString()!.ToLowerInvariant() : "")}/{budget.GetProperty("window").GetString()}/{budget.GetProperty("budget_usd").GetDecimal():0.##}"),
    ];

    /// <summary>How often it was answered until the budget was used up. A refusal is remembered for a second.</summary>
    private async Task<int> SpendAsync(string token, string model = "m")
    {
        _time.AdvanceSeconds(2);
        for (int answers = 0; answers < 200; answers++)
        {
            Told told = await AskAsync(token, model: model);
            if (told.Status != 200)
            {
                Assert.True(told.Status == 402, told.Body);
                return answers;
            }
        }

        throw new InvalidOperationException("The budget is never used up.");
    }

    private async Task<string> RefusedAsync(string token, string model = "m")
    {
        for (int i = 0; i < 50; i++)
        {
            Told told = await AskAsync(token, model: model);
            if (told.Status == 402)
            {
                return told.Error;
            }
        }

        throw new InvalidOperationException("The budget is never used up.");
    }
}
