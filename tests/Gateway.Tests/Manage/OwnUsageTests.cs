using System.Globalization;
using System.Net;
using System.Text.Json;
using Gateway.Tests.Cli;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Manage;

/// <summary><c>GET /v1/usage</c> and <c>usage --mine</c>: one's own, and nobody else's.</summary>
public sealed class OwnUsageTests : IAsyncLifetime
{
    /// <summary>10 tokens in at 2.50 and 2 out at 10 USD per million.</summary>
    private const decimal OneRequest = 0.000045m;

    private Azurite _azurite = null!;
    private MeteredGateway _gateway = null!;
    private JsonElement _other;

    public async Task InitializeAsync()
    {
        _azurite = await Azurite.ShareAsync();
        await StorageTables.CreateAsync(Azurite.StorageAt(_azurite.ConnectionString));
        _gateway = await MeteredGateway.StartAsync(_azurite.ConnectionString, ["--name", "laptop", "--budget-month", "3", "--budget-lifetime", "9:shadow"]);
        _other = (await Run.GatewayAsync(_azurite.ConnectionString, "keys", "create", "--team", "search", "--json")).Json;
        Assert.Equal(0, (await Run.GatewayAsync(_azurite.ConnectionString, "teams", "set", "search", "--budget-day", "100")).ExitCode);
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    [Fact]
    public async Task Each_key_sees_its_own_requests_to_the_cent_and_of_its_team_the_sum_only()
    {
        await PostAsync(_gateway.Key, 3);
        await PostAsync(OtherKey, 2);

        JsonElement mine = await SeenAsync(_gateway.Key, 3);
        JsonElement others = await SeenAsync(OtherKey, 2);

        Assert.Equal((3 * OneRequest, 2 * OneRequest), (CostOf(mine), CostOf(others)));
        Assert.Equal(mine.GetProperty("as_of").GetDateTimeOffset(), mine.GetProperty("spend").GetProperty("as_of").GetDateTimeOffset());
        Assert.True(mine.GetProperty("as_of").GetDateTimeOffset() < DateTimeOffset.UtcNow);
        Assert.Equal((_gateway.KeyId, "search", "laptop"), (Text(mine, "key_id"), Text(mine, "team"), Text(mine, "name")));
        JsonElement row = Assert.Single(mine.GetProperty("rows").EnumerateArray());
        Assert.Equal("fake/up", Text(row, "model"));
        Assert.Equal(DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Text(row, "day"));
        Assert.Equal((30, 6), (row.GetProperty("tokens").GetProperty("input").GetInt64(), row.GetProperty("tokens").GetProperty("output").GetInt64()));
        Assert.Equal((3 * OneRequest, 3 * OneRequest), (mine.GetProperty("spend").GetProperty("today_usd").GetDecimal(), mine.GetProperty("spend").GetProperty("this_month_usd").GetDecimal()));
        Assert.DoesNotContain(OtherId, mine.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_gateway.KeyId, others.ToString(), StringComparison.Ordinal);

        JsonElement settled = await Patience.UntilAsync(
            () => AskAsync(_gateway.Key), seen => Budget(seen, "key", "month").GetProperty("spent_usd").GetDecimal() == 3 * OneRequest
                && Budget(seen, "team", "day").GetProperty("spent_usd").GetDecimal() == 5 * OneRequest
                && Budget(seen, "key", "month").GetProperty("reserved_usd").GetDecimal() == 0);
        JsonElement month = Budget(settled, "key", "month");
        Assert.Equal((3m, 3m - (3 * OneRequest), "enforce"), (month.GetProperty("budget_usd").GetDecimal(), month.GetProperty("left_usd").GetDecimal(), Text(month, "mode")));
        DateTimeOffset reset = month.GetProperty("resets_at").GetDateTimeOffset();
        Assert.Equal((1, TimeSpan.Zero), (reset.Day, reset.TimeOfDay));
        JsonElement lifetime = Budget(settled, "key", "lifetime");
        Assert.Equal("shadow", Text(lifetime, "mode"));
        Assert.False(lifetime.TryGetProperty("resets_at", out _));
    }

    [Fact]
    public async Task Spend_is_shown_with_the_keys_too()
    {
        await PostAsync(OtherKey, 2);
        await SeenAsync(OtherKey, 2);

        JsonElement one = await ManageAsync($"/manage/keys/{OtherId}");
        JsonElement listed = (await ManageAsync("/manage/keys")).GetProperty("data").EnumerateArray().Single(key => Text(key, "id") == OtherId);

        // The command line sees what is written.
        JsonElement shown = await Patience.UntilAsync(
            async () => (await Run.GatewayAsync(_azurite.ConnectionString, "keys", "show", OtherId, "--json")).Json,
            key => key.GetProperty("spend").GetProperty("this_month_usd").GetDecimal() > 0);
        Assert.All([one, listed, shown], key => Assert.Equal(2 * OneRequest, key.GetProperty("spend").GetProperty("this_month_usd").GetDecimal()));
        Assert.All([one, listed, shown], key => Assert.InRange(key.GetProperty("spend").GetProperty("as_of").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow));
        Assert.Contains("0.00009 USD this month (UTC), as of 20", (await Run.GatewayAsync(_azurite.ConnectionString, "keys", "show", OtherId)).Output, StringComparison.Ordinal);
        Assert.Contains("0.00009", (await Run.GatewayAsync(_azurite.ConnectionString, "keys", "list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_line_asks_the_gateway_with_the_key_alone()
    {
        await PostAsync(_gateway.Key, 1);
        await SeenAsync(_gateway.Key, 1);

        Run json = await MineAsync(_gateway.Key, "--json");
        Assert.True(json.ExitCode == 0, json.Error);
        Assert.Equal(OneRequest, CostOf(json.Json));
        Run table = await MineAsync(_gateway.Key, "--by", "model");
        Assert.Contains("laptop (team search)", table.Output, StringComparison.Ordinal);
        Assert.Contains("this month (UTC), as of 20", table.Output, StringComparison.Ordinal);
        Assert.Contains("your team", table.Output, StringComparison.Ordinal);

        Run wrong = await MineAsync("mgw_nothing");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("401", Assert.Single(wrong.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Contains("GATEWAY_KEY", (await Run.WithAsync([], "usage", "--mine", "--url", _gateway.Server.Url)).Error, StringComparison.Ordinal);
        Assert.Contains("ANTHROPIC_BASE_URL", (await Run.WithAsync([("GATEWAY_KEY", "k")], "usage", "--mine")).Error, StringComparison.Ordinal);
        Assert.Contains("--mine", (await MineAsync(_gateway.Key, "--team", "other")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/usage?key=other", "'key' is unknown")]
    [InlineData("/v1/usage?team=other", "'team' is unknown")]
    [InlineData("/v1/usage?by=key", "must be one of: model, day, model_and_day")]
    [InlineData("/v1/usage?from=2026-01-01&to=2026-04-01", "less than 90 days")]
    [InlineData("/v1/usage?from=2026-01-02&to=2026-01-01", "after 'to'")]
    [InlineData("/v1/usage?from=yesterday", "must be a day")]
    public async Task What_cannot_be_asked_is_refused_in_the_form_of_the_caller(string path, string words)
    {
        using HttpResponseMessage anthropic = await _gateway.Server.SendAsync(HttpMethod.Get, path, null, default, ("x-api-key", OtherKey));
        using HttpResponseMessage openAi = await _gateway.Server.SendAsync(HttpMethod.Get, path, null, default, ("authorization", $"Bearer {OtherKey}"));
        JsonElement first = JsonElement.Parse(await anthropic.Content.ReadAsStringAsync());
        JsonElement second = JsonElement.Parse(await openAi.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (anthropic.StatusCode, openAi.StatusCode));
        Assert.Equal("error", Text(first, "type"));
        Assert.False(second.TryGetProperty("type", out _));
        Assert.All([first, second], body => Assert.Contains(words, body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Days_of_quarter_are_allowed_heads_have_no_body_and_other_methods_are_told()
    {
        Assert.Empty((await AskAsync(OtherKey, "?from=2026-01-01&to=2026-03-31&by=day")).GetProperty("rows").EnumerateArray());
        using HttpResponseMessage head = await _gateway.Server.SendAsync(HttpMethod.Head, "/v1/v1/usage", null, default, ("x-api-key", OtherKey));
        Assert.Equal((HttpStatusCode.OK, ""), (head.StatusCode, await head.Content.ReadAsStringAsync()));
        Assert.True(head.Content.Headers.ContentLength > 0);
        Assert.True(head.Headers.CacheControl!.NoStore);
        using HttpResponseMessage posted = await _gateway.Server.SendAsync(HttpMethod.Post, "/v1/usage", "{}", default, ("x-api-key", OtherKey));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET, HEAD"), (posted.StatusCode, string.Join(", ", posted.Content.Headers.Allow)));
        using HttpResponseMessage nobody = await _gateway.Server.SendAsync(HttpMethod.Get, "/v1/usage", null, default);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    private string OtherKey => _other.GetProperty("key").GetString()!;

    private string OtherId => _other.GetProperty("id").GetString()!;

    private Task<Run> MineAsync(string key, params string[] options) =>
        Run.WithAsync([("ANTHROPIC_BASE_URL", $"{_gateway.Server.Url}/v1/"), ("ANTHROPIC_AUTH_TOKEN", key)], ["usage", "--mine", .. options]);

    private async Task PostAsync(string key, int times)
    {
        for (int i = 0; i < times; i++)
        {
            using HttpResponseMessage response = await _gateway.PostAsync(MeteredGateway.Body(), key);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private Task<JsonElement> SeenAsync(string key, int requests) =>
        Patience.UntilAsync(() => AskAsync(key), seen => seen.GetProperty("total").GetProperty("requests").GetInt64() == requests);

    private async Task<JsonElement> AskAsync(string key, string query = "")
    {
        using HttpResponseMessage response = await _gateway.Server.SendAsync(HttpMethod.Get, $"/v1/usage{query}", null, default, ("x-api-key", key));
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonElement.Parse(body);
    }

    private async Task<JsonElement> ManageAsync(string path)
    {
        using HttpResponseMessage response = await _gateway.Server.SendAsync(HttpMethod.Get, path, null, default, ("x-api-key", _gateway.Key));
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }

    private static JsonElement Budget(JsonElement usage, string scope, string window) =>
        usage.GetProperty("budgets").EnumerateArray().Single(budget => Text(budget, "scope") == scope && Text(budget, "window") == window);

    private static decimal CostOf(JsonElement usage) => usage.GetProperty("total").GetProperty("cost_usd").GetDecimal();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
