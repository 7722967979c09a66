using System.Text.Json;
using Gateway.Authentication;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Authentication;

/// <summary>The key by setting, with which the first keys are made: for /manage alone, and never again once a manager's key was made.</summary>
public sealed class BootstrapKeyTests
{
    private const string Setting = "Gateway:BootstrapKey";
    private const string Key = "0123456789abcdef0123456789abcdef";
    private const string Hello = """{"model":"echo","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}""";
    private const string Nowhere = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;TableEndpoint=http://127.0.0.1:1/devstoreaccount1;";

    [Fact]
    public async Task Makes_the_first_keys_and_nothing_else_and_stops_when_there_is_a_manager()
    {
        LogLines log = new();
        await using GatewayServer gateway = await GatewayServer.StartAsync(services => services.AddSingleton<ILoggerProvider>(log), (Setting, Key));
        await Patience.UntilAsync(() => log.All.Any(line => line.Contains("(Gateway__BootstrapKey) is in force", StringComparison.Ordinal)));
        foreach ((HttpMethod method, string path, string? body) in new[]
        {
            (HttpMethod.Post, "/v1/messages", Hello), (HttpMethod.Post, "/v1/messages/count_tokens", Hello), (HttpMethod.Post, "/v1/chat/completions", Hello), (HttpMethod.Post, "/v1/responses", """{"model":"echo","input":"Hello"}"""),
            (HttpMethod.Get, "/v1/models", null), (HttpMethod.Get, "/v1/models/echo", null), (HttpMethod.Get, "/v1/usage", (string?)null),
        })
        {
            (int refused, JsonElement error) = await AskAsync(gateway, method, path, body);
            Assert.True(refused == 403, path);
            Assert.Contains("The bootstrap key is for /manage only", error.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        JsonElement me = (await AskAsync(gateway, HttpMethod.Get, "/manage/me")).Body;
        Assert.Equal(("bootstrap", "all", true, false), (me.GetProperty("key_id").GetString(), me.GetProperty("sees").GetString(), me.GetProperty("manages").GetBoolean(), me.TryGetProperty("team", out _)));
        (int status, JsonElement made) = await AskAsync(gateway, HttpMethod.Post, "/manage/keys", """{"team":"search"}""");
        Assert.Equal(201, status);
        Assert.Equal(200, (await AskAsync(gateway, HttpMethod.Get, "/manage/keys")).Status);
        using (HttpResponseMessage answer = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Hello, default, ("x-api-key", made.GetProperty("key").GetString()!)))
        {
            Assert.Equal(200, (int)answer.StatusCode);
        }

        (status, made) = await AskAsync(gateway, HttpMethod.Post, "/manage/keys", """{"team":"platform","scopes":["manage"]}""", "Authorization", "Bearer " + Key);
        Assert.Equal(201, status);
        string manager = made.GetProperty("key").GetString()!;
        await AssertStoppedAsync(gateway);
        Assert.Equal(1, log.All.Count(line => line.Contains("Remove Gateway__BootstrapKey.", StringComparison.Ordinal)));

        JsonElement trail = (await AskAsync(gateway, HttpMethod.Get, "/manage/audit?action=key.create", null, "x-api-key", manager)).Body;
        Assert.Equal(["bootstrap", "bootstrap"], trail.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("actor").GetString()));
        string id = made.GetProperty("id").GetString()!;
        Assert.Equal(200, (await AskAsync(gateway, HttpMethod.Patch, $"/manage/keys/{id}", """{"scopes":[]}""", "x-api-key", manager)).Status);
        await AssertStoppedAsync(gateway);
        Assert.DoesNotContain(log.All, line => line.Contains(Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_instances_and_the_command_line_see_the_same_and_what_a_manager_became_changes_nothing()
    {
        await using Azurite azurite = await Azurite.ShareAsync();
        (string, string?)[] settings = [("GatewayStorage", azurite.ConnectionString), (Setting, Key)];
        await using GatewayServer first = await GatewayServer.StartAsync(settings);
        await using GatewayServer second = await GatewayServer.StartAsync(settings);

        // Nobody has made the tables yet.
        Assert.Equal(201, (await AskAsync(first, HttpMethod.Post, "/manage/keys", """{"team":"search","name":"one"}""")).Status);
        (int status, JsonElement listed) = await AskAsync(second, HttpMethod.Get, "/manage/keys");
        Assert.Equal(200, status);
        Assert.Contains("\"one\"", listed.GetRawText(), StringComparison.Ordinal);

        Run manager = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "platform", "--scope", "manage", "--json");
        await AssertStoppedAsync(first);
        await AssertStoppedAsync(second);
        string id = manager.Json.GetProperty("id").GetString()!;
        Assert.Equal(0, (await Run.GatewayAsync(azurite.ConnectionString, "keys", "update", id, "--scope", "none")).ExitCode);
        await using (GatewayServer third = await GatewayServer.StartAsync(settings))
        {
            await AssertStoppedAsync(third);
        }

        Assert.Equal(0, (await Run.GatewayAsync(azurite.ConnectionString, "keys", "revoke", id)).ExitCode);
        LogLines log = new();
        await using GatewayServer fourth = await GatewayServer.StartAsync(services => services.AddSingleton<ILoggerProvider>(log), settings);
        await Patience.UntilAsync(() => log.All.Any(line => line.Contains("Remove Gateway__BootstrapKey.", StringComparison.Ordinal)));
        await AssertStoppedAsync(fourth);

        // A key that is stored stays what it is, whatever a setting says of it.
        Run member = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "search", "--json");
        string text = member.Json.GetProperty("key").GetString()!;
        await using GatewayServer fifth = await GatewayServer.StartAsync(("GatewayStorage", azurite.ConnectionString), (Setting, text));
        Assert.Equal(200, (await AskAsync(fifth, HttpMethod.Get, "/v1/models", null, "x-api-key", text)).Status);
        Assert.Equal(403, (await AskAsync(fifth, HttpMethod.Get, "/manage/keys", null, "x-api-key", text)).Status);
    }

    [Fact]
    public async Task Of_many_first_managers_that_are_asked_for_at_once_one_is_made()
    {
        await using Azurite azurite = await Azurite.ShareAsync();
        (string, string?)[] settings = [("GatewayStorage", azurite.ConnectionString), (Setting, Key)];
        await using GatewayServer first = await GatewayServer.StartAsync(settings);
        await using GatewayServer second = await GatewayServer.StartAsync(settings);
        (int status, JsonElement member) = await AskAsync(first, HttpMethod.Post, "/manage/keys", """{"team":"search"}""");
        Assert.Equal(201, status);
        (status, JsonElement error) = await AskAsync(first, HttpMethod.Patch, $"/manage/keys/{member.GetProperty("id").GetString()}", """{"scopes":["manage"]}""");
        Assert.Equal(403, status);
        Assert.Contains("with POST /manage/keys", error.GetRawText(), StringComparison.Ordinal);

        (int Status, JsonElement Body)[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            AskAsync(i % 2 == 0 ? first : second, HttpMethod.Post, "/manage/keys", """{"team":"platform","scopes":["manage","manage"]}""")));
        Assert.Equal([201, 401, 401, 401, 401, 401, 401, 401], answers.Select(answer => answer.Status).Order());
        JsonElement made = answers.Single(answer => answer.Status == 201).Body;
        Assert.Equal("manage", Assert.Single(made.GetProperty("scopes").EnumerateArray()).GetString());
        JsonElement keys = (await AskAsync(second, HttpMethod.Get, "/manage/keys", null, "x-api-key", made.GetProperty("key").GetString()!)).Body;
        Assert.Equal(2, keys.GetProperty("data").GetArrayLength());
        await AssertStoppedAsync(first);
        await AssertStoppedAsync(second);
    }

