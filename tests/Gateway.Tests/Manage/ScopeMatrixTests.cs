using System.Text.Json;
using Gateway.Authentication.Access;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Manage;

/// <summary>
/// Every route of <c>/manage</c> by every method with keys of every scope. The routes, and the scope that each takes, are
/// those of the OpenAPI document, which another test holds against the code: a new route cannot be left out.
/// </summary>
public sealed class ScopeMatrixTests : IAsyncLifetime
{
    /// <summary>What readers are shown at all: a route that joins them is one that was thought about.</summary>
    private static readonly string[] s_ofOneTeam =
        ["/manage/budgets", "/manage/keys", "/manage/keys/{id}", "/manage/openapi.json", "/manage/requests", "/manage/requests/{id}", "/manage/teams", "/manage/teams/{id}", "/manage/usage"];

    private static readonly string[] s_ofAll = ["/manage/alerts", "/manage/learned", "/manage/targets"];

    /// <summary>What shows the caller nothing but itself.</summary>
    private static readonly string[] s_ofAnyone = ["/manage/me"];

    /// <summary>Which scopes open what takes one of them.</summary>
    private static readonly Dictionary<string, string[]> s_opens = new()
    {
        ["usage"] = ["usage", "usage:all", "manage"],
        ["usage:all"] = ["usage:all", "manage"],
        ["manage"] = ["manage"],
    };

    private static readonly string[] s_grants = ["", "models", "usage", "usage:all", "usage,models", "usage:all,models", "usage,usage:all", "manage", "manage,usage"];

    private readonly Dictionary<string, string> _keys = [];
    private GatewayServer _gateway = null!;

