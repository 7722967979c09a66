using System.Text.Json;
using Gateway.Audit;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Tests.Authentication;
using Gateway.Tests.Storage;

namespace Gateway.Tests.Cli;

public sealed class KeysCommandTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Create_prints_one_JSON_object_with_a_key_that_the_gateway_admits()
    {
        Run run = await OkAsync("keys", "create", "--team", "search", "--name", "ci", "--models", "gpt-*,claude-*", "--rpm", "60:shadow", "--budget-month", "12.50", "--tag", "env=prod", "--scope", "manage", "--expires", "30d", "--json");

        Assert.Single(run.Output.TrimEnd().Split('\n'));
        string key = run.Json.GetProperty("key").GetString()!;
        Door door = new(store: new TableKeyStore(Azurite.StorageAt(azurite.ConnectionString)));
        Caller caller = await door.AdmitsAsync(("x-api-key", key));
        Assert.Equal(run.Json.GetProperty("id").GetString(), caller.KeyId);
        Assert.Equal("search", caller.Team);
        Assert.Equal("ci", caller.Name);
        Assert.Equal(["gpt-*", "claude-*"], caller.AllowedModels);
        Assert.Equal(new RateLimit(60, LimitMode.Shadow), caller.Limits.RequestsPerMinute);
        Assert.Equal(new Budget(12.50m), caller.Limits.BudgetPerMonth);
        Assert.Equal("prod", caller.Tags["env"]);
        Assert.True(caller.HasScope(Scopes.Manage));
    }

    [Fact]
    public async Task Limits_of_some_models_are_given_beside_those_of_all_and_taken_away_one_by_one()
    {
        Run made = await OkAsync("keys", "create", "--team", "some", "--budget-month", "500", "--budget-month", "claude-opus-*=100:shadow", "--rpm", "gpt-*=10", "--streams", "ollama/llama:8b=none", "--json");
        string id = made.Json.GetProperty("id").GetString()!;
        Assert.Equal(
            """{"budget_per_month":{"usd":500,"mode":"enforce"},"models":[{"model":"gpt-*","requests_per_minute":{"value":10,"mode":"enforce"}},{"model":"claude-opus-*","budget_per_month":{"usd":100,"mode":"shadow"}}]}""",
            made.Json.GetProperty("limits").GetRawText());
        string shown = string.Join(' ', (await OkAsync("keys", "show", id)).Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("for gpt-*: 10 requests/min, for claude-opus-*: $100 a month (shadow)", shown, StringComparison.Ordinal);

        Run changed = await OkAsync("keys", "update", id, "--budget-month", "claude-opus-*=none", "--budget-day", "GPT-*=2.5", "--json");
        Assert.Equal(
            """{"budget_per_month":{"usd":500,"mode":"enforce"},"models":[{"model":"gpt-*","requests_per_minute":{"value":10,"mode":"enforce"},"budget_per_day":{"usd":2.5,"mode":"enforce"}}]}""",
            changed.Json.GetProperty("limits").GetRawText());
    }

    /// <summary>A budget has a note on stderr, which stays out of the variable.</summary>
    [Fact]
    public async Task Quiet_prints_a_new_secret_alone()
    {
        Run made = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "quiet", "--budget-day", "1", "--quiet");
        Assert.NotEmpty(made.Error);
        Assert.Matches("^mgw_[^_]+_[^_\\s]+\r?\n$", made.Output);
        string id = made.Output.Split('_')[1];
        Run renewed = await OkAsync("keys", "rotate", id, "-q");
        Assert.Matches($"^mgw_{id}_[^_\\s]+\r?\n$", renewed.Output);
        Assert.NotEqual(made.Output, renewed.Output);
        Assert.NotEqual(0, (await Run.GatewayAsync(azurite.ConnectionString, "keys", "show", id, "--quiet")).ExitCode);
    }

    [Fact]
    public async Task A_key_is_shown_whole_once_and_never_again()
    {
        Run created = await OkAsync("keys", "create", "--team", "once", "--json");
        string id = created.Json.GetProperty("id").GetString()!;
        string secret = created.Json.GetProperty("key").GetString()!.Split('_')[2];

        Run shown = await OkAsync("keys", "show", id, "--json");
        Run listed = await OkAsync("keys", "list", "--team", "once", "--json");
        Run table = await OkAsync("keys", "list");

        Assert.Equal(id, shown.Json.GetProperty("id").GetString());
        Assert.Equal("active", shown.Json.GetProperty("state").GetString());
        Assert.Equal(id, Assert.Single(listed.Json.EnumerateArray()).GetProperty("id").GetString());
        Assert.Contains(id, table.Output, StringComparison.Ordinal);
        Assert.All([shown, listed, table], run => Assert.DoesNotContain(secret, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_form_for_people_holds_the_key_on_a_line_of_its_own()
    {
        Run run = await OkAsync("keys", "create", "--team", "people", "--name", "[red]markup[/]");

        Assert.Matches(@"(?m)^mgw_[0-9a-z]{12}_[0-9A-Za-z]{49}\r?$", run.Output);
        Assert.Contains("[red]markup[/]", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_and_rotate_go_on_record_with_who_did_it()
    {
        string id = (await OkAsync("keys", "create", "--team", "life", "--json")).Json.GetProperty("id").GetString()!;

        Run rotated = await OkAsync("keys", "rotate", id, "--overlap", "90m", "--json", "--as", "ada");
        Run revoked = await OkAsync("keys", "revoke", id, "--json", "--as", "ada");
        Run again = await OkAsync("keys", "revoke", id, "--json", "--as", "bob");

        Assert.StartsWith($"mgw_{id}_", rotated.Json.GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.True(rotated.Json.TryGetProperty("previous_valid_until", out _));
        Assert.Equal("revoked", revoked.Json.GetProperty("state").GetString());
        Assert.Equal("ada", again.Json.GetProperty("revoked_by").GetString());

        TableAuditStore audit = new(Azurite.StorageAt(azurite.ConnectionString));
        AuditEntry[] entries = [.. (await audit.ListAsync(DateTimeOffset.UtcNow.AddHours(-1), default)).Where(entry => entry.Target == id)];
        Assert.Equal(["key.create", "key.rotate", "key.revoke"], entries.Select(entry => entry.Action));
        Assert.Equal([Environment.UserName, "ada", "ada"], entries.Select(entry => entry.Actor));
    }

    [Fact]
    public async Task Update_changes_what_is_given_and_nothing_else_and_the_record_says_what()
    {
        string id = (await OkAsync("keys", "create", "--team", "change", "--name", "old", "--models", "gpt-*", "--rpm", "60", "--budget-day", "5", "--expires", "1d", "--json")).Json.GetProperty("id").GetString()!;

        JsonElement updated = (await OkAsync("keys", "update", id, "--name", "new", "--rpm", "none", "--budget-day", "7.5:shadow", "--expires", "never", "--json")).Json;
        JsonElement stored = (await OkAsync("keys", "show", id, "--json")).Json;

        Assert.Equal(
            updated.EnumerateObject().Select(field => field.ToString()),
            stored.EnumerateObject().Where(field => field.Name != "spend").Select(field => field.ToString()));
        Assert.Equal("new", stored.GetProperty("name").GetString());
        Assert.Equal("gpt-*", Assert.Single(stored.GetProperty("models").EnumerateArray()).GetString());
        Assert.Equal("""{"budget_per_day":{"usd":7.5,"mode":"shadow"}}""", stored.GetProperty("limits").GetRawText());
        Assert.False(stored.TryGetProperty("expires_at", out _));

        JsonElement act = (await OkAsync("audit", "list", "--target", id, "--json")).Json[1];
        Assert.Equal("key.update", act.GetProperty("action").GetString());
        Assert.Equal("\"old\" -> \"new\"", act.GetProperty("details").GetProperty("name").GetString());
        Assert.False(act.GetProperty("details").TryGetProperty("models", out _));
    }

    [Fact]
    public async Task A_new_storage_lists_nothing_and_is_not_written_to()
    {
        await using Azurite fresh = await Azurite.ShareAsync();

        Assert.Equal("[]", (await Run.GatewayAsync(fresh.ConnectionString, "keys", "list", "--json")).Output.Trim());
        Assert.Equal("[]", (await Run.GatewayAsync(fresh.ConnectionString, "issuers", "list", "--json")).Output.Trim());
        Assert.Equal("[]", (await Run.GatewayAsync(fresh.ConnectionString, "audit", "list", "--json")).Output.Trim());
        Assert.Equal(1, (await Run.GatewayAsync(fresh.ConnectionString, "keys", "show", "nosuchkey000")).ExitCode);
        Azure.RequestFailedException missing = await Assert.ThrowsAsync<Azure.RequestFailedException>(
            () => new Azure.Data.Tables.TableClient(fresh.ConnectionString, "keys").GetEntityAsync<Azure.Data.Tables.TableEntity>("a", "b"));
        Assert.Equal("TableNotFound", missing.ErrorCode);
    }

    [Theory]
    [InlineData("keys", "update", "nosuchkey000", "--rpm", "1")]
    [InlineData("keys", "show", "nosuchkey000")]
    [InlineData("keys", "revoke", "no/such?key")]
    [InlineData("keys", "rotate", "nosuchkey000")]
    [InlineData("keys", "create", "--team", " ")]
    [InlineData("keys", "create", "--team", "a/b")]
    [InlineData("keys", "create", "--team", ".")]
    [InlineData("keys", "create", "--team", "..")]
    [InlineData("keys", "create", "--team", "t", "--scope", "everything")]
    [InlineData("keys", "create", "--team", "t", "--expires", "yesterday")]
    [InlineData("keys", "create", "--team", "t", "--expires", "2001-01-01")]
    [InlineData("keys", "create", "--team", "t", "--rpm", "0")]
    public async Task What_makes_no_sense_is_one_line_on_stderr(params string[] arguments)
    {
        Run run = await Run.GatewayAsync(azurite.ConnectionString, arguments);

        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("keys", "create")]
    [InlineData("keys", "create", "--team", "t", "--rpm", "many")]
    [InlineData("keys", "create", "--team", "t", "--budget-day", "5:sometimes")]
    [InlineData("keys", "create", "--team", "t", "--tag", "nothing")]
    [InlineData("keys", "create", "--team", "t", "--colour", "red")]
    [InlineData("keys", "create", "--team", "t", "--models", "")]
    [InlineData("keys", "forget")]
    public async Task What_cannot_be_parsed_fails_before_any_storage(params string[] arguments)
    {
        Run run = await Run.GatewayAsync("UseDevelopmentStorage=true", arguments);

        Assert.Equal(1, run.ExitCode);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task Without_storage_the_message_names_the_setting()
    {
        Run run = await Run.GatewayAsync(null, "keys", "list");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("GatewayStorage", Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Storage_that_cannot_be_reached_is_one_line_too()
    {
        Run run = await Run.GatewayAsync($"DefaultEndpointsProtocol=http;AccountName={Azurite.Account};AccountKey={Azurite.Key};TableEndpoint=http://127.0.0.1:9/{Azurite.Account};", "keys", "list", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("cannot be reached", Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain(Azurite.Key, run.Error, StringComparison.Ordinal);
    }

    private async Task<Run> OkAsync(params string[] arguments)
    {
        Run run = await Run.GatewayAsync(azurite.ConnectionString, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(run.Error);
        return run;
    }
}
