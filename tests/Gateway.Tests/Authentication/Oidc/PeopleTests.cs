using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Authentication.Oidc;

/// <summary>People behind the tokens of one rule: team, limits and name of each from its claims, over HTTP.</summary>
public sealed class PeopleTests : IAsyncLifetime
{
    private static readonly string[] s_people =
    [
        "--per-subject", "--team-claim", "groups", "--team-map", "9f-search=search", "--team-map", "dept-*=of-{claim}", "--team-map", "*=newcomers",
        "--label-claim", "preferred_username,email", "--budget-month", "5", "--rpm", "1000",
        "--limits-claim", "roles", "--limits-map", "Gateway.Heavy=budget-month:200,rpm:120",
    ];

    private Azurite _azurite = null!;
    private LocalIssuer _issuer = null!;
    private TokenSigner _signer = null!;
    private FakeUpstream _upstream = null!;
    private GatewayServer _gateway = null!;

    public async Task InitializeAsync()
    {
        _azurite = await Azurite.ShareAsync();
        await StorageTables.CreateAsync(Azurite.StorageAt(_azurite.ConnectionString));
        _issuer = await LocalIssuer.StartAsync();
        _signer = _issuer.AddSigner();
        _upstream = await FakeUpstream.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await (_gateway?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _upstream.DisposeAsync();
        await _issuer.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    [Fact]
    public async Task Team_and_limits_come_from_the_claims_and_newcomers_have_those_of_the_rule()
    {
        await StartAsync(s_people);
        JsonElement ada = await UsageAsync(Token("s1", ("groups", new JsonArray("dept-red", "9f-search")), ("roles", "Gateway.Heavy"), ("preferred_username", "ada@example.com")));
        JsonElement bob = await UsageAsync(Token("s2", ("groups", new JsonArray("dept-red")), ("email", "bob@example.com")));
        JsonElement eve = await UsageAsync(Token("s3"));

        Assert.Equal(("search", "ada@example.com", 200m), (Text(ada, "team"), Text(ada, "person"), MonthOf(ada)));
        Assert.Equal(("of-dept-red", "bob@example.com", 5m), (Text(bob, "team"), Text(bob, "person"), MonthOf(bob)));
        Assert.Equal(("newcomers", 5m), (Text(eve, "team"), MonthOf(eve)));
        Assert.False(eve.TryGetProperty("person", out _));
        Assert.Equal(3, new[] { ada, bob, eve }.Select(each => Text(each, "key_id")).Distinct().Count());
    }

    [Fact]
    public async Task Usage_is_grouped_by_person_also_under_a_new_name()
    {
        await StartAsync(s_people);
        await PostAsync(Token("s1", ("preferred_username", "ada@example.com")), 2);
        await PostAsync(Token("s1", ("preferred_username", "ada.new@example.com")), 1);
        await PostAsync(Token("s2", ("preferred_username", "bob@example.com")), 1);

        Run report = await Patience.UntilAsync(
            () => Run.GatewayAsync(_azurite.ConnectionString, "usage", "--by", "person", "--json"),
            run => run.Json.GetProperty("total").GetProperty("requests").GetInt64() == 4);
        Assert.Equal([("ada.new@example.com", 3L), ("bob@example.com", 1L)], RowsOf(report.Json));

        // The same of single requests, of which the newest is read first.
        Run rows = await Run.GatewayAsync(_azurite.ConnectionString, "usage", "--by", "person,session", "--from", "1d", "--json");
        Assert.Equal([("ada.new@example.com", 3L), ("bob@example.com", 1L)], RowsOf(rows.Json));
        Run bob = await Run.GatewayAsync(_azurite.ConnectionString, "usage", "--by", "person", "--person", "bob@example.com", "--json");
        Assert.Equal(1, bob.Json.GetProperty("total").GetProperty("requests").GetInt64());
        Assert.Contains("bob@example.com", (await Run.GatewayAsync(_azurite.ConnectionString, "usage", "--by", "person")).Output, StringComparison.Ordinal);

        JsonElement own = await UsageAsync(Token("s2", ("preferred_username", "ada@example.com")));
        Assert.Equal(1, own.GetProperty("total").GetProperty("requests").GetInt64());
    }

    [Theory]
    [InlineData("\u0000ada")]
    [InlineData("ada\nbob")]
    [InlineData("ada\u202Ebob")]
    [InlineData("   ")]
    [InlineData("")]
    public async Task Label_that_cannot_be_shown_is_passed_over(string label)
    {
        await StartAsync(s_people);
        JsonElement usage = await UsageAsync(Token("s1", ("preferred_username", label), ("email", "ada@example.com")));
        Assert.Equal("ada@example.com", Text(usage, "person"));
        JsonElement none = await UsageAsync(Token("s1", ("preferred_username", new string('a', 129))));
        Assert.False(none.TryGetProperty("person", out _));
        Assert.Equal(128, Text(await UsageAsync(Token("s1", ("preferred_username", new string('a', 128)))), "person").Length);
    }

    [Fact]
    public async Task Token_without_a_subject_is_told_so()
    {
        await StartAsync(s_people);
        foreach (string? subject in (string?[])[null, "", " "])
        {
            using HttpResponseMessage response = await AskAsync(HttpMethod.Get, "/v1/usage", Token(subject));
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Contains("no subject ('sub')", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("dept-a/b")]
    [InlineData("dept-#")]
    [InlineData("dept-\u0001")]
    public async Task Claim_that_makes_no_team_is_refused(string group)
    {
        await StartAsync(s_people);
        using HttpResponseMessage response = await AskAsync(HttpMethod.Get, "/v1/usage", Token("s1", ("groups", group)));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("'groups' whose value is no name of a team", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Person_whose_rule_reads_usage_sees_the_team_of_the_claims_and_no_other()
    {
        await StartAsync([.. s_people, "--scope", "usage,models"]);
        string ada = Token("s1", ("groups", "9f-search"), ("preferred_username", "ada@example.com"));
        string amy = Token("s2", ("groups", "9f-search"), ("preferred_username", "amy@example.com"));
        string bob = Token("s3", ("groups", "dept-red"), ("preferred_username", "bob@example.com"));
        await PostAsync(ada, 1);
        await PostAsync(amy, 2);
        await PostAsync(bob, 4);

        JsonElement seen = await Patience.UntilAsync(() => ReadAsync(ada, "/manage/usage?by=person"), report => report.GetProperty("total").GetProperty("requests").GetInt64() >= 3);
        Assert.Equal(["amy@example.com", "ada@example.com"], seen.GetProperty("rows").EnumerateArray().Select(row => Text(row, "person")));
        await Patience.UntilAsync(() => ReadAsync(bob, "/manage/requests"), page => page.GetProperty("data").GetArrayLength() == 4);
        Assert.Equal(3, (await ReadAsync(amy, "/manage/requests")).GetProperty("data").GetArrayLength());

        // Who changes teams sees the new one's, and of the old one not even what was one's own.
        string moved = Token("s1", ("groups", "dept-red"), ("preferred_username", "ada@example.com"));
        Assert.Equal(4, (await ReadAsync(moved, "/manage/usage")).GetProperty("total").GetProperty("requests").GetInt64());

        using HttpResponseMessage other = await AskAsync(HttpMethod.Get, "/manage/usage?team=of-dept-red", ada);
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        Assert.Contains("This token reads the usage of its own team only, 'search'", await other.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using HttpResponseMessage change = await AskAsync(HttpMethod.Post, "/manage/keys", ada, """{"team":"search"}""");
        Assert.Contains("This token lacks the scope 'manage'", await change.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_that_only_reads_lets_nobody_call_models_and_says_so_when_it_is_added()
    {
        Assert.Contains("Note: It reads usage and calls no models", (await AddAsync(["--team", "wall", "--scope", "usage:all"])).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await Run.GatewayAsync(_azurite.ConnectionString, "issuers", "remove", "entra")).ExitCode);
        await StartAsync(["--team", "wall", "--scope", "usage"]);
        Assert.Equal(0, (await ReadAsync(Token("s1"), "/manage/usage")).GetProperty("total").GetProperty("requests").GetInt64());
        using HttpResponseMessage call = await AskAsync(HttpMethod.Post, "/v1/messages", Token("s1"), """{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hello"}]}""");
        Assert.Equal(HttpStatusCode.Forbidden, call.StatusCode);
        Assert.Empty(_upstream.Received);
    }

    [Fact]
    public async Task Rule_without_anything_of_people_keeps_nobodys_name()
    {
        await StartAsync(["--per-subject", "--team", "staff"]);
        JsonElement usage = await UsageAsync(Token("s1", ("preferred_username", "ada@example.com"), ("email", "ada@example.com")));
        Assert.DoesNotContain("ada", usage.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("need each other", "--per-subject", "--team", "a", "--team-claim", "groups")]
    [InlineData("need each other", "--per-subject", "--team", "a", "--limits-map", "x=rpm:1")]
    [InlineData("--per-subject", "--team", "a", "--label-claim", "email")]
    [InlineData("--team is required", "--per-subject", "--team-claim", "groups", "--team-map", "a=b")]
    [InlineData("The team must have", "--per-subject", "--team", "a", "--team-claim", "groups", "--team-map", "a=b/c")]
    [InlineData("--limits-map takes", "--per-subject", "--team", "a", "--limits-claim", "roles", "--limits-map", "x=rpm")]
    [InlineData("--limits-map takes", "--per-subject", "--team", "a", "--limits-claim", "roles", "--limits-map", "x=rpm:1.5")]
    [InlineData("--limits-map takes", "--per-subject", "--team", "a", "--limits-claim", "roles", "--limits-map", "x=speed:9")]
    [InlineData("must be 1 or more", "--per-subject", "--team", "a", "--limits-claim", "roles", "--limits-map", "x=rpm:0")]
    [InlineData("--team-map takes", "--per-subject", "--team", "a", "--team-claim", "groups", "--team-map", "nothing")]
    public async Task Rule_that_makes_no_sense_is_refused_in_words(string words, params string[] options)
    {
        Run run = await AddAsync(options);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    private Task<Run> AddAsync(string[] options) => Run.GatewayAsync(
        _azurite.ConnectionString, ["issuers", "add", "entra", "--issuer", _issuer.Address, "--audience", "gateway", "--any-subject", .. options]);

    private async Task StartAsync(string[] options)
    {
        Run added = await AddAsync(options);
        Assert.True(added.ExitCode == 0, added.Error);
        _gateway = await GatewayServer.StartAsync(
            services => services.AddSingleton(_issuer.CreateClient()),
            ("GatewayStorage", _azurite.ConnectionString),
            ("Gateway:Providers:fake:Kind", "openai"),
            ("Gateway:Providers:fake:BaseUrl", _upstream.Url + "/v1"),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "fake/up"),
            ("Gateway:Models:0:Price:Input", "1"),
            ("Gateway:Models:0:Price:Output", "1"),
            ("Logging:LogLevel:Default", "None"));
    }

    private string Token(string? subject, params (string Name, JsonNode Value)[] more)
    {
        JsonObject claims = new() { ["iss"] = _issuer.Address, ["aud"] = "gateway", ["exp"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds() };
        if (subject is not null)
        {
            claims["sub"] = subject;
        }

        foreach ((string name, JsonNode value) in more)
        {
            claims[name] = value;
        }

        return _signer.Sign(claims);
    }

    private Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string token, string? body = null) =>
        _gateway.SendAsync(method, path, body, default, ("authorization", $"Bearer {token}"));

    private async Task PostAsync(string token, int times)
    {
        for (int i = 0; i < times; i++)
        {
            using HttpResponseMessage response = await AskAsync(HttpMethod.Post, "/v1/messages", token, """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"hello"}]}""");
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    private Task<JsonElement> UsageAsync(string token) => ReadAsync(token, "/v1/usage");

    private async Task<JsonElement> ReadAsync(string token, string path)
    {
        using HttpResponseMessage response = await AskAsync(HttpMethod.Get, path, token);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonElement.Parse(body);
    }

    private static decimal MonthOf(JsonElement usage) =>
        Assert.Single(usage.GetProperty("budgets").EnumerateArray()).GetProperty("budget_usd").GetDecimal();

    private static IEnumerable<(string Person, long Requests)> RowsOf(JsonElement report) =>
        report.GetProperty("rows").EnumerateArray().Select(row => (Text(row, "person"), row.GetProperty("requests").GetInt64()));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
