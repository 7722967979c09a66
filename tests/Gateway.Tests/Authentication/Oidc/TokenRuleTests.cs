using System.Text.Json.Nodes;
using Gateway.Authentication.Access;
using Gateway.Authentication.Oidc;
using Gateway.Translation.Errors;

namespace Gateway.Tests.Authentication.Oidc;

/// <summary>Tokens in the form of three real issuers, and the rules that let them in.</summary>
public sealed class TokenRuleTests : IAsyncLifetime
{
    private TokenDoor _door = null!;
    private TokenSigner _signer = null!;

    public async Task InitializeAsync()
    {
        _door = await TokenDoor.OpenAsync();
        _signer = _door.Issuer.AddSigner();
    }

    public async Task DisposeAsync() => await _door.DisposeAsync();

    [Fact]
    public async Task A_GitHub_Actions_token_is_let_in_by_its_repository()
    {
        await _door.TrustAsync(Rule("github", "https://gateway.example", ("repository", ["my-org/*"]), ("ref", ["refs/heads/main", "refs/tags/*"])) with
        {
            Models = ["gpt-*"],
            Limits = new Limits { BudgetPerMonth = new(50m) },
        });

        JsonObject claims = GitHub("my-org/api", "refs/heads/main");
        Caller caller = await _door.AdmitsAsync(_signer.Sign(claims, header => header["x5t"] = "abc"));
        Assert.Equal("oidc.github", caller.KeyId);
        Assert.Equal("repo:my-org/api:ref:refs/heads/main", caller.Subject);
        Assert.True(caller.AllowsModel("gpt-5"));
        Assert.False(caller.AllowsModel("claude-opus"));
        Assert.Equal(new Budget(50m), caller.Limits.BudgetPerMonth);
        await _door.AdmitsAsync(_signer.Sign(GitHub("my-org/web", "refs/tags/v1")));

        Assert.Contains("'repository'", (await _door.RefusesAsync(_signer.Sign(GitHub("my-org-evil/api", "refs/heads/main")))).Message, StringComparison.Ordinal);
        Assert.Contains("'ref'", (await _door.RefusesAsync(_signer.Sign(GitHub("my-org/api", "refs/heads/feature")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Entra_ID_token_is_let_in_by_its_app_role()
    {
        await _door.TrustAsync(Rule("entra", "api://gateway", ("roles", ["Gateway.Use"]), ("tid", ["11111111-2222-3333-4444-555555555555"])) with { PerSubject = true });

        Caller ada = await _door.AdmitsAsync(_signer.Sign(Entra("ada", "Other.Role", "Gateway.Use")));
        Caller bob = await _door.AdmitsAsync(_signer.Sign(Entra("bob", "Gateway.Use")));
        Assert.StartsWith("oidc.entra.", ada.KeyId, StringComparison.Ordinal);
        Assert.NotEqual(ada.KeyId, bob.KeyId);
        Assert.DoesNotContain("ada", ada.KeyId[11..], StringComparison.Ordinal);
        Assert.Equal(ada.KeyId, (await _door.AdmitsAsync(_signer.Sign(Entra("ada", "Gateway.Use")))).KeyId);

        Assert.Contains("'roles'", (await _door.RefusesAsync(_signer.Sign(Entra("eve", "Other.Role")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Vercel_token_is_let_in_by_its_project_and_environment()
    {
        await _door.TrustAsync(Rule("vercel", "https://vercel.com/my-team", ("project", ["shop"]), ("environment", ["production"])));

        Caller caller = await _door.AdmitsAsync(_signer.Sign(Vercel("shop", "production")));
        Assert.Equal("owner:my-team:project:shop:environment:production", caller.Subject);

        Assert.Contains("'environment'", (await _door.RefusesAsync(_signer.Sign(Vercel("shop", "preview")))).Message, StringComparison.Ordinal);
        Assert.Contains("'project'", (await _door.RefusesAsync(_signer.Sign(Vercel("blog", "production")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_rules_the_first_by_id_that_fits_counts()
    {
        await _door.TrustAsync(Rule("20-everyone", "https://gateway.example", ("repository", ["my-org/*"])) with { Team = "everyone" });
        await _door.TrustAsync(Rule("10-api", "https://gateway.example", ("repository", ["my-org/api"])) with { Team = "api" });

        Assert.Equal("api", (await _door.AdmitsAsync(_signer.Sign(GitHub("my-org/api", "refs/heads/main")))).Team);
        Assert.Equal("everyone", (await _door.AdmitsAsync(_signer.Sign(GitHub("my-org/web", "refs/heads/main")))).Team);
    }

    [Fact]
    public async Task A_rule_without_claims_must_say_that_it_wants_everybody()
    {
        TrustedIssuer open = _door.Rule() with { Claims = new Dictionary<string, IReadOnlyList<string>>() };

        IssuerChange.Refused refused = Assert.IsType<IssuerChange.Refused>(await _door.Administration.AddAsync(open, "tester", default));
        Assert.Contains(refused.Reasons, reason => reason.Contains("claim", StringComparison.Ordinal));

        await _door.TrustAsync(open with { AnySubject = true });
        await _door.AdmitsAsync(_signer.Sign(_door.Claims()));
    }

    [Theory]
    [InlineData("http://issuer.example")]
    [InlineData("https://user:secret@issuer.example")]
    [InlineData("https://issuer.example?a=b")]
    [InlineData("issuer.example")]
    public async Task An_issuer_must_have_a_plain_https_address(string address) =>
        Assert.IsType<IssuerChange.Refused>(await _door.Administration.AddAsync(_door.Rule() with { Issuer = address }, "tester", default));

    [Fact]
    public async Task A_removed_rule_stops_within_60_seconds_though_its_tokens_were_verified()
    {
        await _door.TrustAsync();
        string token = _signer.Sign(_door.Claims());
        await _door.AdmitsAsync(token);
        await _door.Administration.RemoveAsync("rule", "tester", default);

        _door.Time.AdvanceSeconds(60);

        await _door.RefusesAsync(token);
    }

    [Fact]
    public async Task A_new_rule_counts_within_10_seconds()
    {
        string token = _signer.Sign(_door.Claims());
        await _door.RefusesAsync(token);
        await _door.TrustAsync();
        await _door.RefusesAsync(token);
        Assert.Equal(1, _door.Store.Reads);

        _door.Time.AdvanceSeconds(10);

        await _door.AdmitsAsync(token);
    }

    [Fact]
    public async Task Rules_that_cannot_be_read_are_a_503_and_known_ones_go_on_for_60_seconds()
    {
        await _door.TrustAsync();
        string token = _signer.Sign(_door.Claims());
        await _door.AdmitsAsync(token);
        _door.Store.IsAway = true;

        _door.Time.AdvanceSeconds(59);
        await _door.AdmitsAsync(token);
        _door.Time.AdvanceSeconds(1);

        GatewayError error = await _door.RefusesAsync(token);
        Assert.Equal(503, error.Status);
        Assert.Null(error.ShouldRetry);
    }

    private TrustedIssuer Rule(string id, string audience, params (string Name, string[] Patterns)[] claims) => _door.Rule(id) with
    {
        Audiences = [audience],
        Claims = claims.ToDictionary(claim => claim.Name, claim => (IReadOnlyList<string>)claim.Patterns),
    };

    private JsonObject GitHub(string repository, string reference)
    {
        JsonObject claims = _door.Claims();
        claims["jti"] = Guid.NewGuid().ToString();
        claims["aud"] = "https://gateway.example";
        claims["sub"] = $"repo:{repository}:ref:{reference}";
        claims["ref"] = reference;
        claims["sha"] = "0123456789abcdef0123456789abcdef01234567";
        claims["repository"] = repository;
        claims["repository_owner"] = repository.Split('/')[0];
        claims["repository_visibility"] = "private";
        claims["run_id"] = "1234567890";
        claims["run_attempt"] = "1";
        claims["actor"] = "octocat";
        claims["workflow"] = "CI";
        claims["event_name"] = "push";
        claims["ref_type"] = "branch";
        claims["job_workflow_ref"] = $"{repository}/.github/workflows/ci.yml@{reference}";
        claims["runner_environment"] = "github-hosted";
        return claims;
    }

    private JsonObject Entra(string user, params string[] roles)
    {
        JsonObject claims = _door.Claims();
        claims["aud"] = "api://gateway";
        claims["aio"] = "ATQAy/8TAAAA";
        claims["azp"] = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
        claims["azpacr"] = "1";
        claims["oid"] = user;
        claims["sub"] = user;
        claims["rh"] = "0.AXoA";
        claims["roles"] = new JsonArray([.. roles.Select(role => (JsonNode)role)]);
        claims["tid"] = "11111111-2222-3333-4444-555555555555";
        claims["uti"] = "x";
        claims["ver"] = "2.0";
        return claims;
    }

    private JsonObject Vercel(string project, string environment)
    {
        JsonObject claims = _door.Claims();
        claims["aud"] = "https://vercel.com/my-team";
        claims["scope"] = $"owner:my-team:project:{project}:environment:{environment}";
        claims["sub"] = $"owner:my-team:project:{project}:environment:{environment}";
        claims["owner"] = "my-team";
        claims["owner_id"] = "team_1";
        claims["project"] = project;
        claims["project_id"] = "prj_1";
        claims["environment"] = environment;
        return claims;
    }
}
