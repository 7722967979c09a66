using System.Text.Json;
using Azure.Data.Tables;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Manage;

/// <summary>Keys at <c>/manage/keys</c>, over HTTP and on Azurite.</summary>
public sealed class ManageKeysTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Full = """
        {"team":"search","name":"ci","owner":"ada","scopes":[],"models":["gpt-*","echo"],"providers":["echo"],
         "limits":{"requests_per_minute":{"value":60,"mode":"shadow"},"budget_per_month":{"usd":12.50},"budget_per_day":null},
         "tags":{"env":"prod"},"expires_at":"2999-12-31"}
        """;

    [Fact]
    public async Task A_key_is_made_used_shown_changed_rotated_and_revoked_and_all_that_is_on_record()
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);
        Reply made = await ada.SendAsync("POST", "/manage/keys", Full);
        string id = Text(made.Body, "id");
        string key = Text(made.Body, "key");
        Assert.Equal((201, $"/manage/keys/{id}", "no-store"), (made.Status, made.Headers["location"], made.Headers["cache-control"]));
        Assert.Equal(("active", "search", "ci", "ada", ada.KeyId), (Text(made.Body, "state"), Text(made.Body, "team"), Text(made.Body, "name"), Text(made.Body, "owner"), Text(made.Body, "created_by")));
        Assert.Equal("""{"requests_per_minute":{"value":60,"mode":"shadow"},"budget_per_month":{"usd":12.50,"mode":"enforce"}}""", made.Body.GetProperty("limits").GetRawText());
        Assert.Equal("2999-12-31T00:00:00+00:00", Text(made.Body, "expires_at"));
        Assert.Equal(200, await ada.CallModelAsync(key));

        JsonElement shown = await ada.OkAsync("GET", $"/manage/keys/{id}");
        JsonElement listed = await ada.OkAsync("GET", "/manage/keys?team=search&state=active");
        Assert.Equal("ci", Text(shown, "name"));
        Assert.Contains(listed.GetProperty("data").EnumerateArray(), each => Text(each, "id") == id);
        Assert.DoesNotContain((await ada.OkAsync("GET", "/manage/keys?state=revoked")).GetProperty("data").EnumerateArray(), each => Text(each, "id") == id);

        JsonElement changed = await ada.OkAsync("PATCH", $"/manage/keys/{id}", """{"name":null,"models":["echo"],"limits":{"requests_per_minute":null,"concurrent_streams":{"value":2}},"tags":{"a":"b"},"expires_at":null}""");
        Assert.False(changed.TryGetProperty("name", out _));
        Assert.False(changed.TryGetProperty("expires_at", out _));
        JsonElement stored = await ada.OkAsync("GET", $"/manage/keys/{id}");
        Assert.Equal(
            changed.EnumerateObject().Select(field => field.ToString()),
            stored.EnumerateObject().Where(field => field.Name != "spend").Select(field => field.ToString()));
        Assert.Equal(("ada", """["echo"]""", """{"a":"b"}"""), (Text(stored, "owner"), stored.GetProperty("models").GetRawText(), stored.GetProperty("tags").GetRawText()));
        Assert.Equal("""{"concurrent_streams":{"value":2,"mode":"enforce"},"budget_per_month":{"usd":12.50,"mode":"enforce"}}""", stored.GetProperty("limits").GetRawText());
        Assert.Equal("{}", (await ada.OkAsync("PATCH", $"/manage/keys/{id}", """{"limits":null}""")).GetProperty("limits").GetRawText());

        JsonElement rotated = await ada.OkAsync("POST", $"/manage/keys/{id}/rotate");
        string second = Text(rotated, "key");
        Assert.NotEqual(key, second);
        Assert.True(rotated.TryGetProperty("previous_valid_until", out _));
        Assert.Equal((200, 200), (await ada.CallModelAsync(key), await ada.CallModelAsync(second)));
        string third = Text(await ada.OkAsync("POST", $"/manage/keys/{id}/rotate", """{"overlap_seconds":0}"""), "key");
        Assert.Equal((401, 200), (await ada.CallModelAsync(second), await ada.CallModelAsync(third)));

        Assert.Equal("revoked", Text(await ada.OkAsync("DELETE", $"/manage/keys/{id}"), "state"));
        Assert.Equal("revoked", Text(await ada.OkAsync("DELETE", $"/manage/keys/{id}"), "state"));
        Assert.Equal(401, await ada.CallModelAsync(third));
        Assert.Contains("revoked", await ada.RefusedAsync(409, "invalid_request_error", "PATCH", $"/manage/keys/{id}", "{}"), StringComparison.Ordinal);
        Assert.Contains("revoked", await ada.RefusedAsync(409, "invalid_request_error", "POST", $"/manage/keys/{id}/rotate"), StringComparison.Ordinal);
        Assert.Equal(
            new[] { "create", "update", "update", "rotate", "rotate", "revoke" }.Select(act => $"{ada.KeyId} key.{act} done"), await ada.TrailAsync(id));

        // Each secret was in one answer, and is nowhere else.
        string rest = string.Join('\n', shown, listed, changed, stored, await ada.OkAsync("GET", "/manage/keys"), await ada.OkAsync("GET", "/manage/audit"));
        Assert.All([key, second, third], text => Assert.DoesNotContain(text.Split('_')[2], rest, StringComparison.Ordinal));
        Assert.DoesNotContain("hash", rest, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("""{"name":"x"}""", "team: Field required.")]
    [InlineData("""{"team":"t","budget":5}""", "budget: unknown field. Known here: team, name, owner, scopes, models, providers, limits, tags, expires_at.")]
    [InlineData("""{"team":"t","Name":"x"}""", "Name: unknown field.")]
    [InlineData("""{"team":7}""", "team: must be a string, not a number.")]
    [InlineData("""{"team":" "}""", "The team must not be empty.")]
    [InlineData("""{"team":"t","models":"gpt-*"}""", "models: must be a list of strings, not a string.")]
    [InlineData("""{"team":"t","models":[1]}""", "models: must be a list of nothing but strings.")]
    [InlineData("""{"team":"t","tags":{"a":1}}""", "tags.a: must be a string, not a number.")]
    [InlineData("""{"team":"t","tags":[]}""", "tags: must be an object whose values are strings, not a list.")]
    [InlineData("""{"team":"t","scopes":["root"]}""", "There is no scope 'root'. Known: manage, usage, usage:all, models.")]
    [InlineData("""{"team":"t","limits":{"rpm":5}}""", "limits.rpm: unknown field. Known here: requests_per_minute,")]
    [InlineData("""{"team":"t","limits":{"requests_per_minute":5}}""", "limits.requests_per_minute: must be an object with some of: value, mode, not a number.")]
    [InlineData("""{"team":"t","limits":{"requests_per_minute":{}}}""", "limits.requests_per_minute.value: Field required.")]
    [InlineData("""{"team":"t","limits":{"requests_per_minute":{"value":"60"}}}""", "limits.requests_per_minute.value: must be a whole number, 1 or more, not a string.")]
    [InlineData("""{"team":"t","limits":{"requests_per_minute":{"value":0}}}""", "limits.requests_per_minute.value: must be a whole number, 1 or more.")]
    [InlineData("""{"team":"t","limits":{"budget_per_day":{"usd":-1,"mode":"strict"}}}""", "limits.budget_per_day.usd: must be an amount in USD such as 12.50, 0 or more. limits.budget_per_day.mode: must be one of \"enforce\", \"shadow\".")]
    [InlineData("""{"team":"t","expires_at":"tomorrow"}""", "expires_at: must be a time such as 2030-01-31T12:00:00Z, or a date.")]
    [InlineData("""{"team":"t","expires_at":"2020-01-31T12:00:00+01:00"}""", "expires_at: must lie in the future.")]
    [InlineData("""{"team":"t","team":"u"}""", "has a field twice")]
    [InlineData("""[]""", "The request body must be a JSON object.")]
    [InlineData("""{"team":""", "not valid JSON")]
    [InlineData("", "not valid JSON")]
    public async Task Mistake_is_named_with_its_field_and_the_cure(string body, string expected)
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);
        Assert.Contains(expected, await ada.RefusedAsync(400, "invalid_request_error", "POST", "/manage/keys", body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_requests_are_as_strict_and_a_refused_one_changes_nothing()
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);
        string id = Text(await ada.OkAsync("POST", "/manage/keys", """{"team":"strict","name":"before"}""", 201), "id");
        Assert.Contains("team: unknown field. Known here: name, owner,", await ada.RefusedAsync(400, "invalid_request_error", "PATCH", $"/manage/keys/{id}", """{"team":"other","name":"after"}"""), StringComparison.Ordinal);
        Assert.Contains("overlap: unknown field. Known here: overlap_seconds.", await ada.RefusedAsync(400, "invalid_request_error", "POST", $"/manage/keys/{id}/rotate", """{"overlap":1}"""), StringComparison.Ordinal);
        Assert.Contains("overlap_seconds: must be a whole number, 0 or more, not a string", await ada.RefusedAsync(400, "invalid_request_error", "POST", $"/manage/keys/{id}/rotate", """{"overlap_seconds":"1h"}"""), StringComparison.Ordinal);
        Assert.Contains("The overlap must be between", await ada.RefusedAsync(400, "invalid_request_error", "POST", $"/manage/keys/{id}/rotate", """{"overlap_seconds":99999999999}"""), StringComparison.Ordinal);
        Assert.Contains("'status' is unknown. Known here: team, state, search, limit, after.", await ada.RefusedAsync(400, "invalid_request_error", "GET", "/manage/keys?status=active"), StringComparison.Ordinal);
        Assert.Contains("'state' must be one of: active, expired, revoked.", await ada.RefusedAsync(400, "invalid_request_error", "GET", "/manage/keys?state=gone"), StringComparison.Ordinal);
        Assert.Equal("before", Text(await ada.OkAsync("GET", $"/manage/keys/{id}"), "name"));
        Assert.Equal([$"{ada.KeyId} key.create done"], await ada.TrailAsync(id));
        foreach ((string method, string path) in new[] { ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/rotate") })
        {
            Assert.Contains("no key of that id", await ada.RefusedAsync(404, "not_found_error", method, $"/manage/keys/nosuchkey000{path}", "{}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Only_keys_of_the_scope_come_in_and_management_leaves_no_usage()
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);
        Run plain = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "unscoped", "--json");
        string id = Text(plain.Json, "id");
        (string Method, string Path)[] all =
        [
            ("GET", "/manage/keys"), ("POST", "/manage/keys"), ("GET", $"/manage/keys/{id}"), ("PATCH", $"/manage/keys/{id}"), ("DELETE", $"/manage/keys/{id}"),
            ("POST", $"/manage/keys/{id}/rotate"), ("GET", "/manage/issuers"), ("POST", "/manage/issuers"), ("GET", "/manage/issuers/x"), ("DELETE", "/manage/issuers/x"),
            ("GET", "/manage/usage"), ("GET", "/manage/audit"), ("GET", "/manage/requests/req_1"), ("GET", "/manage/openapi.json"),
        ];
        foreach ((string method, string path) in all)
        {
            Assert.Contains("lacks the scope '", await ada.RefusedAsync(403, "permission_error", method, path, "{}", Text(plain.Json, "key")), StringComparison.Ordinal);
            await ada.RefusedAsync(401, "authentication_error", method, path, "{}", "nobody's");
        }

        Assert.Equal("active", Text(await ada.OkAsync("GET", $"/manage/keys/{id}"), "state"));
        await ada.DisposeAsync();
        await foreach (TableEntity row in new TableClient(azurite.ConnectionString, "usage").QueryAsync<TableEntity>())
        {
            Assert.NotEqual(id, row.GetString("KeyId"));
            Assert.NotEqual(ada.KeyId, row.GetString("KeyId"));
        }
    }

    [Fact]
    public async Task Gateway_without_storage_manages_keys_in_memory()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(("Gateway:Models:0:Id", "echo"), ("Gateway:Models:0:Targets:0", "echo/echo"));
        await using Operator dev = new(gateway, "", JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["id"] = "development", ["key"] = GatewayServer.Key }));
        JsonElement made = await dev.OkAsync("POST", "/manage/keys", """{"team":"memory"}""", 201);
        Assert.Equal(200, await dev.CallModelAsync(Text(made, "key")));
        await dev.OkAsync("DELETE", $"/manage/keys/{Text(made, "id")}");
        Assert.Equal(401, await dev.CallModelAsync(Text(made, "key")));
        Assert.Equal(["development key.create done", "development key.revoke done"], await dev.TrailAsync(Text(made, "id")));
    }

    [Theory]
    [InlineData("DELETE", "/manage/keys", "GET, HEAD, POST")]
    [InlineData("POST", "/manage/keys/abc", "GET, HEAD, PATCH, DELETE")]
    [InlineData("GET", "/manage/keys/abc/rotate", "POST")]
    [InlineData("PUT", "/manage/issuers/abc", "GET, HEAD, DELETE")]
    [InlineData("POST", "/manage/usage", "GET, HEAD")]
    public async Task Wrong_method_is_told_the_right_ones(string method, string path, string allowed)
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);
        Assert.Contains($"Use {allowed}.", await ada.RefusedAsync(405, "invalid_request_error", method, path, "{}"), StringComparison.Ordinal);
        await ada.RefusedAsync(404, "not_found_error", "GET", "/manage/nothing");
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