    [Fact]
    public async Task Without_storage_to_ask_it_is_refused_for_the_moment()
    {
        LogLines log = new();
        await using GatewayServer gateway = await GatewayServer.StartAsync(services => services.AddSingleton<ILoggerProvider>(log), ("GatewayStorage", Nowhere), (Setting, Key));
        (int status, JsonElement error) = await AskAsync(gateway, HttpMethod.Get, "/manage/keys");
        Assert.Equal(503, status);
        Assert.Contains("The storage of API keys cannot be reached", error.GetRawText(), StringComparison.Ordinal);
        await Patience.UntilAsync(() => log.All.Any(line => line.Contains("is still in force is not known", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("short", "has 5 characters, which can be guessed")]
    [InlineData("0123456789abcdef0123456789abcde", "has 31 characters")]
    [InlineData(Key + "\n", "line break around it")]
    [InlineData(Key + " " + Key, "a space")]
    [InlineData(Key + "é", "not ASCII")]
    [InlineData("\"" + Key + "\"", "quotation marks")]
    [InlineData("Bearer " + Key, "'Bearer'")]
    public void Key_that_cannot_be_one_stops_the_start(string value, string why)
    {
        string mistake = Assert.Single(Mistakes(value));
        Assert.StartsWith(Setting + " ", mistake, StringComparison.Ordinal);
        Assert.Contains(why, mistake, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_enough_keys_and_none_are_taken_and_the_development_key_is_another()
    {
        Assert.Empty(Mistakes(Key));
        Assert.Empty(Mistakes("mgw_a1b2c3d4e5f6_" + new string('x', 49)));
        Assert.Empty(Mistakes(""));
        Assert.Empty(Mistakes(null));
        Assert.Contains("has 1025 characters", Assert.Single(Mistakes(new string('x', 1025))), StringComparison.Ordinal);
        Assert.Contains("the same key", Assert.Single(Mistakes(Key, Key)), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Mistakes(string? value, string? development = null) => BootstrapKey.Mistakes(
        new ConfigurationBuilder().AddInMemoryCollection([new(Setting, value), new("Gateway:DevKey", development)]).Build());

    private static async Task AssertStoppedAsync(GatewayServer gateway)
    {
        using HttpResponseMessage refused = await gateway.SendAsync(HttpMethod.Get, "/manage/keys", null, default, ("x-api-key", Key));
        Assert.Equal(401, (int)refused.StatusCode);
        Assert.Equal("false", Assert.Single(refused.Headers.GetValues("x-should-retry")));
        string body = await refused.Content.ReadAsStringAsync();
        Assert.Contains("stopped when the first key with scope manage was made", body, StringComparison.Ordinal);
        Assert.Contains("removes Gateway__BootstrapKey", body, StringComparison.Ordinal);
    }

    private static async Task<(int Status, JsonElement Body)> AskAsync(
        GatewayServer gateway, HttpMethod method, string path, string? body = null, string header = "x-api-key", string value = Key)
    {
        using HttpResponseMessage answer = await gateway.SendAsync(method, path, body, default, (header, value));
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }
}
