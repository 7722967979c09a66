using System.Text.Json;
using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Tests.Security;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Manage;

/// <summary><c>GET /manage/budgets</c>: who is about to be stopped comes first, and a reader of one team sees that team.</summary>
public sealed class BudgetsTests : IAsyncLifetime
{
    private readonly FakeClock _time = new(new DateTimeOffset(2026, 11, 27, 22, 30, 0, TimeSpan.Zero));
    private GatewayServer _gateway = null!;
    private string _reader = null!;

    public async Task InitializeAsync()
    {
        _gateway = await GatewayServer.StartAsync(_time);
        _reader = await _gateway.KeyAsync("search", ""","scopes":["usage"]""");
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Nearest_to_its_end_comes_first_and_windows_are_those_of_the_team()
    {
        string half = await MakeAsync("search", """{"budget_per_month":{"usd":10}}""");
        string full = await MakeAsync("search", """{"budget_per_day":{"usd":3,"mode":"shadow"},"models":[{"model":"gpt-*","budget_for_lifetime":{"usd":8}}]}""");
        string rival = await MakeAsync("rivals", """{"budget_per_week":{"usd":4}}""");
        string revoked = await MakeAsync("search", """{"budget_per_week":{"usd":4}}""");
        await MakeAsync("search", """{"requests_per_minute":{"value":4}}""");
        Assert.Equal(200, (await _gateway.AskAsync(GatewayServer.Key, $"/manage/keys/{revoked}", null, "DELETE")).Status);
        Assert.Equal(200, (await _gateway.AskAsync(GatewayServer.Key, "/manage/teams/search", """{"limits":{"budget_per_month":{"usd":100}},"time_zone":"Europe/Berlin"}""", "PATCH")).Status);
        await SpendAsync($"key:{half}", 5, reserved: 2);
        await SpendAsync($"key:{full}", 3);
        await SpendAsync($"key-model:{full}:gpt-*", 7.9999m);
        await SpendAsync($"key:{rival}", 1);
        await SpendAsync($"key:{revoked}", 4);

        JsonElement[] all = await ListAsync(GatewayServer.Key, "");
        Assert.Equal(
            [$"key {full} day 100", $"key {full} lifetime gpt-* 99.9", $"key {half} month 50", $"key {rival} week 25", "team search month 0"],
            all.Select(Line));
        JsonElement month = all[2];
        Assert.Equal((10m, 5m, 2m, 3m, "enforce"), (Usd(month, "budget_usd"), Usd(month, "spent_usd"), Usd(month, "reserved_usd"), Usd(month, "left_usd"), month.GetProperty("mode").GetString()));

        // In Berlin it is half past eleven.
        Assert.Equal("2026-11-28T00:00:00+01:00", all[0].GetProperty("resets_at").GetString());
        Assert.Equal("shadow", all[0].GetProperty("mode").GetString());
        Assert.False(all[1].TryGetProperty("resets_at", out _));
        Assert.Equal("2026-11-30T00:00:00+00:00", all[3].GetProperty("resets_at").GetString());

        Assert.Equal(all.Select(Line).Where(line => !line.Contains(rival, StringComparison.Ordinal)), (await ListAsync(_reader, "")).Select(Line));
        Assert.Equal([Line(all[3])], (await ListAsync(GatewayServer.Key, "?team=rivals")).Select(Line));
        Assert.Equal(403, (await _gateway.AskAsync(_reader, "/manage/budgets?team=rivals", null, "GET")).Status);

        _time.Advance(TimeSpan.FromMinutes(31));
        Assert.Contains($"key {full} day 0", (await ListAsync(GatewayServer.Key, "")).Select(Line));
    }

    [Fact]
    public async Task Rules_for_tokens_and_the_people_behind_them_have_budgets_too()
    {
        IIssuerStore rules = _gateway.Services.GetRequiredService<IIssuerStore>();
        TrustedIssuer rule = new() { Id = "all", Issuer = "https://one.example", Audiences = ["a"], AnySubject = true, Team = "search", Name = "everyone", Limits = new Limits { BudgetPerDay = new Budget(2) } };
        await rules.AddAsync(rule, default);
        await rules.AddAsync(rule with { Id = "each", PerSubject = true }, default);
        await rules.AddAsync(rule with { Id = "claims", PerSubject = true, People = new PeopleRule { TeamClaim = "groups", Teams = [new TeamOfClaim("*", "search")] } }, default);
        await SpendAsync("key:oidc.all", 1);
        await SpendAsync("key:oidc.each.Ada", 2);
        await SpendAsync("key:oidc.claims.Bob", 2);
        Assert.Equal(["person oidc.each.Ada day 100", "rule oidc.all day 50"], (await ListAsync(_reader, "")).Select(Line));
    }

    [Fact]
    public async Task Pages_hold_each_budget_once_and_a_cursor_is_of_its_list()
    {
        Assert.Empty(await ListAsync(_reader, ""));
        List<string> ids = [];
        for (int i = 0; i < 7; i++)
        {
            ids.Add(await MakeAsync("search", """{"budget_per_month":{"usd":10},"budget_for_lifetime":{"usd":0.000001}}"""));
            await SpendAsync($"key:{ids[^1]}", i);
        }

        string[] whole = [.. (await ListAsync(GatewayServer.Key, "")).Select(Line)];
        List<string> paged = [];
        string? next = null;
        do
        {
            Told page = await _gateway.AskAsync(GatewayServer.Key, $"/manage/budgets?limit=4{(next is null ? "" : "&after=" + next)}", null, "GET");
            Assert.Equal(200, page.Status);
            paged.AddRange(page.Json.GetProperty("data").EnumerateArray().Select(Line));
            next = page.Json.TryGetProperty("next", out JsonElement more) ? more.GetString() : null;
            if (paged.Count == 4)
            {
                // One that was shown is gone: nothing moves.
                Assert.Equal(200, (await _gateway.AskAsync(GatewayServer.Key, $"/manage/keys/{paged[0].Split(' ')[1]}", null, "DELETE")).Status);
                string cut = next![..^1];
                foreach (string wrong in (string[])[$"limit=4&after={cut}", $"limit=4&after={next}A", $"limit=4&team=search&after={next}", $"after={next}", "limit=0", "limit=1001", "limit=4&after=!"])
                {
                    Assert.Equal(400, (await _gateway.AskAsync(GatewayServer.Key, $"/manage/budgets?{wrong}", null, "GET")).Status);
                }

                Assert.Equal(400, (await _gateway.AskAsync(_reader, $"/manage/budgets?limit=4&after={next}", null, "GET")).Status);
            }
        }
        while (next is not null);

        Assert.Equal(14, whole.Length);
        Assert.Equal(whole.Where(line => paged.Contains(line)), paged);
        Assert.True(paged.Count >= 13, $"{paged.Count}");
    }

    private async Task<JsonElement[]> ListAsync(string key, string query)
    {
        Told told = await _gateway.AskAsync(key, "/manage/budgets" + query, null, "GET");
        Assert.True(told.Status == 200, told.Body);
        return [.. told.Json.GetProperty("data").EnumerateArray()];
    }

    private async Task<string> MakeAsync(string team, string limits) => KeyAdministration.IdIn(await _gateway.KeyAsync(team, $""","limits":{limits}"""));

    private async Task SpendAsync(string scope, decimal usd, decimal reserved = 0)
    {
        DateTimeOffset now = _time.GetUtcNow();
        SpendState state = new SpendState(scope).At(now).Add(Gateway.Routing.Prices.Usd.Of(usd));
        Assert.True(await _gateway.Services.GetRequiredService<ISpendStore>().TryWriteAsync(
            reserved > 0 ? state.With(new Lease("other", 1, Gateway.Routing.Prices.Usd.Of(reserved), now.AddMinutes(1))) : state, default));
    }

    private static decimal Usd(JsonElement budget, string name) => budget.GetProperty(name).GetDecimal();

    private static string Line(JsonElement budget) => string.Join(' ', ((string[])["scope", "id", "window", "model", "used_percent"])
        .Where(name => budget.TryGetProperty(name, out _)).Select(name => budget.GetProperty(name).ToString()));
}
