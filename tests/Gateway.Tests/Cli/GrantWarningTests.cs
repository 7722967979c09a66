using System.Text.Json;
using Gateway.Authentication;
using Gateway.Routing;
using Gateway.Tests.Manage;
using Gateway.Tests.Storage;

namespace Gateway.Tests.Cli;

/// <summary>What is allowed and probably a slip all the same: said on stderr, done for all that.</summary>
public sealed class GrantWarningTests : IAsyncLifetime
{
    private Azurite _azurite = null!;

    public async Task InitializeAsync() => _azurite = await Azurite.ShareAsync();

    public async Task DisposeAsync() => await _azurite.DisposeAsync();

    [Fact]
    public async Task New_team_that_reads_like_another_is_made_and_said()
    {
        Assert.Empty((await OkAsync("keys", "create", "--team", "platform", "--json")).Error);
        Run slip = await OkAsync("keys", "create", "--team", "platfrom", "--json");
        string id = slip.Json.GetProperty("id").GetString()!;
        Assert.Equal($"Warning: the team 'platfrom' is new and reads like 'platform': if that was meant, revoke {id} and create the key again with --team platform.", slip.Error.TrimEnd());
        Assert.False(slip.Json.TryGetProperty("warnings", out _));
        Assert.Empty((await OkAsync("keys", "create", "--team", "platfrom")).Error);
        Assert.Empty((await OkAsync("keys", "create", "--team", "platform")).Error);
        Assert.Contains("'gw teams remove plattform' and set the limits of platform", (await OkAsync("teams", "set", "plattform", "--rpm", "5")).Error, StringComparison.Ordinal);
        Assert.Contains("reads like 'platform'", (await OkAsync("issuers", "add", "one", "--issuer", "https://i.example", "--audience", "a", "--any-subject", "--team", "Platform")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_and_providers_that_the_settings_at_hand_do_not_have_are_said()
    {
        (string, string?)[] settings =
        [
            ("GatewayStorage", _azurite.ConnectionString), ("Gateway:Providers:azure:Kind", "openai"), ("Gateway:Providers:azure:BaseUrl", "http://127.0.0.1:9/v1"),
            ("Gateway:Models:0:Id", "gpt-*"), ("Gateway:Models:0:Targets:0", "azure/*"), ("Gateway:Models:1:Id", "large"), ("Gateway:Models:1:Aliases:0", "big"), ("Gateway:Models:1:Targets:0", "azure/x"),
        ];
        Run right = await Run.WithAsync(settings, "keys", "create", "--team", "right", "--models", "gpt-*,gpt-5*,g*5,gpt-5-mini,large,big,azure/anything,*", "--providers", "azure,AZ*", "--json");
        Assert.Equal((0, ""), (right.ExitCode, right.Error));
        Run wrong = await Run.WithAsync(settings, "keys", "create", "--team", "right", "--models", "gtp-*,claude-*", "--providers", "azrue", "--json");
        Assert.Equal(0, wrong.ExitCode);
        Assert.Equal(
            [
                "Warning: No model that is configured here matches 'gtp-*': did you mean 'gpt-*'?",
                "Warning: No model that is configured here matches 'claude-*'.",
                "Warning: No provider that is configured here matches 'azrue': did you mean 'azure'?",
            ],
            wrong.Error.TrimEnd().Split(Environment.NewLine));
        Run update = await Run.WithAsync(settings, "keys", "update", wrong.Json.GetProperty("id").GetString()!, "--models", "lagre");
        Assert.Equal("Warning: No model that is configured here matches 'lagre': did you mean 'large'?", update.Error.TrimEnd());

        // Without settings nobody knows.
        Assert.Empty((await OkAsync("keys", "create", "--team", "right", "--models", "gtp-*")).Error);
    }

    [Fact]
    public async Task Over_HTTP_the_same_is_in_the_answer()
    {
        await using Operator ada = await Operator.StartAsync(_azurite.ConnectionString);
        JsonElement key = await ada.OkAsync("POST", "/manage/keys", """{"team":"operatosr","models":["ehco"],"providers":["echo"]}""", 201);
        Assert.Equal(
            ["No model that is configured here matches 'ehco': did you mean 'echo'?", "The team 'operatosr' is new: did you mean 'operators'?"],
            key.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()));
        Assert.False((await ada.OkAsync("POST", "/manage/keys", """{"team":"operatosr","models":["echo"]}""", 201)).TryGetProperty("warnings", out _));
        Assert.Contains("did you mean 'operators'?", (await ada.OkAsync("PATCH", "/manage/teams/operatros", """{"limits":{"requests_per_minute":{"value":5} } }""")).GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Neighbour_of_a_team_is_no_slip_of_another() => Assert.Null(KnownTeams.Like("platform2", ["Platform", "platform"]));

    [Theory]
    [InlineData("platfrom", "platform")]
    [InlineData("PLATFORM", "platform")]
    [InlineData("serach", "search")]
    [InlineData("coer", "core")]
    [InlineData("search-eu", null)]
    [InlineData("search-us", null)]
    [InlineData("team2", null)]
    [InlineData("team-3", null)]
    [InlineData("cost", null)]
    [InlineData("hr", null)]
    [InlineData("marketing", null)]
    [InlineData("search", null)]
    public void Teams_are_alike(string team, string? like) => Assert.Equal(like, KnownTeams.Like(team, ["platform", "search", "search-de", "team1", "team-1", "core", "qa"]));

    [Theory]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    [InlineData("gpt-*", "gpt-5", true)]
    [InlineData("gpt-*-mini", "*5*", true)]
    [InlineData("a*", "b*", false)]
    [InlineData("*a", "*b", false)]
    [InlineData("a*b*c", "abc", true)]
    [InlineData("a*b*c", "acb", false)]
    public void Patterns_share_a_text(string left, string right, bool share)
    {
        Assert.Equal(share, GrantNames.Share(left, right));
        Assert.Equal(share, GrantNames.Share(right, left));
    }

    private async Task<Run> OkAsync(params string[] arguments)
    {
        Run run = await Run.GatewayAsync(_azurite.ConnectionString, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }
}
