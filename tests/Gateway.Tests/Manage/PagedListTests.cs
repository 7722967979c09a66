using System.Text.Json;
using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Routing.Prices;
using Gateway.Tests.Security;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Manage;

/// <summary>Lists come in pages while keys and teams are made and removed: none that was there is missed, none comes twice.</summary>
public sealed class PagedListTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly string _team = $"paged-{Guid.NewGuid():N}"[..20];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keys_come_once_each_while_others_are_made_and_the_one_that_was_shown_is_gone(bool tables)
    {
        await using GatewayServer gateway = await StartAsync(tables);
        string manager = await ManagerAsync(gateway, tables);
        List<string> made = [];
        for (int i = 0; i < 7; i++)
        {
            made.Add(await IdAsync(gateway, manager, $$"""{"team":"{{_team}}","name":"Laptop {{i}}","owner":"Ada"}"""));
        }

        string[] shown = await PagesAsync(gateway, manager, $"/manage/keys?team={_team}&limit=3", async page =>
        {
            made.Add(page < 2 ? await IdAsync(gateway, manager, $$"""{"team":"{{_team}}"}""") : "");
            Assert.Equal(200, (await gateway.AskAsync(manager, $"/manage/keys/{made[page]}", null, "DELETE")).Status);
        });
        Assert.Equal(made.Take(7), shown.Take(7));
        Assert.Equal(shown.Length, shown.Distinct().Count());

        Assert.Equal(made.Take(1), await ShownAsync(gateway, manager, $"/manage/keys?team={_team}&search=LAPTOP%200"));
        Assert.Equal(made.Skip(3).Take(2), await ShownAsync(gateway, manager, $"/manage/keys?team={_team}&search=ada&state=active&limit=2"));
        Assert.Equal([made[3]], await ShownAsync(gateway, manager, $"/manage/keys?search={made[3][2..]}"));
        Assert.Empty(await ShownAsync(gateway, manager, $"/manage/keys?team={_team}&search=nobody"));
        Assert.Equal(400, (await gateway.AskAsync(manager, $"/manage/keys?search={manager}", null, "GET")).Status);

        string next = (await gateway.AskAsync(manager, $"/manage/keys?team={_team}&limit=3", null, "GET")).Json.GetProperty("next").GetString()!;
        foreach (string other in (string[])[$"team={_team}&limit=3&state=active", "limit=3", $"team={_team}&limit=3&search=a", $"team={_team}"])
        {
            Assert.Equal(400, (await gateway.AskAsync(manager, $"/manage/keys?{other}&after={next}", null, "GET")).Status);
        }

        Assert.Equal(400, (await gateway.AskAsync(manager, $"/manage/teams?limit=3&after={next}", null, "GET")).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Trail_reads_from_either_end(bool tables)
    {
        await using GatewayServer gateway = await StartAsync(tables);
        string manager = await ManagerAsync(gateway, tables);
        string id = await IdAsync(gateway, manager, $$"""{"team":"{{_team}}"}""");
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(200, (await gateway.AskAsync(manager, $"/manage/keys/{id}", $$"""{"name":"{{i}}"}""", "PATCH")).Status);
        }

        string[] whole = await ShownAsync(gateway, manager, $"/manage/audit?target={id}", "at");
        Assert.Equal(5, whole.Length);
        Assert.Equal(whole.Order(StringComparer.Ordinal), whole);
        Assert.Equal(whole, await PagesAsync(gateway, manager, $"/manage/audit?target={id}&limit=2", _ => Task.CompletedTask, "at"));
        string[] newest = await PagesAsync(gateway, manager, $"/manage/audit?target={id}&limit=2&order=newest", async _ =>
            Assert.Equal(200, (await gateway.AskAsync(manager, $"/manage/keys/{id}", """{"name":"later"}""", "PATCH")).Status), "at");
        Assert.Equal(whole.Reverse(), newest);
        string next = (await gateway.AskAsync(manager, $"/manage/audit?target={id}&limit=2", null, "GET")).Json.GetProperty("next").GetString()!;
        Assert.Equal(400, (await gateway.AskAsync(manager, $"/manage/audit?target={id}&limit=2&order=newest&after={next}", null, "GET")).Status);
        Assert.Equal(400, (await gateway.AskAsync(manager, "/manage/audit?order=oldest,newest", null, "GET")).Status);
    }

    [Fact]
    public async Task Teams_come_in_the_order_of_their_names()
    {
        await using GatewayServer gateway = await StartAsync(tables: false);
        string[] names = ["a", "a-1", "B", "b", "z"];
        foreach (string name in names)
        {
            Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, $"/manage/teams/{name}", """{"limits":{"requests_per_minute":{"value":9}}}""", "PATCH")).Status);
        }

        string[] shown = await PagesAsync(gateway, GatewayServer.Key, "/manage/teams?limit=2", async page =>
        {
            // The one that was shown last, each time.
            string last = names[page == 0 ? 0 : page + 2];
            Assert.Equal(200, (await gateway.AskAsync(GatewayServer.Key, $"/manage/teams/{last}", null, "DELETE")).Status);
        }, "name");
        Assert.Equal(["B", "a", "a-1", "b", "z"], shown);
    }

    /// <summary>However many keys there are: one look at each table.</summary>
    [Fact]
    public async Task Budgets_of_many_keys_are_one_look_at_the_table()
    {
        await using FaultyTables proxy = await FaultyTables.StartAsync(azurite.Endpoint);
        await using GatewayServer gateway = await GatewayServer.StartAsync(("GatewayStorage", proxy.ConnectionString));
        string manager = await ManagerAsync(gateway, tables: true);
        IKeyStore keys = gateway.Services.GetRequiredService<IKeyStore>();
        ISpendStore spend = gateway.Services.GetRequiredService<ISpendStore>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, token) =>
        {
            ApiKey made = ApiKey.Generate(null).Item1;
            await keys.AddAsync(new VirtualKey { Id = made.Id, Hash = made.Hash, Team = _team, Name = $"{i}", CreatedAt = DateTimeOffset.UtcNow, CreatedBy = "test", Limits = new Limits { BudgetPerMonth = new Budget(100) } }, token);
            Assert.True(await spend.TryWriteAsync(new SpendState($"key:{made.Id}").At(DateTimeOffset.UtcNow).Add(Usd.Of(i)), token));
        });

        int before = proxy.Seen.Count;
        Told told = await gateway.AskAsync(manager, $"/manage/budgets?team={_team}", null, "GET");
        Assert.True(told.Status == 200, told.Body);
        Assert.Equal(Enumerable.Range(0, 60).Reverse().Select(i => (decimal)i), told.Json.GetProperty("data").EnumerateArray().Select(budget => budget.GetProperty("spent_usd").GetDecimal()));
        string[] calls = [.. proxy.Seen.Skip(before)];
        Assert.Single(calls, call => call.Contains("/spend", StringComparison.Ordinal));
        Assert.True(calls.Count(call => call.StartsWith("GET", StringComparison.Ordinal)) <= 5, string.Join('\n', calls));

        proxy.Always(Fault.Refuse(403, "AuthorizationFailure"));
        Assert.Equal(503, (await gateway.AskAsync(manager, "/manage/budgets", null, "GET")).Status);
        proxy.Always(null);
    }

    private Task<GatewayServer> StartAsync(bool tables) => GatewayServer.StartAsync(tables ? [("GatewayStorage", azurite.ConnectionString)] : []);

    /// <summary>Where there are tables, there is no development key.</summary>
    private static async Task<string> ManagerAsync(GatewayServer gateway, bool tables)
    {
        if (!tables)
        {
            return GatewayServer.Key;
        }

        KeyChange made = await gateway.Services.GetRequiredService<KeyAdministration>().CreateAsync(new NewKey { Team = "operators", Scopes = ["manage"] }, "test", default);
        return Assert.IsType<KeyChange.Issued>(made).Text;
    }

    private static async Task<string> IdAsync(GatewayServer gateway, string manager, string body) =>
        (await gateway.AskAsync(manager, "/manage/keys", body)).Json.GetProperty("id").GetString()!;

    private static async Task<string[]> ShownAsync(GatewayServer gateway, string key, string path, string name = "id")
    {
        Told told = await gateway.AskAsync(key, path, null, "GET");
        Assert.True(told.Status == 200, told.Body);
        return [.. told.Json.GetProperty("data").EnumerateArray().Select(each => each.GetProperty(name).GetString()!)];
    }

    /// <summary>All pages, and what happens between them.</summary>
    private static async Task<string[]> PagesAsync(GatewayServer gateway, string key, string path, Func<int, Task> meanwhile, string name = "id")
    {
        List<string> shown = [];
        string? next = null;
        for (int page = 0; page == 0 || next is not null; page++)
        {
            Told told = await gateway.AskAsync(key, path + (next is null ? "" : $"&after={next}"), null, "GET");
            Assert.True(told.Status == 200, told.Body);
            shown.AddRange(told.Json.GetProperty("data").EnumerateArray().Select(each => each.GetProperty(name).GetString()!));
            next = told.Json.TryGetProperty("next", out JsonElement more) ? more.GetString() : null;
            await meanwhile(page);
        }

        return [.. shown];
    }
}
