using System.Diagnostics;
using Gateway.Tests.Support;

namespace Gateway.Tests.Settings;

/// <summary>What LocalHost prints when it listens: how it is configured, and lines that work when they are pasted.</summary>
public sealed class GreetingTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-").FullName;
    private FakeUpstream _upstream = null!;

    public async Task InitializeAsync() => _upstream = await FakeUpstream.StartAsync();

    public async Task DisposeAsync()
    {
        await _upstream.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Nothing_configured_is_said_and_echo_answers_to_its_own_name_and_to_claude_codes_models_only()
    {
        await using GatewayProcess gateway = await StartAsync();
        string greeting = await GreetingAsync(gateway);
        Assert.Contains("Providers  no provider: echo answers everything, that is, what is asked of", greeting, StringComparison.Ordinal);
        Assert.Contains("Settings   the environment alone: there is no ", greeting, StringComparison.Ordinal);
        Assert.Contains($"Dashboard  {gateway.Url}/dashboard  (sign in with the development key)", greeting, StringComparison.Ordinal);
        Assert.DoesNotContain("go nowhere here", greeting, StringComparison.Ordinal);
        Assert.Contains("Hello", await PasteAsync(greeting, "curl "), StringComparison.Ordinal);
        foreach (string model in (string[])["echo", "claude-haiku-5-5", "claude-sonnet-5", "claude-opus-5-5"])
        {
            using HttpResponseMessage answer = await AskAsync(gateway, model);
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.StartsWith("echo/", Assert.Single(answer.Headers.GetValues("x-gateway-upstream")), StringComparison.Ordinal);
            string id = Assert.Single(answer.Headers.GetValues("request-id"));
            await Patience.UntilAsync(() => gateway.Output.Any(line => line.Contains(id, StringComparison.Ordinal) && line.Contains("upstream=echo/", StringComparison.Ordinal)));
        }

        foreach (string model in (string[])["gpt-5-mini", "gemini-2.5-flash", "claude-x"])
        {
            using HttpResponseMessage answer = await AskAsync(gateway, model);
            Assert.Equal(404, (int)answer.StatusCode);
            Assert.Contains("No provider is configured, so only the built-in echo answers, to echo, claude-*haiku*, claude-*sonnet*, claude-*opus*. Set the key of a provider, such as OPENAI_API_KEY", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    /// <summary>A key under a name that nobody reads.</summary>
    [Fact]
    public async Task Mistyped_variable_is_named_at_the_start_and_nobody_answers_in_the_models_place()
    {
        await using GatewayProcess gateway = await StartAsync(("OPENAI_APIKEY", "sk-secret"));
        string greeting = await GreetingAsync(gateway);
        Assert.Contains("OPENAI_APIKEY is set, and nobody reads it. Did you mean OPENAI_API_KEY?", greeting, StringComparison.Ordinal);
        using HttpResponseMessage answer = await AskAsync(gateway, "gpt-5-mini");
        Assert.Equal(404, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Well_known_provider_is_named_with_a_model_of_it_and_claude_code_is_told_that_model()
    {
        await using GatewayProcess gateway = await StartAsync(("OPENAI_API_KEY", "sk-secret"), ("OPENAI_BASE_URL", _upstream.Url + "/v1"));
        string greeting = await GreetingAsync(gateway);
        Assert.Contains($"Providers  openai ({new Uri(_upstream.Url).Authority})", greeting, StringComparison.Ordinal);
        Assert.Contains("Models     gpt-* -> openai/*  (no price: counted without cost)", greeting, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", greeting, StringComparison.Ordinal);
        Assert.Contains("\"ok\"", await PasteAsync(greeting, "curl "), StringComparison.Ordinal);
        string model = _upstream.Received.Single().Json.GetProperty("model").GetString()!;
        Assert.Contains($"ANTHROPIC_MODEL='{model}' ANTHROPIC_DEFAULT_HAIKU_MODEL='{model}'", Line(greeting, "export "), StringComparison.Ordinal);
        Assert.Contains($"$env:ANTHROPIC_MODEL='{model}'", Line(greeting, "$env:"), StringComparison.Ordinal);
        Assert.Contains($"-Body '{{\"model\":\"{model}\",", Line(greeting, "Invoke-RestMethod "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_is_named_with_its_models_and_whether_their_prices_are_known()
    {
        string file = Path.Combine(_folder, "mine.json");
        await File.WriteAllTextAsync(file, $$$"""
            {"Gateway":{"Providers":{"mine":{"Kind":"openai","BaseUrl":"{{{_upstream.Url}}}/v1"}},"Models":[
              {"Id":"it's \"mine\"","Targets":["mine/a"]},{"Id":"dear","Targets":["mine/b"],"Price":{"Input":1,"Output":2}},{"Id":"claude-*","Targets":["mine/c"]}]}}
            """);
        await using GatewayProcess gateway = await StartAsync(("Gateway:ConfigFile", file));
        string greeting = await GreetingAsync(gateway);
        Assert.Contains($"Settings   {file}, and the environment", greeting, StringComparison.Ordinal);
        Assert.Contains("it's \"mine\" -> mine/a  (no price: counted without cost)", greeting, StringComparison.Ordinal);
        Assert.Contains("dear -> mine/b  (price known)", greeting, StringComparison.Ordinal);
        Assert.DoesNotContain("ANTHROPIC_MODEL", greeting, StringComparison.Ordinal);
        Assert.Contains("\"ok\"", await PasteAsync(greeting, "curl "), StringComparison.Ordinal);
        Assert.Equal("a", _upstream.Received.Single().Json.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Where_nobody_knows_a_model_the_line_says_what_to_fill_in()
    {
        await using GatewayProcess gateway = await StartAsync(("AZURE_OPENAI_ENDPOINT", "https://mine.openai.azure.com"), ("AZURE_OPENAI_API_KEY", "k"));
        string greeting = await GreetingAsync(gateway);
        Assert.Contains("Models     none by name: ask for <provider>/<model>", greeting, StringComparison.Ordinal);
        Assert.Contains("\"model\":\"azure/MODEL\"", Line(greeting, "curl "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_in_tables_are_said_to_be_there()
    {
        await using GatewayProcess gateway = await StartAsync(("GatewayStorage", "UseDevelopmentStorage=true"), ("OPENAI_API_KEY", "sk-secret"));
        string greeting = await GreetingAsync(gateway);
        Assert.Contains("gpt-* -> openai/*  (price by the name that is asked for)", greeting, StringComparison.Ordinal);
        Assert.Contains("Keys       in Table Storage. Make one: gw keys create --team platform", greeting, StringComparison.Ordinal);
        Assert.Contains($"Dashboard  {gateway.Url}/dashboard  (sign in with a key)", greeting, StringComparison.Ordinal);
        Assert.Contains("'x-api-key: YOUR-KEY'", Line(greeting, "curl "), StringComparison.Ordinal);
    }

    /// <summary>A key of the operator's choice may hold what a shell acts on.</summary>
    [Fact]
    public async Task Key_that_a_shell_would_read_is_quoted()
    {
        await using GatewayProcess gateway = await StartAsync(("Gateway:DevKey", "it's$HOME\"`id`"));
        string greeting = await GreetingAsync(gateway);
        Assert.Contains("Hello", await PasteAsync(greeting, "curl "), StringComparison.Ordinal);
        Assert.Equal("it's$HOME\"`id`", await ShellAsync($"{Line(greeting, "export ")}; printf %s \"$ANTHROPIC_AUTH_TOKEN\""));
        Assert.Contains("""  OpenAI      Python OpenAI(base_url="URL/v1", api_key="it's$HOME\"`id`")   TypeScript new OpenAI({ baseURL: "URL/v1", apiKey: "it's$HOME\"`id`" })""", greeting.Replace(gateway.Url, "URL", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("""Python Anthropic(base_url="URL", api_key="it's$HOME\"`id`")   TypeScript new Anthropic({ baseURL: "URL", apiKey: "it's$HOME\"`id`" })""", greeting.Replace(gateway.Url, "URL", StringComparison.Ordinal), StringComparison.Ordinal);
        using Process powerShell = Process.Start(PowerShell.Start($"{Line(greeting, "$env:")}; $env:ANTHROPIC_AUTH_TOKEN; {Line(greeting, "Invoke-RestMethod ")} | ConvertTo-Json -Depth 9 -Compress"))!;
        string[] lines = (await powerShell.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal("it's$HOME\"`id`", lines[0]);
        Assert.Contains("\"Hello\"", lines[1], StringComparison.Ordinal);
    }

    private Task<GatewayProcess> StartAsync(params (string Key, string Value)[] settings) => GatewayProcess.StartAsync(
        [("Gateway:DevKey", GatewayServer.Key), ("Logging:LogLevel:Default", "Information"), ("ASPNETCORE_CONTENTROOT", _folder), .. settings], GatewayServer.Key);

    private static Task<HttpResponseMessage> AskAsync(GatewayProcess gateway, string model) =>
        gateway.PostAsync("/v1/messages", $$"""{"model":"{{model}}","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}""");

    /// <summary>All of it: its last lines are those of the SDKs.</summary>
    private static async Task<string> GreetingAsync(GatewayProcess gateway)
    {
        await Patience.UntilAsync(() => gateway.Output.Any(line => line.StartsWith("  OpenAI ", StringComparison.Ordinal)));
        return string.Join('\n', gateway.Output);
    }

    private static string Line(string greeting, string beginning) => greeting.Split('\n').First(line => line.TrimStart().StartsWith(beginning, StringComparison.Ordinal)).Trim();

    private static Task<string> PasteAsync(string greeting, string beginning) => ShellAsync(Line(greeting, beginning));

    private static async Task<string> ShellAsync(string command)
    {
        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output;
    }
}
