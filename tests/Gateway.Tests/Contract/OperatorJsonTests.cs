using System.Globalization;
using System.Text.Json;
using Gateway.Metering.Usage;
using Gateway.Tests.Cli;
using Gateway.Tests.Manage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Contract;

/// <summary>
/// What scripts of operators read: the JSON of <c>/manage</c> and of the command line's <c>--json</c>, which are the same
/// documents. A test that fails here has found a rename that would break those scripts.
/// </summary>
public sealed class OperatorJsonTests : IAsyncLifetime
{
    private const string LimitsGiven = """
        "limits":{"requests_per_minute":{"value":10},"input_tokens_per_minute":{"value":1000,"mode":"shadow"},"output_tokens_per_minute":{"value":500},"concurrent_streams":{"value":3},"budget_per_day":{"usd":1.5},"budget_per_week":{"usd":5,"mode":"shadow"},"budget_per_month":{"usd":20},"budget_for_lifetime":{"usd":100},"alert_at":[50,100]}
        """;

    private const string Key = """
        created_at string
        created_by string
        expires_at string
        id string
        models[] string
        name string
        owner string
        previous_valid_until string
        providers[] string
        rotated_at string
        scopes[] string
        state 'active'
        tags.tier string
        team string
        """;

    private const string Team = """
        name string
        updated_at string
        updated_by string
        """;

    private const string Issuer = """
        any_subject boolean
        audiences[] string
        claims.repository[] string
        created_at string
        created_by string
        id string
        issuer string
        models[] string
        name string
        people.label_claims[] string
        people.limits[].limits.budget_per_day.mode 'enforce'
        people.limits[].limits.budget_per_day.usd number
        people.limits[].pattern string
        people.limits_claim string
        people.team_claim string
        people.teams[].pattern string
        people.teams[].team string
        per_subject boolean
        providers[] string
        scopes[] string
        tags.tier string
        team string
        """;

    private const string Act = """
        action 'team.set'
        actor string
        at string
        details.limits string
        outcome 'done'
        target string
        """;

    private const string ReportRow = """
        cached_requests number
        cost_usd number
        failed number
        first_token_ms.p50 number
        first_token_ms.p95 number
        last_request_at string
        latency_ms.p50 number
        latency_ms.p95 number
        refused number
        requests number
        tokens.cache_read number
        tokens.cache_write_1h number
        tokens.cache_write_5m number
        tokens.estimated boolean
        tokens.input number
        tokens.output number
        tokens.reasoning number
        unpriced_requests number
        """;

    private readonly FakeClock _time = new(TimeProvider.System.GetUtcNow());
    private UsageTables _tables = null!;
    private Operator _ada = null!;

    public async Task InitializeAsync()
    {
        _tables = new UsageTables(await Azurite.ShareAsync(), _time);
        _ada = await Operator.StartAsync(_tables.Connection);
    }

    public async Task DisposeAsync()
    {
        await _ada.DisposeAsync();
        await _tables.DisposeAsync();
    }

    [Fact]
    public async Task Keys()
    {
        JsonElement made = await _ada.OkAsync(
            "POST",
            "/manage/keys",
            $$$"""
            {"team":"search","name":"laptop","owner":"ada","scopes":["manage"],"models":["echo*"],"providers":["echo"],"tags":{"tier":"gold"},
             "expires_at":"2999-01-31T00:00:00Z",{{{LimitsGiven}}}}
            """,
            status: 201);
        string id = made.GetProperty("id").GetString()!;
        string whole = Key + Limits("limits.");
        Shape.Is(Without(whole, "previous_valid_until", "rotated_at") + "\nkey string", made);
        Shape.Is(whole + "\nkey string", await _ada.OkAsync("POST", $"/manage/keys/{id}/rotate", """{"overlap_seconds":3600}"""));
        Shape.Is(whole + "\nkey string", await CommandAsync("keys", "rotate", id, "--overlap", "1h"));
        string shown = whole + Spend("");
        Shape.Is(shown, await _ada.OkAsync("GET", $"/manage/keys/{id}"));
        Shape.Is(shown, await CommandAsync("keys", "show", id));
        Shape.Is(Under("data[].", shown), await _ada.OkAsync("GET", "/manage/keys?team=search"));
        Shape.Is(Under("[].", shown), await CommandAsync("keys", "list", "--team", "search"));

        JsonElement revoked = await _ada.OkAsync("DELETE", $"/manage/keys/{id}");
        Shape.Is(whole.Replace("'active'", "'revoked'", StringComparison.Ordinal) + "\nrevoked_at string\nrevoked_by string", revoked);
    }

    [Fact]
    public async Task Teams()
    {
        string whole = Team + Limits("limits.");
        Shape.Is(whole, await _ada.OkAsync("PATCH", "/manage/teams/search", $$"""{{{LimitsGiven}}}"""));
        Shape.Is(whole, await CommandAsync("teams", "show", "search"));
        Shape.Is(Under("data[].", whole), await _ada.OkAsync("GET", "/manage/teams"));
        Shape.Is(Under("[].", whole), await CommandAsync("teams", "list"));
    }

