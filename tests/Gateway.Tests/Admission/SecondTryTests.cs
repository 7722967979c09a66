using System.Text.Json;
using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Routing;
using Gateway.Routing.Prices;
using Gateway.Storage;
using Gateway.Tests.Security;
using Gateway.Tests.Support;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Admission;

/// <summary>An answer that was paid for and of no use, and what comes after it; and what costs although nobody priced it.</summary>
public sealed class SecondTryTests : IAsyncLifetime
{
    private const string Poor = ""","limits":{"budget_per_day":{"usd":0.01}}""";
    private const string Rich = ""","limits":{"budget_per_day":{"usd":10}}""";
    private FakeUpstream _upstream = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _upstream.Answer = AnswerAsync;
    }

    async Task IAsyncLifetime.DisposeAsync() => await _upstream.DisposeAsync();

    /// <summary>What one answer of a router costs nobody knows before. That it costs is known.</summary>
    [Theory]
    [InlineData("routed")]
    [InlineData("router/any")]
    [InlineData("ROUTER/any")]
    public async Task What_its_upstream_bills_is_not_for_a_budget_that_is_used_up(string model)
    {
        await using GatewayServer gateway = await StartAsync();
        string key = await gateway.KeyAsync("t", Poor);
        Assert.Equal(200, (await gateway.AskAsync(key, "/v1/messages", Body(model))).Status);
        for (int i = 0; i < 3; i++)
        {
            Told told = await gateway.AskAsync(key, "/v1/messages", Body(model));
            Assert.Equal(402, told.Status);
            Assert.Contains("0.02 of 0.01 USD are spent", told.Error, StringComparison.Ordinal);
        }

        Assert.Single(_upstream.Received);
    }

    /// <summary>The next costs nothing, or is behind one that costs too much.</summary>
    [Theory]
    [InlineData("kind", "p/up 200 invalid_request_error; free/gift 200")]
    [InlineData("kinder", "p/more skipped; p/up 200 invalid_request_error; free/gift 200")]
    public async Task Free_target_answers_when_the_one_before_has_used_the_budget_up(string model, string attempts)
    {
        await using GatewayServer gateway = await StartAsync();
        using HttpResponseMessage answer = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Body(model), default, ("x-api-key", await gateway.KeyAsync("t", Poor)));
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(attempts, Assert.Single(answer.Headers.GetValues("x-gateway-attempts")));
        Assert.Equal("0.0101", Assert.Single(answer.Headers.GetValues("x-gateway-cost-usd")));
    }

    /// <summary>That one caller has no money left says nothing of the provider's accounts.</summary>
    [Fact]
    public async Task Keys_of_a_provider_do_not_rest_because_a_caller_has_no_money()
    {
        await using GatewayServer gateway = await StartAsync();
        LogLines log = LogLines.Of(gateway);
        Told told = await gateway.AskAsync(await gateway.KeyAsync("t", Poor), "/v1/messages", Body("twins"));
        Assert.Equal(402, told.Status);
        Assert.Single(_upstream.Received);

        using HttpResponseMessage answer = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Body("twins"), default, ("x-api-key", await gateway.KeyAsync("t", Rich)));
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("p/up 200 invalid_request_error; twin/up 200", Assert.Single(answer.Headers.GetValues("x-gateway-attempts")));
        Assert.DoesNotContain(log.All, line => line.Contains("rests for", StringComparison.Ordinal) || line.Contains("cannot be used", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Receipt_is_that_of_the_target_that_was_asked()
    {
        await using GatewayServer gateway = await StartAsync();
        using HttpResponseMessage answer = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Body("twins"), default, ("x-api-key", await gateway.KeyAsync("t", Poor)));
        string id = Assert.Single(answer.Headers.GetValues("request-id"));
        JsonElement receipt = await Patience.UntilAsync(
            async () => JsonElement.Parse((await gateway.AskAsync(GatewayServer.Key, $"/manage/requests/{id}", null, "GET")).Body), found => !found.TryGetProperty("error", out JsonElement error) || error.ValueKind == JsonValueKind.String);
        Assert.Equal(("p", "up"), (receipt.GetProperty("model").GetProperty("provider").GetString(), receipt.GetProperty("model").GetProperty("used").GetString()));
        Assert.Equal(1000, receipt.GetProperty("tokens").GetProperty("output").GetInt64());
        Assert.Equal(0.0101m, receipt.GetProperty("cost_usd").GetDecimal());
    }

    /// <summary>A client that leaves and a storage that is away in the middle of it would else hold money for ever.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Money_is_free_again_when_the_second_budget_cannot_be_asked(bool isAway)
    {
        FakeClock time = new();
        BreakingStore store = new();
        BudgetLimit[] budgets = [.. BudgetLimit.Of(new Limits { BudgetPerDay = new Budget(10) })];
        AdmissionScope.Limited[] scopes = [.. new[] { "key:k", "team:t" }.Select(id => new AdmissionScope.Limited(new AdmissionScope(id, id, store, time), new Limits { BudgetPerDay = new Budget(10) }))];
        Target target = new(new Provider("p", ProviderKind.OpenAi, "http://127.0.0.1:9"), "up", Profile.Default)
        {
            Price = new Price("v", 10, 10) { CacheRead = 10, CacheWrite5m = 10, CacheWrite1h = 10 },
        };
        ExpectedUse expected = ExpectedUse.Of(10, new OutputLimits(100, 1), stream: false, [], () => false, [target]);
        foreach (AdmissionScope.Limited scope in scopes)
        {
            Assert.Null(await scope.Scope.Budgets.ReserveAsync(expected.Usd, budgets, default));
        }

        AdmissionTicket ticket = new([], scopes, expected);
        store.Breaks = scope => scope != "team:t" ? null : isAway ? new StorageUnavailableException("away") : new OperationCanceledException();
        await Assert.ThrowsAnyAsync<Exception>(async () => await ticket.CoverAsync(Usd.Of(5), target, default));
        ticket.Settle(ActualUse.None);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.All(scopes, scope => Assert.True(scope.Scope.Budgets.IsIdle, scope.Scope.Id));
    }

    [Fact]
    public async Task Start_names_the_models_that_no_budget_can_count()
    {
        LogLines log = new();
        await using GatewayServer gateway = await GatewayServer.StartAsync(services => services.AddSingleton<ILoggerProvider>(log), Settings());
        (LogLevel level, string text) = Assert.Single(log.Written, line => line.Text.Contains("No price is known", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("for routed:", text, StringComparison.Ordinal);
        Assert.Contains("Gateway:Models:<n>:Price", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""","limits":{"budget_per_day":{"usd":1}}""", true)]
    [InlineData(""","per_subject":true,"people":{"limits_claim":"roles","limits":[{"pattern":"*","limits":{"budget_per_day":{"usd":1}}}]}""", true)]
    [InlineData("", false)]
    public async Task Whoever_gives_a_rule_a_budget_is_told_what_it_cannot_count(string rest, bool told)
    {
        await using GatewayServer gateway = await StartAsync();
        Told made = await gateway.AskAsync(GatewayServer.Key, "/manage/issuers", $$"""{"id":"r","issuer":"https://issuer.example","audiences":["a"],"claims":{"sub":["x"]},"team":"t"{{rest}}}""");
        Assert.True(made.Status == 201, made.Body);
        Assert.Equal(told, made.Json.TryGetProperty("warnings", out JsonElement warnings) && warnings[0].GetString()!.Contains("No price is known for routed", StringComparison.Ordinal));
    }

    private static string Body(string model) => $$"""{"model":"{{model}}","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}""";

    /// <summary>The dear one is paid for nothing: its filter ends the answer. The router says itself what it costs.</summary>
    private static Task AnswerAsync(HttpContext context)
    {
        string way = context.Request.Path.Value!.Split('/')[1];
        bool filtered = way == "p";
        string cost = way == "router" ? ",\"cost\":0.02" : "";
        return FakeUpstream.Json(context, 200, $$$"""{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"{{{(filtered ? "" : "ok")}}}"},"finish_reason":"{{{(filtered ? "content_filter" : "stop")}}}"}],"usage":{"prompt_tokens":10,"completion_tokens":1000{{{cost}}}}}""");
    }

    private Task<GatewayServer> StartAsync() => GatewayServer.StartAsync(Settings());

    /// <summary>An answer of the dear target costs 0.0101 USD.</summary>
    private (string, string?)[] Settings() =>
    [
        ("Gateway:Providers:p:Kind", "openai"), ("Gateway:Providers:p:BaseUrl", _upstream.Url + "/p/v1"), ("Gateway:Providers:p:ApiKey", "k"),
        ("Gateway:Providers:free:Kind", "openai"), ("Gateway:Providers:free:BaseUrl", _upstream.Url + "/free/v1"), ("Gateway:Providers:free:ApiKey", "k"),
        ("Gateway:Providers:twin:Kind", "openai"), ("Gateway:Providers:twin:BaseUrl", _upstream.Url + "/twin/v1"), ("Gateway:Providers:twin:ApiKeys:0", "k1"), ("Gateway:Providers:twin:ApiKeys:1", "k2"),
        ("Gateway:Providers:router:Kind", "openai"), ("Gateway:Providers:router:BaseUrl", _upstream.Url + "/router/v1"), ("Gateway:Providers:router:ApiKey", "k"), ("Gateway:Providers:router:Billing", "upstream"),
        .. Model(0, "twins", ("p/up", "10"), ("twin/up", "10")),
        .. Model(1, "kind", ("p/up", "10"), ("free/gift", "0")),
        .. Model(2, "kinder", ("p/up", "10"), ("p/more", "10"), ("free/gift", "0")),
        ("Gateway:Models:3:Id", "routed"), ("Gateway:Models:3:Targets:0", "router/told"),
    ];

    private static IEnumerable<(string, string?)> Model(int number, string id, params (string Target, string Price)[] targets) =>
    [
        ($"Gateway:Models:{number}:Id", id), ($"Gateway:Models:{number}:OnContentFilter", "next"),
        .. targets.SelectMany((target, i) => new (string, string?)[]
        {
            ($"Gateway:Models:{number}:Targets:{i}:Target", target.Target),
            ($"Gateway:Models:{number}:Targets:{i}:Price:Input", target.Price),
            ($"Gateway:Models:{number}:Targets:{i}:Price:Output", target.Price),
        }),
    ];

    private sealed class BreakingStore : ISpendStore
    {
        private readonly MemorySpendStore _inner = new();

        public Func<string, Exception?> Breaks { get; set; } = _ => null;

        public Task<IReadOnlyList<SpendState>> ListAsync(Predicate<string> wanted, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<SpendState> ReadAsync(string scope, CancellationToken cancellationToken) =>
            Breaks(scope) is { } exception ? Task.FromException<SpendState>(exception) : _inner.ReadAsync(scope, cancellationToken);

        public Task<bool> TryWriteAsync(SpendState state, CancellationToken cancellationToken) => _inner.TryWriteAsync(state, cancellationToken);

        public Task<IReadOnlyList<RateShare>> ShareAsync(string scope, RateShare mine, CancellationToken cancellationToken) => _inner.ShareAsync(scope, mine, cancellationToken);
    }
}
