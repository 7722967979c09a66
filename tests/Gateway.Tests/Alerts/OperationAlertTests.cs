using System.Text.Json;
using Gateway.Authentication.Keys;
using Gateway.Cli;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Alerts;

/// <summary>Targets that are down, a storage that is away, and what operators see of alerts.</summary>
public sealed class OperationAlertTests
{
    [Fact]
    public async Task Target_that_is_down_and_well_again_is_told_once_of_each()
    {
        await using AlertGateway gateway = await AlertGateway.StartAsync();
        for (int round = 0; round < 2; round++)
        {
            gateway.Upstream.Answer = context => FakeUpstream.Json(context, 500, """{"error":{"message":"secret of the upstream"}}""");
            for (int i = 0; i < 4; i++)
            {
                await gateway.AskAsync(GatewayServer.Key);
            }

            gateway.Upstream.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
            await gateway.SpendAsync(GatewayServer.Key, 1);
        }

        gateway.Upstream.Answer = context => FakeUpstream.Json(context, 401, "{}");
        await gateway.AskAsync(GatewayServer.Key);
        ReceivedRequest[] received = await gateway.ReceivedAsync(3);
        Assert.Equal(["target.down", "target.recovered", "target.misconfigured"], AlertGateway.Words(received));
        Assert.Equal(("fake/up", "its calls fail"), (received[0].Json.GetProperty("target").GetProperty("name").GetString(), received[0].Json.GetProperty("target").GetProperty("reason").GetString()));
        Assert.All(received, each => Assert.DoesNotContain("secret of the upstream", each.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Storage_that_is_away_and_back_is_told_without_it()
    {
        await using Azurite azurite = await Azurite.StartNewAsync();
        Run made = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "t", "--json");
        await using AlertGateway gateway = await AlertGateway.StartAsync(("GatewayStorage", azurite.ConnectionString));
        await gateway.SpendAsync(made.Json.GetProperty("key").GetString()!, 1);
        await azurite.StopAsync();

        // Somebody whose key is not known here.
        await gateway.AskAsync(ApiKey.Generate().Text);
        Assert.Equal(["storage.away"], AlertGateway.Words(await gateway.ReceivedAsync(1)));
        await azurite.StartAsync();
        Assert.Equal(["storage.away", "storage.back"], AlertGateway.Words(await gateway.ReceivedAsync(2)));
    }

    [Fact]
    public async Task Operators_list_alerts_page_by_page_and_test_their_webhooks()
    {
        await using Azurite azurite = await Azurite.StartNewAsync();
        Run made = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "t", "--scope", "manage", "--budget-day", "0.005:shadow", "--json");
        string key = made.Json.GetProperty("key").GetString()!;
        await using AlertGateway gateway = await AlertGateway.StartAsync(("GatewayStorage", azurite.ConnectionString));
        Assert.Equal(0, (await ListAsync("")).GetProperty("data").GetArrayLength());
        await gateway.SpendAsync(key, 1);
        await gateway.ReceivedAsync(3);
        await Patience.UntilAsync(async () => (await ListAsync("")).GetProperty("data").EnumerateArray().Count(alert => alert.GetProperty("state").GetString() == "sent") == 3);

        JsonElement first = await ListAsync("?limit=2");
        JsonElement rest = await ListAsync($"?limit=2&after={first.GetProperty("next").GetString()}");
        Assert.False(rest.TryGetProperty("next", out _));
        Assert.Equal([100, 80, 50], ((JsonElement[])[first, rest]).SelectMany(page => page.GetProperty("data").EnumerateArray()).Select(alert => alert.GetProperty("alert").GetProperty("budget").GetProperty("percent").GetInt32()));
        Assert.Contains("must be a whole number from 1 to 1000", (await ListAsync("?limit=0")).GetRawText(), StringComparison.Ordinal);
        Assert.Contains("has reached 80 %", (await Run.GatewayAsync(azurite.ConnectionString, "alerts", "list")).Output, StringComparison.Ordinal);

        (int exit, string output, _) = await CommandAsync(azurite, ["alerts", "test"], ("ops", gateway.Hook.Url + "/hook"), ("dead", "http://127.0.0.1:1/dead"));
        Assert.Equal(1, exit);
        Assert.Contains("200: it took the message", output, StringComparison.Ordinal);
        Assert.Contains("It cannot be reached.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("/dead", output, StringComparison.Ordinal);
        Assert.Equal("test", gateway.Hook.Received.Last().Json.GetProperty("event").GetString());
        Assert.Contains("No webhook is set", (await CommandAsync(azurite, ["alerts", "test"])).Error, StringComparison.Ordinal);
        Assert.Contains("Gateway:Alerts:Webhooks:ops:Url is not https", (await CommandAsync(azurite, ["alerts", "test"], ("ops", "http://hooks.example/x"))).Error, StringComparison.Ordinal);

        async Task<JsonElement> ListAsync(string query)
        {
            using HttpResponseMessage response = await gateway.Server.SendAsync(HttpMethod.Get, "/manage/alerts" + query, null, default, ("x-api-key", key));
            return JsonElement.Parse(await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Percentages_are_given_kept_changed_and_refused_on_the_command_line()
    {
        await using Azurite azurite = await Azurite.StartNewAsync();
        JsonElement made = (await RunAsync("keys", "create", "--team", "t", "--budget-day", "5", "--alert-at", "100,50", "--json")).Json;
        string id = made.GetProperty("id").GetString()!;
        Assert.Equal("[50,100]", made.GetProperty("limits").GetProperty("alert_at").GetRawText());
        Assert.Equal("[50,100]", (await RunAsync("keys", "update", id, "--rpm", "5", "--json")).Json.GetProperty("limits").GetProperty("alert_at").GetRawText());
        Assert.Equal("[]", (await RunAsync("keys", "update", id, "--alert-at", "none", "--json")).Json.GetProperty("limits").GetProperty("alert_at").GetRawText());
        Assert.Contains("no alerts", (await RunAsync("keys", "show", id)).Output, StringComparison.Ordinal);
        Assert.False((await RunAsync("keys", "update", id, "--alert-at", "default", "--json")).Json.GetProperty("limits").TryGetProperty("alert_at", out _));
        Assert.Equal("[90]", (await RunAsync("teams", "set", "t", "--alert-at", "90", "--json")).Json.GetProperty("limits").GetProperty("alert_at").GetRawText());
        foreach (string wrong in (string[])["0", "1001", "50,50", "half", "50,,80", "-5", "1,2,3,4,5,6,7,8,9,10,11"])
        {
            Run refused = await RunAsync("teams", "set", "t", "--alert-at", wrong);
            Assert.True(refused.ExitCode != 0 && refused.Error.Contains("percentages", StringComparison.Ordinal), $"{wrong}: {refused.Error}");
        }

        Task<Run> RunAsync(params string[] arguments) => Run.GatewayAsync(azurite.ConnectionString, arguments);
    }

    private static async Task<(int Exit, string Output, string Error)> CommandAsync(Azurite azurite, string[] arguments, params (string Name, string Url)[] webhooks)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            KeyValuePair.Create<string, string?>("GatewayStorage", azurite.ConnectionString),
            .. webhooks.Select(webhook => KeyValuePair.Create<string, string?>($"Gateway:Alerts:Webhooks:{webhook.Name}:Url", webhook.Url)),
        ]).Build();
        using StringWriter output = new();
        using StringWriter error = new();
        int exit = await CommandLine.RunAsync(arguments, configuration, output, error);
        return (exit, output.ToString(), error.ToString());
    }
}
