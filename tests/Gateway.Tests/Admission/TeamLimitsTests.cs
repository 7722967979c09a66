using System.Net;
using System.Text.Json;
using Gateway.Authentication.Access;
using Gateway.Authentication.Teams;
using Gateway.Tests.Cli;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;

namespace Gateway.Tests.Admission;

/// <summary>Limits that count for all keys of a team together.</summary>
public sealed class TeamLimitsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Keys_of_a_team_share_its_limit_and_have_their_own()
    {
        string team = Name();
        await RunAsync("teams", "set", team, "--rpm", "3");
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, ["--team", team, "--rpm", "2"]);
        string other = (await RunAsync("keys", "create", "--team", team, "--json")).Json.GetProperty("key").GetString()!;
        using HttpResponseMessage first = await gateway.PostAsync(MeteredGateway.Body());
        using HttpResponseMessage second = await gateway.PostAsync(MeteredGateway.Body());
        using HttpResponseMessage third = await gateway.PostAsync(MeteredGateway.Body());
        using HttpResponseMessage fourth = await gateway.PostAsync(MeteredGateway.Body(), other);
        using HttpResponseMessage fifth = await gateway.PostAsync(MeteredGateway.Body(), other);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Contains($"The limit of the key {gateway.KeyId} is 2", await MessageAsync(third), StringComparison.Ordinal);

        // What the key's own limit refused did not count for the team.
        Assert.Equal(HttpStatusCode.OK, fourth.StatusCode);
        Assert.Contains($"The limit of the team '{team}' is 3 requests per minute; 3 were used", await MessageAsync(fifth), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Budget_of_a_team_refuses_all_its_keys()
    {
        string team = Name();
        await RunAsync("teams", "set", team, "--budget-lifetime", "0.0006");
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, ["--team", team]);
        string other = (await RunAsync("keys", "create", "--team", team, "--json")).Json.GetProperty("key").GetString()!;
        using HttpResponseMessage first = await gateway.PostAsync(MeteredGateway.Body());
        await first.Content.ReadAsByteArrayAsync();
        using HttpResponseMessage second = await gateway.PostAsync(MeteredGateway.Body(), other);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.PaymentRequired, second.StatusCode);
        Assert.Equal(
            $"The lifetime budget of the team '{team}' is used up: 0.000045 of 0.0006 USD are spent, and this request may cost",
            (await MessageAsync(second)).Split(" 0.", 4) is [var a, var b, var c, _] ? $"{a} 0.{b} 0.{c}" : "");
    }

    [Fact]
    public async Task Operators_set_show_list_and_remove_limits_on_record()
    {
        string team = Name();
        Assert.Equal(100, (await RunAsync("teams", "set", team, "--rpm", "100", "--as", "ann", "--json")).Json.GetProperty("limits").GetProperty("requests_per_minute").GetProperty("value").GetInt32());
        JsonElement both = (await RunAsync("teams", "set", team, "--budget-day", "5:shadow", "--json")).Json.GetProperty("limits");
        Assert.Equal(("shadow", 100), (both.GetProperty("budget_per_day").GetProperty("mode").GetString(), both.GetProperty("requests_per_minute").GetProperty("value").GetInt32()));
        Assert.False((await RunAsync("teams", "set", team, "--rpm", "none", "--json")).Json.GetProperty("limits").TryGetProperty("requests_per_minute", out _));
        Assert.Contains(team, (await RunAsync("teams", "list")).Output, StringComparison.Ordinal);
        Assert.Equal(team, (await RunAsync("teams", "show", team, "--json")).Json.GetProperty("name").GetString());
        Assert.Equal(0, (await RunAsync("teams", "remove", team)).ExitCode);
        Assert.Contains("has no limits", (await RunAsync("teams", "show", team)).Error, StringComparison.Ordinal);
        Assert.Contains("must have at most", (await RunAsync("teams", "set", "a/b", "--rpm", "1")).Error, StringComparison.Ordinal);

        JsonElement trail = (await RunAsync("audit", "list", "--json")).Json;
        string[] acts = [.. trail.EnumerateArray().Where(entry => entry.GetProperty("target").GetString() == team).Select(entry => entry.GetProperty("action").GetString()!).Order(StringComparer.Ordinal)];
        Assert.Equal(["team.remove", "team.set", "team.set", "team.set"], acts);
        Assert.Contains(trail.EnumerateArray(), entry => entry.GetProperty("target").GetString() == team && entry.GetProperty("actor").GetString() == "ann");
    }

    [Fact]
    public async Task Management_api_does_the_same()
    {
        string team = Name();
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        using HttpResponseMessage set = await ManageAsync(gateway, HttpMethod.Patch, team, """{"limits":{"requests_per_minute":{"value":7},"budget_per_day":{"usd":2.5,"mode":"shadow"}}}""");
        using HttpResponseMessage less = await ManageAsync(gateway, HttpMethod.Patch, team, """{"limits":{"budget_per_day":null}}""");
        using HttpResponseMessage wrong = await ManageAsync(gateway, HttpMethod.Patch, team, """{"limit":{}}""");
        using HttpResponseMessage shown = await ManageAsync(gateway, HttpMethod.Get, team, null);
        using HttpResponseMessage removed = await ManageAsync(gateway, HttpMethod.Delete, team, null);
        using HttpResponseMessage gone = await ManageAsync(gateway, HttpMethod.Get, team, null);

        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        Assert.Contains("limit", await MessageAsync(wrong), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        JsonElement limits = JsonElement.Parse(await shown.Content.ReadAsStringAsync()).GetProperty("limits");
        Assert.Equal("""{"requests_per_minute":{"value":7,"mode":"enforce"}}""", limits.GetRawText());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (removed.StatusCode, gone.StatusCode));
    }

    [Fact]
    public async Task Change_is_noticed_within_a_minute()
    {
        FakeClock time = new FakeClock();
        MemoryTeamStore store = new();
        TeamDirectory directory = new(store, time);
        Assert.Equal(Limits.None, (await directory.FindAsync("t", default)).Limits);
        Limits one = new() { RequestsPerMinute = new RateLimit(1) };
        await store.SetAsync(new Team("t", one), default);
        Assert.Equal(Limits.None, (await directory.FindAsync("t", default)).Limits);
        time.Advance(Lifetimes.Known);
        Assert.Equal(one, (await directory.FindAsync("t", default)).Limits);
    }

    private static string Name() => $"team-{Guid.NewGuid():N}";

    private Task<Run> RunAsync(params string[] arguments) => Run.GatewayAsync(azurite.ConnectionString, arguments);

    private static Task<HttpResponseMessage> ManageAsync(MeteredGateway gateway, HttpMethod method, string team, string? body) =>
        gateway.Server.SendAsync(method, $"/manage/teams/{team}", body, default, ("x-api-key", gateway.Key));

    private static async Task<string> MessageAsync(HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("message").GetString()!;
}
