using System.Text.Json;
using Gateway.Tests.Cli;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Manage;

/// <summary>Issuers, usage and the trail under <c>/manage</c>, and a storage that is away.</summary>
public sealed class ManageReportsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Rule_for_an_issuer_is_added_shown_and_removed_and_all_that_is_on_record()
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);
        string id = $"rule-{Guid.NewGuid():N}"[..20];
        string rule = $$$"""
            {"id":"{{{id}}}","issuer":"https://token.actions.githubusercontent.com","audiences":["https://gateway.example"],
             "claims":{"repository":["my-org/*"],"ref":["refs/heads/main","refs/tags/*"]},"per_subject":true,"team":"ci","models":["echo*"],
             "limits":{"budget_per_day":{"usd":5} } }
            """;
        Reply made = await ada.SendAsync("POST", "/manage/issuers", rule);
        Assert.Equal((201, $"/manage/issuers/{id}"), (made.Status, made.Headers["location"]));
        Assert.Equal(ada.KeyId, made.Body.GetProperty("created_by").GetString());
        JsonElement shown = await ada.OkAsync("GET", $"/manage/issuers/{id}");
        Assert.Equal(made.Body.GetRawText(), shown.GetRawText());
        Assert.Equal("""{"repository":["my-org/*"],"ref":["refs/heads/main","refs/tags/*"]}""", shown.GetProperty("claims").GetRawText());
        Assert.Equal((true, false), (shown.GetProperty("per_subject").GetBoolean(), shown.GetProperty("any_subject").GetBoolean()));
        Run cli = await Run.GatewayAsync(azurite.ConnectionString, "issuers", "show", id, "--json");
        Assert.Equal(shown.GetRawText(), cli.Json.GetRawText());

        Assert.Contains("already", await ada.RefusedAsync(409, "invalid_request_error", "POST", "/manage/issuers", rule), StringComparison.Ordinal);
        Assert.Contains((await ada.OkAsync("GET", "/manage/issuers")).GetProperty("data").EnumerateArray(), each => each.GetProperty("id").GetString() == id);
        await ada.OkAsync("DELETE", $"/manage/issuers/{id}");
        await ada.RefusedAsync(404, "not_found_error", "GET", $"/manage/issuers/{id}");
        await ada.RefusedAsync(404, "not_found_error", "DELETE", $"/manage/issuers/{id}");
        Assert.Equal(new[] { "add done", "add done", "add failed", "remove done" }.Select(act => $"{ada.KeyId} issuer.{act}"), await ada.TrailAsync(id));
    }

    [Theory]
    [InlineData("""{"id":"x","team":"t"}""", "issuer: Field required. audiences: Field required.")]
    [InlineData("""{"id":"x","issuer":"https://i.example","audiences":"a","team":"t"}""", "audiences: must be a list of strings, not a string.")]
    [InlineData("""{"id":"x","issuer":"https://i.example","audiences":["a"],"team":"t","claims":{"sub":"me"}}""", "claims.sub: must be a list of strings, not a string.")]
    [InlineData("""{"id":"x","issuer":"https://i.example","audiences":["a"],"team":"t","any_subject":"yes"}""", "any_subject: must be true or false, not a string.")]
    [InlineData("""{"id":"x","issuer":"https://i.example","audiences":["a"],"team":"t","owner":"me"}""", "owner: unknown field. Known here: id, issuer, audiences, claims,")]
    [InlineData("""{"id":"X!","issuer":"http://i.example","audiences":["a"],"team":"t"}""", "The id must have 1 to 40 characters")]
    [InlineData("""{"id":"x","issuer":"http://i.example","audiences":["a"],"team":"t"}""", "The issuer must be an https address")]
    public async Task Mistake_in_a_rule_is_named(string body, string expected)
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);
        Assert.Contains(expected, await ada.RefusedAsync(400, "invalid_request_error", "POST", "/manage/issuers", body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_is_reported_seconds_after_the_answer()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        Operator ada = new(gateway.Server, azurite.ConnectionString, JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["id"] = gateway.KeyId, ["key"] = gateway.Key }));
        foreach (string model in (string[])["m", "m", "no-such-model"])
        {
            using HttpResponseMessage response = await gateway.PostAsync(MeteredGateway.Body(model));
            await response.Content.ReadAsByteArrayAsync();
        }

        JsonElement report = await Patience.UntilAsync(
            () => ada.OkAsync("GET", $"/manage/usage?key={gateway.KeyId}"),
            report => report.GetProperty("total").GetProperty("requests").GetInt64() >= 3);

        // When, and how long, the clock says; a request that was refused took no time that counts.
        JsonElement row = Assert.Single(report.GetProperty("rows").EnumerateArray());
        Assert.InRange(row.GetProperty("last_request_at").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.True(row.GetProperty("latency_ms").GetProperty("p95").GetDouble() >= row.GetProperty("latency_ms").GetProperty("p50").GetDouble());
        Assert.False(row.TryGetProperty("first_token_ms", out _));
        Assert.Equal(
            $$"""{"key_id":"{{gateway.KeyId}}","team":"search","requests":3,"refused":1,"failed":0,"tokens":{"input":20,"cache_read":0,"cache_write_5m":0,"cache_write_1h":0,"output":4,"reasoning":0,"estimated":false},"cost_usd":0.00009,"unpriced_requests":0,"cached_requests":0,"last_request_at":""",
            row.GetRawText()[..row.GetRawText().IndexOf('"' + row.GetProperty("last_request_at").GetString() + '"', StringComparison.Ordinal)]);
        JsonElement models = await ada.OkAsync("GET", $"/manage/usage?by=model&team=search&key={gateway.KeyId}&model=fake/*");
        Assert.Equal("fake/up", Assert.Single(models.GetProperty("rows").EnumerateArray()).GetProperty("model").GetString());
        JsonElement days = await ada.OkAsync("GET", $"/manage/usage?by=day&key={gateway.KeyId}&from=20200101&to=2020-12-31");
        Assert.Equal(("2020-01-01", "2020-12-31", 0), (days.GetProperty("from").GetString(), days.GetProperty("to").GetString(), days.GetProperty("rows").GetArrayLength()));
    }

    [Theory]
    [InlineData("/manage/usage?group=key", "'group' is unknown. Known here: from, to, by, team, key, model, person, provider, requested_model, client, tag, session.")]
    [InlineData("/manage/usage?by=hour", "'by' must be one of: key, team, owner, model, day, person, model_and_day, provider, requested_model, client, session, tag:<name>; or several, such as key,model.")]
    [InlineData("/manage/usage?by=key,key", "'by' must be one of: key, team,")]
    [InlineData("/manage/usage?key=mgw_u906gaxq0aig_secret", "'key' holds a whole key, and addresses are kept in logs: give its id,")]
    [InlineData("/manage/requests?key=mgw_u906gaxq0aig_secret", "'key' holds a whole key")]
    [InlineData("/manage/audit?target=mgw_u906gaxq0aig_secret", "'target' holds a whole key")]
    [InlineData("/manage/usage?from=yesterday", "'from' must be a day (UTC) such as 2030-01-31 or 20300131.")]
    [InlineData("/manage/usage?from=20300101&to=20200101", "'from' lies after 'to'.")]
    [InlineData("/manage/usage?by=key&by=day", "'by' is given more than once.")]
    [InlineData("/manage/audit?until=2030-01-01", "'until' is unknown. Known here: since, actor, action, target, order, limit, after.")]
    [InlineData("/manage/audit?since=1h", "'since' must be a day (UTC)")]
    [InlineData("/manage/issuers?team=x", "'team' is unknown. None is known here.")]
    [InlineData("/manage/requests/req_1?date=20300101", "'date' is unknown. Known here: day.")]
    public async Task Mistake_in_a_query_is_named(string path, string expected)
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);
        Assert.Contains(expected, await ada.RefusedAsync(400, "invalid_request_error", "GET", path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trail_is_filtered_by_who_what_and_when()
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);
        string id = (await ada.OkAsync("POST", "/manage/keys", """{"team":"trail"}""", 201)).GetProperty("id").GetString()!;
        await ada.OkAsync("PATCH", $"/manage/keys/{id}", """{"name":"new"}""");

        JsonElement act = Assert.Single((await ada.OkAsync("GET", $"/manage/audit?actor={ada.KeyId}&action=key.update")).GetProperty("data").EnumerateArray());
        Assert.Equal((id, "none -> \"new\""), (act.GetProperty("target").GetString(), act.GetProperty("details").GetProperty("name").GetString()));
        Assert.Empty((await ada.OkAsync("GET", $"/manage/audit?actor={ada.KeyId}&since=2999-01-01")).GetProperty("data").EnumerateArray());
        Assert.Equal(2, (await ada.OkAsync("GET", $"/manage/audit?target={id}&since=2020-01-01")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Storage_that_is_away_is_a_503_that_says_so()
    {
        await using Azurite own = await Azurite.StartNewAsync();
        await using Operator ada = await Operator.StartAsync(own.ConnectionString);
        await ada.OkAsync("GET", "/manage/keys");
        await own.StopAsync();
        Assert.Contains("storage", await ada.RefusedAsync(503, "api_error", "POST", "/manage/keys", """{"team":"t"}"""), StringComparison.Ordinal);
        Assert.Contains("storage", await ada.RefusedAsync(503, "api_error", "GET", "/manage/usage"), StringComparison.Ordinal);
    }
}
