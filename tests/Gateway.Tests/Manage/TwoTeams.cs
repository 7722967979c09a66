using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Requests;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Security;
using Gateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Manage;

/// <summary>Two teams, <c>search</c> and <c>rivals</c>, with keys, limits and three closed days of usage. What is the rivals' alone has "rival" in it.</summary>
public sealed class TwoTeams : IAsyncLifetime
{
    private const int ValuesOfBuild = 130;

    private UsageTables _tables = null!;

    internal Operator Ada { get; private set; } = null!;

    internal string Connection => _tables.Connection;

    internal DateOnly First => _tables.Today.AddDays(-5);

    internal DateOnly Last => _tables.Today.AddDays(-3);

    internal string Days => $"from={First:yyyy-MM-dd}&to={Last:yyyy-MM-dd}";

    /// <summary>Reads what is of the team <c>search</c>.</summary>
    internal string Reader { get; private set; } = null!;

    internal string RivalReader { get; private set; } = null!;

    internal string ReaderOfAll { get; private set; } = null!;

    internal string[] OwnKeys { get; private set; } = [];

    internal string RivalKey { get; private set; } = null!;

    internal List<UsageEntry> Own { get; } = [];

    internal List<UsageEntry> Rivals { get; } = [];

    public async Task InitializeAsync()
    {
        _tables = new UsageTables(await Azurite.ShareAsync(), new FakeClock(TimeProvider.System.GetUtcNow()));
        Ada = await Operator.StartAsync(_tables.Connection);
        Reader = await Ada.Gateway.KeyOfAsync(Ada, "search", "usage");
        RivalReader = await Ada.Gateway.KeyOfAsync(Ada, "rivals", "usage");
        ReaderOfAll = await Ada.Gateway.KeyOfAsync(Ada, "finance", "usage:all");
        OwnKeys = [await IdAsync("""{"team":"search","name":"one"}"""), await IdAsync("""{"team":"search","name":"two","limits":{"budget_per_month":{"usd":5}}}""")];
        RivalKey = await IdAsync("""{"team":"rivals","name":"rival laptop","owner":"rival Eve","tags":{"rival":"x"}}""");
        foreach (string team in (string[])["search", "rivals"])
        {
            await Ada.OkAsync("PATCH", $"/manage/teams/{team}", """{"limits":{"budget_per_month":{"usd":100}}}""");
        }

        Random random = new(20261129);
        for (int i = 0; i < 240; i++)
        {
            UsageEntry entry = Any(random, i);
            (random.Next(2) == 0 ? Own : Rivals).Add(entry);
        }

        for (int i = 0; i < Own.Count; i++)
        {
            Own[i] = Own[i] with { Team = "search", KeyId = OwnKeys[i % 2] };
        }

        for (int i = 0; i < Rivals.Count; i++)
        {
            Rivals[i] = Rivals[i] with
            {
                Team = i % 9 == 0 ? "rival-Search" : "rivals",
                KeyId = RivalKey,
                Person = i % 3 == 0 ? "Rival Eve" : Rivals[i].Person,
                Session = i % 4 == 0 ? "rival-session" : Rivals[i].Session,
                RequestedModel = i % 5 == 0 ? "rival-asked" : Rivals[i].RequestedModel,
                Tags = i % 6 == 0 ? new Dictionary<string, string> { ["ticket"] = "rival", ["rival"] = "1" } : Rivals[i].Tags,
            };
        }

        // More values of a tag than totals keep, of both.
        for (int i = 0; i < ValuesOfBuild; i++)
        {
            Dictionary<string, string> tags = new() { ["build"] = $"b{i}" };
            Own.Add(Any(random, i) with { Team = "search", KeyId = OwnKeys[0], StartedAt = At(Last, 20), RequestId = RequestIds.OfRequest(At(Last, 20)), Tags = tags });
            Rivals.Add(Any(random, i) with { Team = "rivals", KeyId = RivalKey, StartedAt = At(Last, 21), RequestId = RequestIds.OfRequest(At(Last, 21)), Tags = tags });
        }

        IServiceProvider instance = _tables.Instance();
        UsageEntry stranger = UsageTables.Entry(Last, key: null, model: null, error: "authentication_error") with { RequestId = "refused_invalid_key_rival" };
        Assert.Empty(await instance.GetRequiredService<IUsageStore>().AppendAsync([.. Own, .. Rivals, stranger], default));
        for (DateOnly day = First; day <= Last; day = day.AddDays(1))
        {
            Assert.NotNull(await instance.GetRequiredService<ClosedDays>().RebuildAsync(day, default));
        }
    }

    public async Task DisposeAsync()
    {
        await Ada.DisposeAsync();
        await _tables.DisposeAsync();
    }

    internal Task<Told> AskAsync(string key, string path, string method = "GET") => Ada.Gateway.AskAsync(key, path, null, method);

    private static DateTimeOffset At(DateOnly day, int hour) => new(day, new TimeOnly(hour, 0), TimeSpan.Zero);

    private UsageEntry Any(Random random, int second)
    {
        int status = Pick(200, 200, 200, 429, 500);
        return UsageTables.Entry(First.AddDays(random.Next(3)), model: Pick("m", "m2"), cost: Pick<decimal?>(0.0000001m, 0.25m, null), second: second) with
        {
            Provider = Pick("fake", "p2"),
            Status = status,
            Error = status == 200 ? null : "api_error",
            Client = Pick("codex", "curl"),
            Person = Pick("Ada", "Bob", null),
            Session = Pick("s1", "s2", null),
            RequestedModel = Pick("asked-1", "asked-2", "m"),
            Tags = Pick<Dictionary<string, string>>([], new() { ["ticket"] = "A" }, new() { ["ticket"] = "B", ["env"] = "dev" }, new() { ["ticket"] = "A", ["env"] = "dev" }),
        };

        T Pick<T>(params T[] of) => of[random.Next(of.Length)];
    }

    private async Task<string> IdAsync(string key) => (await Ada.OkAsync("POST", "/manage/keys", key, 201)).GetProperty("id").GetString()!;
}

/// <summary>Keys of one scope.</summary>
internal static class ScopedKeys
{
    public static async Task<string> KeyOfAsync(this Support.GatewayServer gateway, Operator by, string team, string scope)
    {
        Told made = await gateway.AskAsync(by.Key, "/manage/keys", $$"""{"team":"{{team}}","scopes":["{{scope}}"]}""");
        Assert.True(made.Status == 201, made.Body);
        return made.Json.GetProperty("key").GetString()!;
    }
}
