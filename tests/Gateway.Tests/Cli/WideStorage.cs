using System.Text.Json;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Translation.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Cli;

/// <summary>A storage that holds the widest things that may be in one: long names, wide signs, large numbers, and what means something to others.</summary>
public sealed class WideStorage : IAsyncLifetime
{
    private const string LongTeam = "platform-engineering-and-developer-experience-of-the-whole-firm";
    private const string LongModel = "meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8-2026-11-01";
    private const string Formula = "=HYPERLINK(\"http://evil.example\";\"x\")";
    private const string Escape = "\u001b[31mred\u001b[0m";

    private UsageTables _tables = null!;

    internal string Connection => _tables.Connection;

    internal DateOnly Day => _tables.Today.AddDays(-5);

    public async Task InitializeAsync()
    {
        _tables = new UsageTables(await Azurite.ShareAsync(), new FakeClock(TimeProvider.System.GetUtcNow()));
        IServiceProvider gateway = _tables.Instance();
        await gateway.GetRequiredService<TableSetup>().CreateMissingTablesAsync(default);
        KeyAdministration keys = gateway.GetRequiredService<KeyAdministration>();
        Limits limits = new() { RequestsPerMinute = new(1_234_567, LimitMode.Shadow), BudgetPerMonth = new(1_234_567.89m), Models = [new("gpt-*", new Limits { BudgetPerDay = new(20m) })] };
        List<string> ids = [];
        foreach ((string team, string? name, string? owner) in new[]
        {
            (LongTeam, "[red]markup[/] of a pipeline that has a long name, too", "ada.lovelace-and-charles.babbage@analytical-engines.example"),
            ("検索エンジン基盤チーム", "日本語の名前はとても長くなることがあります", "山田太郎"),
            ("search", Formula, "👩‍👩‍👧‍👦 family ❤️ 🚀🚀🚀"),
            ("t", null, null),
        })
        {
            KeyChange made = await keys.CreateAsync(
                new NewKey { Team = team, Name = name, Owner = owner, Models = [LongModel, "gpt-*"], Limits = limits, Tags = new Dictionary<string, string> { ["env"] = "prod, eu" }, ExpiresAt = _tables.Time.GetUtcNow().AddDays(30) },
                "somebody with a long name",
                default);
            ids.Add(Assert.IsType<KeyChange.Issued>(made).Key.Id);
        }

        await keys.UpdateAsync(ids[0], key => key with { Limits = Limits.None, Name = "[red]markup[/] renamed" }, ids[1], default);
        await gateway.GetRequiredService<TeamAdministration>().SetAsync(LongTeam, team => team with { Limits = limits, TimeZone = "America/Argentina/ComodRivadavia" }, "ada", default);
        TrustedIssuer rule = new() { Id = "entra-people", Issuer = "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0", Audiences = ["https://gateway.example"], Claims = new Dictionary<string, IReadOnlyList<string>> { ["repository"] = ["my-org/*"] }, Team = LongTeam, PerSubject = true, Limits = limits };
        Assert.IsType<IssuerChange.Done>(await gateway.GetRequiredService<IssuerAdministration>().AddAsync(rule, "ada", default));

        string person = $"oidc.{rule.Id}.abcdefghijklmnop";
        UsageEntry[] entries =
        [
            .. ids.Append(person).SelectMany((id, at) => Enumerable.Range(0, 3).Select(second => UsageTables.Entry(Day, id, at % 2 == 0 ? LongModel : "gpt-5-mini", second == 0 ? 1_234.567891m : null, second == 2 ? "invalid_request_error" : null, (at * 10) + second) with
            {
                Team = at switch { 0 => LongTeam, 1 => "検索エンジン基盤チーム", 2 => "search", _ => "t" },
                Person = id == person ? "名前 of a person, 👩‍🚀" : null,
                Provider = "openrouter",
                RequestedModel = at == 1 ? Escape : Formula,
                Client = "claude-code",
                Session = Escape,
                Tags = new Dictionary<string, string> { ["ticket"] = $"ABC-{second}", ["env"] = "@prod" },
                Usage = new TokenUsage { Input = 1_234_567, CacheRead = at == 0 ? 7_654_321 : 0, Output = 2_345_678 },
            })),
        ];
        Assert.Empty(await gateway.GetRequiredService<IUsageStore>().AppendAsync(entries, default));
        await gateway.GetRequiredService<ClosedDays>().RebuildAsync(Day, default);
    }

    public async Task DisposeAsync() => await _tables.DisposeAsync();

    /// <summary>Each command that prints a list.</summary>
    internal string[] Command(string list) => list switch
    {
        "requests" => ["usage", "requests", "--day", $"{Day:yyyyMMdd}"],
        _ when list.StartsWith("usage ", StringComparison.Ordinal) => ["usage", "--by", list["usage ".Length..]],
        _ => list.Split(' '),
    };

    internal async Task<Run> RunAsync(int? width, string list, params string[] more)
    {
        Run run = await Run.AtAsync(width, Connection, [.. Command(list), .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(run.Error);
        return run;
    }

    /// <summary>The rows of a list in its JSON.</summary>
    internal async Task<JsonElement[]> RowsAsync(string list)
    {
        JsonElement json = (await RunAsync(null, list, "--json")).Json;
        return [.. (json.ValueKind == JsonValueKind.Array ? json : json.GetProperty("rows")).EnumerateArray()];
    }
}
