using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Gateway.Admission;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Alerts;

/// <summary>Several processes, one Table service: each alert is told once, and none is lost with the process that found it.</summary>
public sealed class ManyInstancesAlertTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const int Instances = 4;

    [Fact]
    public async Task Four_processes_tell_each_percentage_of_key_and_team_once()
    {
        string team = $"many-{Guid.NewGuid():N}";
        (string id, string key) = await KeyAsync(team, "--budget-month", "0.2:shadow");
        await Run.GatewayAsync(azurite.ConnectionString, "teams", "set", team, "--budget-week", "0.2:shadow", "--alert-at", "50,100");
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using FakeUpstream hook = await FakeUpstream.StartAsync();
        GatewayProcess[] instances = await Task.WhenAll(Enumerable.Range(0, Instances).Select(_ => StartAsync(upstream, hook, key)));
        try
        {
            await Task.WhenAll(instances.Select(async instance =>
            {
                for (int i = 0; i < 6; i++)
                {
                    await AnsweredAsync(instance);
                }
            }));
            await SpentAsync($"key:{id}", 0.24m);
            await SpentAsync($"team:{team}", 0.24m);

            // Each of them sees that all percentages are reached, and would tell it.
            await Task.WhenAll(instances.Select(AnsweredAsync));
            await SpentAsync($"team:{team}", 0.28m);
            await Patience.UntilAsync(async () => (await StatesAsync(team)).Count(state => state == "sent") == 5);
        }
        finally
        {
            await Task.WhenAll(instances.Select(instance => instance.TerminateAsync()));
        }

        Assert.Equal(
            ["key 100", "key 50", "key 80", "team 100", "team 50"],
            Of(hook, team).Select(each => each.Json.GetProperty("budget")).Select(budget => $"{budget.GetProperty("scope").GetString()} {budget.GetProperty("percent").GetInt32()}").Order(StringComparer.Ordinal));
        Assert.Equal(5, (await StatesAsync(team)).Length);
    }

    [Fact]
    public async Task Budget_that_four_processes_use_up_is_told_three_times()
    {
        string team = $"used-{Guid.NewGuid():N}";
        (_, string key) = await KeyAsync(team, "--budget-day", "0.5");
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using FakeUpstream hook = await FakeUpstream.StartAsync();
        GatewayProcess[] instances = await Task.WhenAll(Enumerable.Range(0, Instances).Select(_ => StartAsync(upstream, hook, key)));
        try
        {
            await Task.WhenAll(instances.Select(async instance =>
            {
                while (await AskAsync(instance) != HttpStatusCode.PaymentRequired)
                {
                }
            }));
            await Patience.UntilAsync(async () => (await StatesAsync(team)).Count(state => state == "sent") == 3);
        }
        finally
        {
            await Task.WhenAll(instances.Select(instance => instance.TerminateAsync()));
        }

        // Each instance keeps their order; none waits for what another one is sending.
        Assert.Equal(["100", "50", "80"], AlertGateway.Words(Of(hook, team)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Alert_of_a_process_that_died_before_it_was_sent_is_sent_by_another()
    {
        string team = $"died-{Guid.NewGuid():N}";
        (_, string key) = await KeyAsync(team, "--budget-lifetime", "0.01:shadow", "--alert-at", "100");
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using FakeUpstream hook = await FakeUpstream.StartAsync();
        hook.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await using (GatewayProcess instance = await StartAsync(upstream, hook, key))
        {
            await AnsweredAsync(instance);
            await Patience.UntilAsync(() => Of(hook, team).Length > 0);
            await instance.KillAsync();
        }

        // Claimed for a minute by one that is no more; another one, later, has no traffic at all.
        hook.Answer = context => FakeUpstream.Json(context, 200, "{}");
        await using GatewayServer other = await GatewayServer.StartAsync(
            new ShiftedClock(TimeSpan.FromMinutes(2)), [("GatewayStorage", azurite.ConnectionString), .. AlertGateway.Settings(upstream, hook)]);
        await Patience.UntilAsync(() => Of(hook, team).Length >= 2);
        Assert.Equal(Of(hook, team)[0].Headers["webhook-id"], Of(hook, team)[1].Headers["webhook-id"]);
        await Patience.UntilAsync(async () => (await StatesAsync(team)) is ["sent"]);
    }

    [Fact]
    public async Task Alert_that_was_raised_while_the_process_stopped_is_not_lost()
    {
        string team = $"stopped-{Guid.NewGuid():N}";
        (_, string key) = await KeyAsync(team, "--budget-lifetime", "0.01:shadow", "--alert-at", "100");
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using FakeUpstream hook = await FakeUpstream.StartAsync();
        FakeClock still = new(TimeProvider.System.GetUtcNow());
        await using GatewayServer gateway = await GatewayServer.StartAsync(still, [("GatewayStorage", azurite.ConnectionString), ("Gateway:DrainSeconds", "100"), .. AlertGateway.Settings(upstream, hook)]);
        await Patience.UntilAsync(async () =>
        {
            using HttpResponseMessage answer = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", AlertGateway.Body, default, ("x-api-key", key));
            await answer.Content.ReadAsByteArrayAsync();
            return answer.IsSuccessStatusCode;
        });

        // Its clock stands still, so the spend is written when it stops, and not before.
        await gateway.StopAsync();
        Assert.Single(Of(hook, team));
        Assert.Equal(["sent"], await StatesAsync(team));
    }

    /// <summary>All tests of this class have one storage, and each instance sends what it finds there.</summary>
    private static ReceivedRequest[] Of(FakeUpstream hook, string team) => [.. hook.Received.Where(each => each.Body.Contains(team, StringComparison.Ordinal))];

    private async Task<(string Id, string Key)> KeyAsync(string team, params string[] options)
    {
        Run made = await Run.GatewayAsync(azurite.ConnectionString, ["keys", "create", "--team", team, "--json", .. options]);
        Assert.True(made.ExitCode == 0, made.Error);
        return (made.Json.GetProperty("id").GetString()!, made.Json.GetProperty("key").GetString()!);
    }

    private Task<GatewayProcess> StartAsync(FakeUpstream upstream, FakeUpstream hook, string key) => GatewayProcess.StartAsync(
        [("GatewayStorage", azurite.ConnectionString), .. AlertGateway.Settings(upstream, hook).Select(setting => (setting.Key, setting.Value!))], key);

    /// <summary>A machine that is very busy keeps table calls waiting for too long, which is a 503 and costs nothing.</summary>
    private static Task<HttpStatusCode> AnsweredAsync(GatewayProcess instance) => Patience.UntilAsync(() => AskAsync(instance), status => status == HttpStatusCode.OK);

    private static async Task<HttpStatusCode> AskAsync(GatewayProcess instance)
    {
        using HttpResponseMessage response = await instance.PostAsync("/v1/messages", AlertGateway.Body);
        await response.Content.ReadAsByteArrayAsync();
        return response.StatusCode;
    }

    private async Task SpentAsync(string scope, decimal expected)
    {
        TableClient table = new(azurite.ConnectionString, "spend");
        await Patience.UntilAsync(
            async () => await table.GetEntityIfExistsAsync<TableEntity>(scope, SpendRow.Budget) is { HasValue: true } row ? (decimal)SpendRow.ToState(row.Value!).Spent(BudgetWindow.Lifetime) : 0,
            spent => spent == expected);
    }

    private async Task<string[]> StatesAsync(string team)
    {
        Run listed = await Run.GatewayAsync(azurite.ConnectionString, "alerts", "list", "--json", "--limit", "1000");
        return
        [
            .. listed.Json.EnumerateArray()
                .Where(stored => stored.GetProperty("alert").TryGetProperty("budget", out JsonElement budget) && budget.GetProperty("team").GetString() == team)
                .Select(stored => stored.GetProperty("state").GetString()!),
        ];
    }
}