    [Fact]
    public async Task Issuers()
    {
        string whole = Issuer + Limits("limits.");
        JsonElement made = await _ada.OkAsync(
            "POST",
            "/manage/issuers",
            $$$"""
            {"id":"builds","issuer":"https://issuer.example","audiences":["gateway"],"claims":{"repository":["my-org/*"]},"any_subject":true,"per_subject":true,
             "people":{"label_claims":["email"],"team_claim":"groups","teams":[{"pattern":"a*","team":"red"}],
               "limits_claim":"roles","limits":[{"pattern":"Heavy","limits":{"budget_per_day":{"usd":9} } }]},
             "team":"ci","name":"builds","scopes":["manage"],"models":["echo*"],"providers":["echo"],"tags":{"tier":"gold"},{{{LimitsGiven}}}}
            """,
            status: 201);
        Shape.Is(whole, made);
        Shape.Is(whole, await CommandAsync("issuers", "show", "builds"));
        Shape.Is(Under("data[].", whole), await _ada.OkAsync("GET", "/manage/issuers"));
        Shape.Is(Under("[].", whole), await CommandAsync("issuers", "list"));
    }

    [Fact]
    public async Task Audit_trail()
    {
        await _ada.OkAsync("PATCH", "/manage/teams/search", $$"""{{{LimitsGiven}}}""");
        Shape.Is(Under("data[].", Act), await _ada.OkAsync("GET", "/manage/audit?target=search"));
        Shape.Is(Under("[].", Act), await CommandAsync("audit", "list", "--target", "search"));
    }

    [Fact]
    public async Task Receipts()
    {
        UsageEntry entry = FullRecords.Entry("req_whole", _time.GetUtcNow());
        Assert.Empty(await _tables.Instance().GetRequiredService<IUsageStore>().AppendAsync([entry], default));
        string day = Day(_tables.Today);
        Shape.Is(ReceiptShape.Whole, await _ada.OkAsync("GET", $"/manage/requests/req_whole?day={day}"));
        Shape.Is(Under("data[].", ReceiptShape.Whole) + "\nhas_more boolean\nnext_cursor null", await _ada.OkAsync("GET", $"/manage/requests?from={day}&to={day}"));
        Shape.Is(Under("[].", ReceiptShape.Whole), await CommandAsync("usage", "requests", "--day", day, "--status", "200"));
    }

    [Theory]
    [InlineData("key", "key_id string", "team string")]
    [InlineData("team", "team string")]
    [InlineData("model", "model string")]
    [InlineData("day", "day string")]
    [InlineData("person", "key_id string")]
    [InlineData("model_and_day", "day string", "model string")]
    [InlineData("provider", "provider string")]
    public async Task Usage(string by, params string[] names)
    {
        DateOnly day = _tables.Today.AddDays(-5);
        await _tables.AppendAsync(1, day);
        Shape.Is("cost_usd number\nday string\nrequests number", await CommandAsync("usage", "rebuild", "--day", Day(day)));

        string whole = string.Join('\n', ["from string", "to string", $"by '{by}'", Under("rows[].", ReportRow), .. names.Select(name => $"rows[].{name}"), Under("total.", ReportRow)]);
        Shape.Is(whole, await _ada.OkAsync("GET", $"/manage/usage?by={by}"));
        Shape.Is(whole, await CommandAsync("usage", "--by", by));
        Shape.Is("rollups number\nusage number", await CommandAsync("usage", "purge", "--older-than", "10d"));
    }

    private static string Spend(string path) => $"\n{path}spend.as_of string\n{path}spend.this_month_usd number\n{path}spend.today_usd number";

    private static string Limits(string path) => "\n" + Under(path, """
        alert_at[] number
        budget_for_lifetime.mode 'enforce'
        budget_for_lifetime.usd number
        budget_per_day.mode 'enforce'
        budget_per_day.usd number
        budget_per_month.mode 'enforce'
        budget_per_month.usd number
        budget_per_week.mode 'shadow'
        budget_per_week.usd number
        concurrent_streams.mode 'enforce'
        concurrent_streams.value number
        input_tokens_per_minute.mode 'shadow'
        input_tokens_per_minute.value number
        output_tokens_per_minute.mode 'enforce'
        output_tokens_per_minute.value number
        requests_per_minute.mode 'enforce'
        requests_per_minute.value number
        """);

    private static string Under(string path, string shape) => string.Join('\n', shape.Split('\n').Select(line => path + line));

    private static string Without(string shape, params string[] names) =>
        string.Join('\n', shape.Split('\n').Where(line => !names.Contains(line.Split(' ')[0])));

    private static string Day(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private async Task<JsonElement> CommandAsync(params string[] arguments)
    {
        Run run = await Run.GatewayAsync(_tables.Connection, [.. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Json;
    }
}