    public async Task InitializeAsync()
    {
        _gateway = await GatewayServer.StartAsync(("Gateway:Models:0:Id", "echo"), ("Gateway:Models:0:Targets:0", "echo/echo"));
        foreach (string grant in s_grants)
        {
            _keys[grant] = await _gateway.KeyAsync("search", grant.Length == 0 ? "" : $""","scopes":{JsonSerializer.Serialize(grant.Split(','))}""");
        }
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Each_route_opens_for_the_scopes_that_the_document_says_and_for_no_others()
    {
        string before = await StateAsync();
        int refused = 0;
        foreach ((string method, string path, string scope) in await RoutesAsync())
        {
            foreach ((string grant, string key) in _keys)
            {
                if (Opens(grant, scope))
                {
                    continue;
                }

                string where = $"{method} {path} with '{grant}'";
                Told told = await _gateway.AskAsync(key, At(path), "{}", method);
                Assert.True(told.Status == 403, $"{where}: {told.Status} {told.Body}");
                if (method != "head")
                {
                    Assert.True(told.Error.StartsWith($"This key lacks the scope '{scope}', which ", StringComparison.Ordinal), $"{where}: {told.Error}");
                    Assert.EndsWith($" --scope {(grant.Length == 0 ? "models" : grant)},{scope}", told.Error, StringComparison.Ordinal);
                }

                refused++;
            }
        }

        Assert.True(refused > 150, $"{refused}");
        Assert.Equal(before, await StateAsync());
        foreach ((string method, string path, string scope) in await RoutesAsync())
        {
            foreach ((string grant, string key) in _keys.Where(each => Opens(each.Key, scope)))
            {
                // What is not there, or lacks its body: but who asked may.
                Told told = await _gateway.AskAsync(key, At(path), "{}", method);
                Assert.True(told.Status is 200 or 201 or 400 or 404, $"{method} {path} with '{grant}': {told.Status} {told.Body}");
            }

            Assert.Equal(401, (await _gateway.AskAsync("nobody's", At(path), "{}", method)).Status);
        }
    }

    [Fact]
    public async Task Readers_read_what_is_listed_here_and_change_nothing()
    {
        (string Method, string Path, string Scope)[] routes = await RoutesAsync();
        Assert.All(routes.Where(route => route.Method is not ("get" or "head")), route => Assert.Equal("manage", route.Scope));
        Assert.Equal(s_ofOneTeam, Paths("usage"));
        Assert.Equal(s_ofAll, Paths("usage:all"));
        Assert.Equal(s_ofAnyone, Paths(""));

        IEnumerable<string> Paths(string scope) => routes.Where(route => route.Method == "get" && route.Scope == scope).Select(route => route.Path).Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("models", true)]
    [InlineData("manage", true)]
    [InlineData("manage,usage", true)]
    [InlineData("usage,models", true)]
    [InlineData("usage:all,models", true)]
    [InlineData("usage", false)]
    [InlineData("usage:all", false)]
    [InlineData("usage,usage:all", false)]
    public async Task Readers_call_models_only_when_they_are_told_to(string grant, bool calls)
    {
        (string Method, string Path, string? Body)[] doors =
        [
            ("POST", "/v1/messages", """{"model":"echo","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}"""),
            ("POST", "/v1/messages/count_tokens", """{"model":"echo","messages":[{"role":"user","content":"hello"}]}"""),
            ("POST", "/v1/chat/completions", """{"model":"echo","messages":[{"role":"user","content":"hello"}]}"""),
            ("POST", "/v1/responses", """{"model":"echo","input":"hello"}"""),
            ("POST", "/v1/responses/input_tokens", """{"model":"echo","input":"hello"}"""),
            ("GET", "/v1/models", null),
            ("GET", "/v1/models/echo", null),
        ];
        foreach ((string method, string path, string? body) in doors)
        {
            Told told = await _gateway.AskAsync(_keys[grant], path, body, method);
            Assert.True(told.Status == (calls ? 200 : 403), $"{path}: {told.Status} {told.Body}");
            if (!calls)
            {
                Assert.StartsWith("This key lacks the scope 'models', ", told.Error, StringComparison.Ordinal);
                Assert.EndsWith($" --scope {grant},models", told.Error, StringComparison.Ordinal);
            }
        }

        // What is one's own needs no scope, and takes none away.
        Assert.Equal(200, (await _gateway.AskAsync(_keys[grant], "/v1/usage", null, "GET")).Status);
    }

    [Fact]
    public async Task Who_gives_scopes_is_told_when_no_models_can_be_called_with_them()
    {
        Told reads = await MakeAsync("""{"team":"t","scopes":["usage"]}""");
        Assert.StartsWith("It reads usage and calls no models", Assert.Single(reads.Json.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Told trail = await _gateway.AskAsync(GatewayServer.Key, $"/manage/audit?target={reads.Json.GetProperty("id").GetString()}", null, "GET");
        Assert.Equal("usage", trail.Json.GetProperty("data")[0].GetProperty("details").GetProperty("scopes").GetString());
        Told both = await _gateway.AskAsync(GatewayServer.Key, $"/manage/keys/{reads.Json.GetProperty("id").GetString()}", """{"scopes":["usage","models"]}""", "PATCH");
        Assert.Equal((200, false), (both.Status, both.Json.TryGetProperty("warnings", out _)));
        Assert.Equal(Scopes.All, (await MakeAsync($$"""{"team":"t","scopes":{{JsonSerializer.Serialize(Scopes.All)}}}""")).Json.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()!));
        foreach (string wrong in (string[])["Usage", "usage:search", "usage:ALL", "read", ""])
        {
            Assert.Contains($"There is no scope '{wrong}'. Known: manage, usage, usage:all, models.", (await MakeAsync($$"""{"team":"t","scopes":["{{wrong}}"]}""")).Error, StringComparison.Ordinal);
        }

        Task<Told> MakeAsync(string body) => _gateway.AskAsync(GatewayServer.Key, "/manage/keys", body);
    }

    private static bool Opens(string grant, string scope) => scope.Length == 0 || grant.Split(',').Intersect(s_opens[scope]).Any();

    private static string At(string path) => path.Replace("{id}", "search", StringComparison.Ordinal).Replace("{target}", "echo/nothing", StringComparison.Ordinal);

    /// <summary>What only operators see of what there is.</summary>
    private async Task<string> StateAsync()
    {
        List<string> state = [];
        foreach (string path in (string[])["/manage/keys", "/manage/issuers", "/manage/teams", "/manage/audit"])
        {
            state.Add((await _gateway.AskAsync(GatewayServer.Key, path, null, "GET")).Lasting);
        }

        return string.Join('\n', state);
    }

    private async Task<(string Method, string Path, string Scope)[]> RoutesAsync()
    {
        JsonElement document = (await _gateway.AskAsync(GatewayServer.Key, "/manage/openapi.json", null, "GET")).Json;
        string usual = ScopeOf(document);
        return
        [
            .. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
                .Where(each => each.Name != "parameters")
                .SelectMany(each => (each.Name == "get" ? ["get", "head"] : new[] { each.Name })
                    .Select(method => (method, path.Name, each.Value.TryGetProperty("security", out _) ? ScopeOf(each.Value) : usual)))),
        ];
    }

    /// <summary>The same for a key in either header.</summary>
    private static string ScopeOf(JsonElement secured) => Assert.Single(secured.GetProperty("security").EnumerateArray()
        .SelectMany(way => way.EnumerateObject())
        .Select(way => way.Value.GetArrayLength() == 0 ? "" : Assert.Single(way.Value.EnumerateArray()).GetString()!)
        .Distinct());
}
