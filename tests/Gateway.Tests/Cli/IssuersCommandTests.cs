using System.Text.Json;
using Gateway.Authentication.Access;
using Gateway.Authentication.Oidc;
using Gateway.Tests.Storage;

namespace Gateway.Tests.Cli;

public sealed class IssuersCommandTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly string _id = $"rule-{Guid.NewGuid():N}"[..20];

    [Fact]
    public async Task An_added_rule_is_what_the_gateway_reads()
    {
        await OkAsync(
            "issuers", "add", _id, "--issuer", "https://token.actions.githubusercontent.com", "--audience", "https://gateway.example",
            "--claim", "repository=my-org/*", "--claim", "ref=refs/heads/main", "--claim", "ref=refs/tags/*",
            "--team", "ci", "--name", "pipelines", "--models", "gpt-*", "--budget-day", "5", "--tag", "kind=ci", "--per-subject", "--json");

        TableIssuerStore store = new(Azurite.StorageAt(azurite.ConnectionString));
        TrustedIssuer rule = (await store.ListAsync(default)).Single(each => each.Id == _id);
        Assert.Equal("https://token.actions.githubusercontent.com", rule.Issuer);
        Assert.Equal(["https://gateway.example"], rule.Audiences);
        Assert.Equal(["my-org/*"], rule.Claims["repository"]);
        Assert.Equal(["refs/heads/main", "refs/tags/*"], rule.Claims["ref"]);
        Assert.Equal("ci", rule.Team);
        Assert.Equal("pipelines", rule.Name);
        Assert.Equal(["gpt-*"], rule.Models);
        Assert.Equal(new Budget(5m), rule.Limits.BudgetPerDay);
        Assert.Equal("ci", rule.Tags["kind"]);
        Assert.True(rule.PerSubject);
        Assert.False(rule.AnySubject);
    }

    [Fact]
    public async Task A_rule_can_be_listed_shown_and_removed_and_all_that_is_on_record()
    {
        await AddAsync();

        Run shown = await OkAsync("issuers", "show", _id, "--json");
        Run listed = await OkAsync("issuers", "list", "--json");
        Run table = await OkAsync("issuers", "list");
        await OkAsync("issuers", "remove", _id, "--as", "ada");
        Run gone = await Run.GatewayAsync(azurite.ConnectionString, "issuers", "show", _id);

        Assert.Equal(_id, shown.Json.GetProperty("id").GetString());
        Assert.Contains(listed.Json.EnumerateArray(), each => each.GetProperty("id").GetString() == _id);
        Assert.Contains(_id, table.Output, StringComparison.Ordinal);
        Assert.Equal(1, gone.ExitCode);

        Run audit = await OkAsync("audit", "list", "--since", "1h", "--target", _id, "--json");
        JsonElement[] acts = [.. audit.Json.EnumerateArray()];
        Assert.Equal(["issuer.add", "issuer.remove"], acts.Select(act => act.GetProperty("action").GetString()));
        Assert.Equal("ada", acts[1].GetProperty("actor").GetString());
        Assert.Equal("done", acts[1].GetProperty("outcome").GetString());
        Assert.Contains(_id, (await OkAsync("audit", "list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_is_taken_is_refused_and_the_failure_is_on_record()
    {
        await AddAsync();

        Run again = await Run.GatewayAsync(azurite.ConnectionString, Arguments());

        Assert.Equal(1, again.ExitCode);
        Assert.Contains("already", Assert.Single(again.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Run audit = await OkAsync("audit", "list", "--target", _id, "--json");
        Assert.Equal(["done", "done", "failed"], audit.Json.EnumerateArray().Select(act => act.GetProperty("outcome").GetString()));
    }

    [Theory]
    [InlineData("--issuer", "http://insecure.example")]
    [InlineData("--claim", "nothing")]
    [InlineData("--audience", "")]
    public async Task A_rule_that_makes_no_sense_is_refused(string option, string value)
    {
        string[] arguments = Arguments();
        int at = Array.IndexOf(arguments, option);
        arguments[at + 1] = value;

        Run run = await Run.GatewayAsync(azurite.ConnectionString, arguments);

        Assert.Equal(1, run.ExitCode);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task A_rule_for_everybody_must_be_asked_for()
    {
        string[] open = [.. Arguments().Where(each => each is not "--claim" and not "sub=me")];

        Assert.Equal(1, (await Run.GatewayAsync(azurite.ConnectionString, open)).ExitCode);
        await OkAsync([.. open, "--any-subject"]);
    }

    private Task<Run> AddAsync() => OkAsync(Arguments());

    private string[] Arguments() => ["issuers", "add", _id, "--issuer", "https://issuer.example", "--audience", "gateway", "--claim", "sub=me", "--team", "ci"];

    private async Task<Run> OkAsync(params string[] arguments)
    {
        Run run = await Run.GatewayAsync(azurite.ConnectionString, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(run.Error);
        return run;
    }
}
