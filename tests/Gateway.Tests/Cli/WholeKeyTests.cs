using System.Text.Json;
using Gateway.Tests.Manage;
using Gateway.Tests.Storage;

namespace Gateway.Tests.Cli;

/// <summary>Who has a whole key at hand may give it where an id is asked for; nothing repeats or keeps its secret.</summary>
public sealed class WholeKeyTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Every_command_finds_the_id_in_it()
    {
        Run made = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "whole", "--json");
        (string id, string key) = (made.Json.GetProperty("id").GetString()!, made.Json.GetProperty("key").GetString()!);
        string secret = key.Split('_')[2];
        string[][] commands =
        [
            ["keys", "show", key], ["keys", "show", $" {key}"], ["keys", "update", key, "--name", "new"], ["usage", "--key", key], ["usage", "--key", key, "--csv"], ["usage", "requests", "--key", key],
            ["audit", "list", "--target", key], ["audit", "list", "--target", key, "--json"], ["keys", "rotate", key, "--json"], ["keys", "show", key], ["keys", "revoke", key, "--as", "ada"], ["keys", "revoke", key[..^3]],
        ];
        foreach (string[] command in commands)
        {
            Run run = await Run.GatewayAsync(azurite.ConnectionString, command);
            Assert.True(run.ExitCode == 0, $"{string.Join(' ', command)}: {run.Error}");
            Assert.DoesNotContain(secret[..10], run.Output + run.Error, StringComparison.Ordinal);
            if (command[0] != "usage")
            {
                Assert.Contains(id, run.Output, StringComparison.Ordinal);
            }
        }

        Run trail = await Run.GatewayAsync(azurite.ConnectionString, "audit", "list", "--json");
        Assert.DoesNotContain(secret[..10], trail.Output, StringComparison.Ordinal);
        Assert.Equal(["key.create", "key.update", "key.rotate", "key.revoke"], trail.Json.EnumerateArray().Where(act => act.GetProperty("target").GetString() == id).Select(act => act.GetProperty("action").GetString()));
    }

    [Theory]
    [InlineData("mgw_short_secretsecret", "no whole key of this gateway")]
    [InlineData("mgw_nosuchkey000_secretsecret", "There is no key 'nosuchkey000'")]
    [InlineData("sk-ant-api03-secretsecret", "There is no key 'sk-a…'")]
    public async Task What_is_no_key_of_ours_is_not_repeated(string text, string expected)
    {
        foreach (string command in (string[])["show", "update", "rotate", "revoke"])
        {
            Run run = await Run.GatewayAsync(azurite.ConnectionString, "keys", command, text);
            Assert.Equal(1, run.ExitCode);
            string said = Assert.Single(run.Error.TrimEnd().Split('\n'));
            Assert.Contains(expected, said, StringComparison.Ordinal);
            Assert.DoesNotContain("secretsecret", said, StringComparison.Ordinal);
        }

        foreach (string[] command in (string[][])[["keys", "list", "--team", text], ["teams", "show", text]])
        {
            Run run = await Run.GatewayAsync(azurite.ConnectionString, command);
            Assert.DoesNotContain("secretsecret", run.Output + run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_name_or_a_slip_in_an_id_is_told_the_id()
    {
        string name = $"pipeline {Guid.NewGuid():N}";
        string id = (await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "whole", "--name", name, "--json")).Json.GetProperty("id").GetString()!;
        Assert.Contains($"its id is asked for: {id}.", (await Run.GatewayAsync(azurite.ConnectionString, "keys", "show", name)).Error, StringComparison.Ordinal);
        string slip = $"{id[1]}{id[0]}{id[2..]}";
        Assert.Contains($"did you mean {id}?", (await Run.GatewayAsync(azurite.ConnectionString, "keys", "show", slip == id ? id[..^1] : slip)).Error, StringComparison.Ordinal);
    }

    /// <summary>Addresses are kept in logs, so it is not made a habit.</summary>
    [Fact]
    public async Task Over_HTTP_it_is_refused_with_what_to_do()
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);
        JsonElement made = await ada.OkAsync("POST", "/manage/keys", """{"team":"whole"}""", 201);
        string key = made.GetProperty("key").GetString()!;
        foreach ((string method, string path, string? body) in new[]
        {
            ("GET", $"/manage/keys/{key}", null), ("PATCH", $"/manage/keys/{key}", """{"name":"x"}"""), ("POST", $"/manage/keys/{key}/rotate", "{}"), ("DELETE", $"/manage/keys/{key}", (string?)null),
        })
        {
            string said = await ada.RefusedAsync(400, "invalid_request_error", method, path, body);
            Assert.Contains("rotate the key", said, StringComparison.Ordinal);
            Assert.DoesNotContain(key.Split('_')[2], said, StringComparison.Ordinal);
        }

        Assert.Equal("active", (await ada.OkAsync("GET", $"/manage/keys/{made.GetProperty("id").GetString()}")).GetProperty("state").GetString());
    }
}
