using System.Net;
using System.Text.Json;
using Gateway.Tests.Cli;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;

namespace Gateway.Tests.Admission;

/// <summary>Budgets whose windows begin by the clock of their team, over HTTP. One request costs 0.000045 USD.</summary>
public sealed class TeamCalendarTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly FakeClock _time = new(new DateTimeOffset(2026, 11, 21, 20, 0, 0, TimeSpan.Zero));
    private readonly string _team = $"team-{Guid.NewGuid():N}";

    [Fact]
    public async Task Budget_of_a_key_ends_with_the_day_of_its_team_half_hours_too()
    {
        await RunAsync("teams", "set", _team, "--time-zone", "Asia/Kolkata");
        await using MeteredGateway gateway = await StartAsync("--budget-day", "0.0006");
        Assert.Equal(
            $"The budget of the key {gateway.KeyId} for the day 2026-11-22 (Asia/Kolkata) is used up: ", Begin(await RefusedAsync(gateway), " 0."));
        string refused = await RefusedAsync(gateway);
        Assert.Contains("It resets at 2026-11-23T00:00:00+05:30.", refused, StringComparison.Ordinal);

        using HttpResponseMessage usage = await gateway.Server.SendAsync(HttpMethod.Get, "/v1/usage", null, default, ("x-api-key", gateway.Key));
        Assert.Equal(
            "2026-11-23T00:00:00+05:30",
            Assert.Single(JsonElement.Parse(await usage.Content.ReadAsStringAsync()).GetProperty("budgets").EnumerateArray()).GetProperty("resets_at").GetString());

        // Midnight in UTC changes nothing, that of Kolkata does.
        _time.Advance(TimeSpan.FromHours(5));
        Assert.Contains("2026-11-22 (Asia/Kolkata)", await RefusedAsync(gateway), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromHours(17.5));
        using HttpResponseMessage tomorrow = await gateway.PostAsync(MeteredGateway.Body());
        Assert.Equal(HttpStatusCode.OK, tomorrow.StatusCode);
    }

    [Fact]
    public async Task Week_of_a_team_begins_when_it_says_and_a_change_counts_within_a_minute()
    {
        await RunAsync("teams", "set", _team, "--time-zone", "America/New_York", "--week-starts", "sunday", "--budget-week", "0.0006");
        await using MeteredGateway gateway = await StartAsync();
        string refused = await RefusedAsync(gateway);
        Assert.Contains("for the week 2026-W47 (America/New_York, from Sunday)", refused, StringComparison.Ordinal);
        Assert.Contains("It resets at 2026-11-22T00:00:00-05:00.", refused, StringComparison.Ordinal);

        using HttpResponseMessage changed = await PatchAsync(gateway, """{"time_zone":null,"week_starts":null}""");
        Assert.False(JsonElement.Parse(await changed.Content.ReadAsStringAsync()).TryGetProperty("time_zone", out _));
        _time.AdvanceSeconds(61);
        Assert.Contains("2026-W47 (UTC)", await RefusedAsync(gateway), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operators_set_show_and_clear_the_calendar_alike_on_both_ways()
    {
        JsonElement set = (await RunAsync("teams", "set", _team, "--rpm", "9", "--time-zone", "Europe/Berlin", "--week-starts", "saturday", "--json")).Json;
        Assert.Equal(("Europe/Berlin", "saturday"), (set.GetProperty("time_zone").GetString(), set.GetProperty("week_starts").GetString()));
        Assert.Contains("Europe/Berlin", (await RunAsync("teams", "show", _team)).Output, StringComparison.Ordinal);
        JsonElement kept = (await RunAsync("teams", "set", _team, "--rpm", "10", "--json")).Json;
        Assert.Equal("Europe/Berlin", kept.GetProperty("time_zone").GetString());
        Run wrong = await RunAsync("teams", "set", _team, "--time-zone", "Europe/Munich");
        Assert.NotEqual(0, wrong.ExitCode);
        Assert.Contains("no time zone 'Europe/Munich'", wrong.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.NotEqual(0, (await RunAsync("teams", "set", _team, "--week-starts", "8")).ExitCode);

        await using MeteredGateway gateway = await StartAsync();
        using HttpResponseMessage shown = await PatchAsync(gateway, """{"week_starts":"sunday"}""");
        JsonElement team = JsonElement.Parse(await shown.Content.ReadAsStringAsync());
        Assert.Equal(
            ("Europe/Berlin", "sunday", 10),
            (team.GetProperty("time_zone").GetString(), team.GetProperty("week_starts").GetString(), team.GetProperty("limits").GetProperty("requests_per_minute").GetProperty("value").GetInt32()));
        using HttpResponseMessage zone = await PatchAsync(gateway, """{"time_zone":"Europe/Munich"}""");
        using HttpResponseMessage day = await PatchAsync(gateway, """{"week_starts":"Sunday","time_zone":7}""");
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (zone.StatusCode, day.StatusCode));
        string both = await day.Content.ReadAsStringAsync();
        Assert.Contains("week_starts", both, StringComparison.Ordinal);
        Assert.Contains("time_zone", both, StringComparison.Ordinal);

        JsonElement cleared = (await RunAsync("teams", "set", _team, "--time-zone", "none", "--week-starts", "none", "--json")).Json;
        Assert.False(cleared.TryGetProperty("time_zone", out _) || cleared.TryGetProperty("week_starts", out _));
    }

    private Task<MeteredGateway> StartAsync(params string[] options) =>
        MeteredGateway.StartAsync(azurite.ConnectionString, _time, ["--team", _team, .. options]);

    /// <summary>Asks until the budget is used up, and says how that reads.</summary>
    private static async Task<string> RefusedAsync(MeteredGateway gateway)
    {
        for (int i = 0; i < 50; i++)
        {
            using HttpResponseMessage answer = await gateway.PostAsync(MeteredGateway.Body());
            string body = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == HttpStatusCode.PaymentRequired)
            {
                return JsonElement.Parse(body).GetProperty("error").GetProperty("message").GetString()!;
            }
        }

        throw new InvalidOperationException("The budget is never used up.");
    }

    private static string Begin(string text, string until) => text[..(text.IndexOf(until, StringComparison.Ordinal) + 1)];

    private Task<Run> RunAsync(params string[] arguments) => Run.GatewayAsync(azurite.ConnectionString, arguments);

    private Task<HttpResponseMessage> PatchAsync(MeteredGateway gateway, string body) =>
        gateway.Server.SendAsync(HttpMethod.Patch, $"/manage/teams/{_team}", body, default, ("x-api-key", gateway.Key));
}
