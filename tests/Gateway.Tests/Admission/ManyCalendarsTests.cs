using System.Globalization;
using System.Net;
using Azure.Data.Tables;
using Gateway.Admission;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admission;

/// <summary>Several instances, one Table service, and teams whose windows begin by a clock of their own.</summary>
public sealed class ManyCalendarsTests : IAsyncLifetime
{
    private const string Body = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";

    /// <summary>What each answer costs at 2.5 and 10 USD per million tokens; 0.0005 are reserved for its output.</summary>
    private const decimal Cost = 0.000045m;
    private const decimal BudgetUsd = 0.002m;

    private Azurite _azurite = null!;
    private FakeUpstream _upstream = null!;

    /// <summary>Lets instances that live by the test's clocks look after what they hold.</summary>
    private Action _tick = () => { };

    public async Task InitializeAsync() => (_azurite, _upstream) = (await Azurite.ShareAsync(), await FakeUpstream.StartAsync());

    public async Task DisposeAsync()
    {
        await _upstream.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    /// <summary>
    /// Of the two zones one always has another day than UTC: somebody who counted by another calendar would write another
    /// window, or begin it anew.
    /// </summary>
    [Theory]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Etc/GMT+12")]
    public async Task Processes_count_one_window_by_the_calendar_of_the_team(string zone)
    {
        string secret = await KeyAsync("--time-zone", zone);
        GatewayProcess[] instances = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => GatewayProcess.StartAsync(Settings().Select(setting => (setting.Key, setting.Value!)))));
        try
        {
            DateTimeOffset before = DateTimeOffset.UtcNow;
            int[] answers = await Task.WhenAll(instances.Select(instance => SpendAsync(instance, secret)));
            Assert.True(answers.Sum() > 0);
            SpendState row = await RowAsync(answers.Sum() * Cost);
            string[] days = [.. new[] { before, DateTimeOffset.UtcNow }.Select(now => DayIn(zone, now)).Distinct()];
            Assert.Contains(row.Windows[BudgetWindow.Day].Id, days);
            Assert.True(days.Length > 1 || row.Spent(BudgetWindow.Day) == row.Spent(BudgetWindow.Lifetime));
            foreach (GatewayProcess instance in instances)
            {
                using HttpResponseMessage refused = await instance.SendAsync(HttpMethod.Post, "/v1/messages", Body, default, ("x-api-key", secret));
                Assert.Contains($"for the day {row.Windows[BudgetWindow.Day].Id} ({zone}) is used up", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }
        finally
        {
            foreach (GatewayProcess instance in instances)
            {
                await instance.DisposeAsync();
            }
        }
    }

    /// <summary>One instance hears of each change a minute before the other, and between them there are some seconds, too.</summary>
    [Fact]
    public async Task Moving_around_the_world_begins_each_day_once_for_all_instances()
    {
        string secret = await KeyAsync();
        DateTimeOffset start = new(2026, 11, 21, 20, 0, 0, TimeSpan.Zero);
        (FakeClock first, FakeClock second) = (new(start), new(start.AddSeconds(3)));
        _tick = () =>
        {
            first.AdvanceSeconds(2);
            second.AdvanceSeconds(2);
        };
        await using GatewayServer one = await GatewayServer.StartAsync(first, Settings());
        await using GatewayServer two = await GatewayServer.StartAsync(second, Settings());
        int spent = await SpendAsync(one, secret) + await SpendAsync(two, secret);
        Assert.InRange(spent * Cost, BudgetUsd - 0.0006m, BudgetUsd + Cost);

        // To the east the next day begins at once, for whoever hears of it first.
        await ZoneAsync("Asia/Kolkata");
        first.AdvanceSeconds(61);
        int next = await SpendAsync(one, secret);
        Assert.InRange(next * Cost, BudgetUsd - 0.0006m, BudgetUsd + Cost);
        Assert.Equal(0, await SpendAsync(two, secret));
        await RowAsync((spent + next) * Cost);

        // And does so once, wherever the team goes from there while that day lasts.
        foreach (string zone in (string[])["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Asia/Kolkata"])
        {
            await ZoneAsync(zone);
            second.AdvanceSeconds(61);
            Assert.Equal(0, await SpendAsync(two, secret));
            Assert.Equal(0, await SpendAsync(one, secret));
            first.AdvanceSeconds(61);
            Assert.Equal(0, await SpendAsync(one, secret));
        }

        Assert.Equal("2026-11-22", (await RowAsync((spent + next) * Cost)).Windows[BudgetWindow.Day].Id);
        first.Advance(TimeSpan.FromHours(23));
        second.Advance(TimeSpan.FromHours(23));
        Assert.True(await SpendAsync(two, secret) > 0);
        Assert.Equal(0, await SpendAsync(one, secret));
    }

    private static string DayIn(string zone, DateTimeOffset now) =>
        TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(zone)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Asks until it is told that the budget is used up; how often that was answered.</summary>
    private async Task<int> SpendAsync(TestGateway instance, string secret)
    {
        for (int answers = 0; answers < 200;)
        {
            using HttpResponseMessage response = await instance.SendAsync(HttpMethod.Post, "/v1/messages", Body, default, ("x-api-key", secret));
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    answers++;
                    break;
                case HttpStatusCode.PaymentRequired:
                    return answers;
                default:
                    // Another instance holds what is left, until it gives it back.
                    Assert.True(response.StatusCode == HttpStatusCode.TooManyRequests, await response.Content.ReadAsStringAsync());
                    _tick();
                    await Task.Delay(100);
                    break;
            }
        }

        throw new InvalidOperationException("The budget is never used up.");
    }

    private async Task<string> KeyAsync(params string[] options)
    {
        await RunAsync(["teams", "set", "away", "--budget-day", BudgetUsd.ToString(CultureInfo.InvariantCulture), .. options]);
        return (await RunAsync("keys", "create", "--team", "away", "--json")).Json.GetProperty("key").GetString()!;
    }

    private Task<Run> ZoneAsync(string zone) => RunAsync("teams", "set", "away", "--time-zone", zone);

    private async Task<Run> RunAsync(params string[] arguments)
    {
        Run run = await Run.GatewayAsync(_azurite.ConnectionString, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    /// <summary>The row, once all that was spent is written.</summary>
    private Task<SpendState> RowAsync(decimal lifetime)
    {
        TableClient table = new(_azurite.ConnectionString, "spend");
        return Patience.UntilAsync(
            async () =>
            {
                _tick();
                return SpendRow.ToState(await table.GetEntityAsync<TableEntity>("team:away", SpendRow.Budget));
            },
            state => state.Spent(BudgetWindow.Lifetime) == lifetime);
    }

    private (string Key, string? Value)[] Settings() =>
    [
        ("GatewayStorage", _azurite.ConnectionString), ("Logging:LogLevel:Default", "None"),
        ("Gateway:Providers:fake:Kind", "openai"), ("Gateway:Providers:fake:BaseUrl", _upstream.Url + "/v1"),
        ("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "fake/up"), ("Gateway:Models:0:Price:Input", "2.5"), ("Gateway:Models:0:Price:Output", "10"),
    ];
}
