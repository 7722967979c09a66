using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Gateway.Cli.Doctor;
using Gateway.Cli.Shared;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Cli.Doctor;

/// <summary><c>doctor</c>: what it looks at, what it says to mend, and that it calls nobody without consent.</summary>
public sealed class DoctorCommandTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private FakeUpstream _upstream = null!;

    public async Task InitializeAsync() => _upstream = await FakeUpstream.StartAsync();

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    [Fact]
    public async Task All_is_well_and_each_line_says_so()
    {
        Run run = await DoctorAsync(azurite.ConnectionString, "--call-providers");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        string[] lines = run.Output.TrimEnd().Split(Environment.NewLine);
        Assert.All(lines, line => Assert.StartsWith("ok    ", line, StringComparison.Ordinal));
        foreach (string part in (string[])["settings: the gateway would start: 2 providers, 1 model", "storage: 127.0.0.1:", "tables: all 10 are there", "role: a row was written and taken away again", "tables: versions alerts 1.0, audit 1.0,", "clock: ", "prices: every model", "provider fake: 127.0.0.1:", "call fake/up: answered in "])
        {
            Assert.Contains(lines, line => line.Contains(part, StringComparison.Ordinal));
        }

        ReceivedRequest call = Assert.Single(_upstream.Received);
        Assert.Equal(("/v1/chat/completions", "up", "Bearer sk-upstream-secret"), (call.Path, call.Json.GetProperty("model").GetString(), call.Headers["authorization"]));
        Assert.Contains("16", call.Body, StringComparison.Ordinal);
        NoSecrets(run);
    }

    [Fact]
    public async Task Nobody_is_called_without_consent_and_the_price_is_named()
    {
        Run run = await DoctorAsync(null);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal("Not made: 1 call to providers (1 of a few tokens, at most 0.000082 USD together). Run 'gw doctor --call-providers' to make them: only they show whether keys, roles and names of models are right.", run.Error.TrimEnd());
        Assert.Contains("warn  settings: GatewayStorage is not set", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("storage:", run.Output, StringComparison.Ordinal);
        Assert.Empty(_upstream.Received);

        JsonElement json = (await DoctorAsync(null, "--json")).Json;
        Assert.True(json.GetProperty("ok").GetBoolean());
        Assert.StartsWith("Not made: 1 call", json.GetProperty("not_called").GetString(), StringComparison.Ordinal);
        JsonElement finding = json.GetProperty("findings")[0];
        Assert.Equal(("warn", "settings"), (finding.GetProperty("status").GetString(), finding.GetProperty("check").GetString()));
        Assert.Empty(_upstream.Received);
    }

    [Theory]
    [InlineData(401, """{"error":{"message":"Incorrect API key provided: sk-upstream-secret","type":"invalid_request_error","code":"invalid_api_key"}}""", "HTTP 401, refused the gateway's credentials", "look at Gateway:Providers:fake:ApiKey")]
    [InlineData(404, """{"error":{"message":"The model up does not exist","type":"invalid_request_error","code":"model_not_found"}}""", "HTTP 404, does not have this model", "look at the name of the model")]
    [InlineData(404, "<html>no such page</html>", "HTTP 404, what answers there is no API, so BaseUrl is probably wrong", "look at Gateway:Providers:fake:BaseUrl")]
    [InlineData(429, """{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","code":"insufficient_quota"}}""", "HTTP 429, its account is empty", "fill the account")]
    [InlineData(200, "<html>welcome</html>", "HTTP 200, what ", "")]
    public async Task Refusal_of_a_provider_is_told_in_the_words_of_log_and_receipt(int status, string answer, string words, string cure)
    {
        _upstream.Answer = context => FakeUpstream.Json(context, status, answer);
        Run run = await DoctorAsync(null, "--call-providers");
        Assert.Equal(1, run.ExitCode);
        string line = Assert.Single(run.Output.Split(Environment.NewLine), line => line.StartsWith("fail", StringComparison.Ordinal));
        Assert.StartsWith($"fail  call fake/up: {words}", line, StringComparison.Ordinal);
        Assert.Contains(cure, line, StringComparison.Ordinal);
        NoSecrets(run);
    }

    [Fact]
    public async Task Provider_that_is_busy_is_worth_a_warning_and_no_failure()
    {
        _upstream.Answer = context => FakeUpstream.Json(context, 429, """{"error":{"message":"Rate limit reached for requests","type":"requests","code":"rate_limit_exceeded"}}""");
        Run run = await DoctorAsync(null, "--call-providers");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("warn  call fake/up: HTTP 429, its limit is used up", run.Output, StringComparison.Ordinal);
        Assert.Contains("try again in a minute; the key works", run.Output, StringComparison.Ordinal);
    }

    /// <summary>As a request of a client would learn it.</summary>
    [Fact]
    public async Task Parameter_that_a_model_does_not_take_is_no_failure()
    {
        _upstream.Answer = context => _upstream.Received.Last().Json.TryGetProperty("max_tokens", out _)
            ? FakeUpstream.Json(context, 400, """{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}""")
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        Run run = await DoctorAsync(null, "--call-providers");
        Assert.True(run.ExitCode == 0, run.Output);
    }

    [Fact]
    public async Task Provider_that_hangs_does_not_hang_the_doctor()
    {
        _upstream.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        Run run = await DoctorAsync(null, [("Gateway:Upstream:FirstByteSeconds", "0.2")], "--call-providers");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("fail  call fake/up: no answer in time", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/v1", "127.0.0.1:1: the connection was refused, since nothing listens there")]
    [InlineData("https://nowhere.invalid/v1?key=sk-upstream-secret", "nowhere.invalid: its host name was not found")]
    public async Task Provider_that_is_not_there(string url, string words)
    {
        Run run = await DoctorAsync(null, [("Gateway:Providers:fake:BaseUrl", url)]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"fail  provider fake: {words}  - look at BaseUrl", run.Output, StringComparison.Ordinal);
        NoSecrets(run);
    }

    [Fact]
    public async Task Https_where_http_is_spoken()
    {
        Run run = await DoctorAsync(null, [("Gateway:Providers:fake:BaseUrl", _upstream.Url.Replace("http:", "https:", StringComparison.Ordinal))]);
        Assert.Contains("TLS failed", run.Output, StringComparison.Ordinal);
        Assert.Empty(_upstream.Received);
    }

    [Fact]
    public async Task Provider_without_a_named_model_is_asked_for_its_list_and_each_key_is_tried()
    {
        _upstream.Answer = context => context.Request.Headers.Authorization == "Bearer sk-upstream-bad"
            ? FakeUpstream.Json(context, 401, """{"error":{"message":"no","code":"invalid_api_key"}}""")
            : FakeUpstream.Json(context, 200, """{"data":[{"id":"a"}]}""");
        Run run = await DoctorAsync(
            null,
            [("Gateway:Models:0:Id", "*"), ("Gateway:Models:0:Targets:0", "fake/*"), ("Gateway:Providers:fake:ApiKey", null), ("Gateway:Providers:fake:ApiKeys:0", "sk-upstream-good"), ("Gateway:Providers:fake:ApiKeys:1", "sk-upstream-bad")],
            "--call-providers");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("ok    call fake with key 1: listed its models", run.Output, StringComparison.Ordinal);
        Assert.Contains("fail  call fake with key 2: HTTP 401, refused the gateway's credentials", run.Output, StringComparison.Ordinal);
        Assert.All(_upstream.Received, call => Assert.Equal("/v1/models", call.Path));
        NoSecrets(run);
    }

    [Fact]
    public async Task Price_that_nobody_knows_is_a_failure_where_a_budget_would_count_it()
    {
        (string, string?)[] unpriced = [("Gateway:Models:0:Price:Input", null), ("Gateway:Models:0:Price:Output", null)];
        Run free = await DoctorAsync(azurite.ConnectionString, unpriced);
        Assert.True(free.ExitCode == 0, free.Output);
        Assert.Contains("warn  prices: none is known for m:", free.Output, StringComparison.Ordinal);
        Assert.Contains("1 of a few tokens, at a price that is not known", free.Error, StringComparison.Ordinal);

        Assert.Equal(0, (await Run.GatewayAsync(azurite.ConnectionString, "teams", "set", "search", "--budget-day", "5")).ExitCode);
        try
        {
            Run counted = await DoctorAsync(azurite.ConnectionString, unpriced);
            Assert.Equal(1, counted.ExitCode);
            Assert.Contains("fail  prices: none is known for m, and team 'search' has a budget, which does not count them  - set Gateway:Models:<n>:Price", counted.Output, StringComparison.Ordinal);
            Run refused = await DoctorAsync(azurite.ConnectionString, [.. unpriced, ("Gateway:Unpriced", "refuse")]);
            Assert.True(refused.ExitCode == 0, refused.Output);
            Assert.Contains("such as team 'search', are refused there", refused.Output, StringComparison.Ordinal);
        }
        finally
        {
            await Run.GatewayAsync(azurite.ConnectionString, "teams", "remove", "search");
        }
    }

    [Fact]
    public async Task Every_mistake_of_the_settings_is_a_line()
    {
        Run run = await DoctorAsync(null, [("Gateway:Modles:0:Id", "x"), ("GatewayStorage", "sk-upstream-secret")]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("fail  settings: Gateway:Modles is no setting. Did you mean Models?", run.Output, StringComparison.Ordinal);
        Assert.Contains("fail  settings: GatewayStorage is not a Table Storage connection string", run.Output, StringComparison.Ordinal);
        NoSecrets(run);
    }

    /// <summary>As a shell starts it.</summary>
    [Fact]
    public async Task File_that_cannot_be_read_is_a_finding_and_nobody_is_asked_anything()
    {
        string folder = Directory.CreateTempSubdirectory("gateway-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "gateway.json"), "{ \"Gateway\": ");
            ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Gateway.Cli.dll"), "doctor"]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string line = Assert.Single((await process.StandardOutput.ReadToEndAsync()).TrimEnd().Split(Environment.NewLine));
            await process.WaitForExitAsync();
            Assert.Contains("is not valid JSON: line 1", line, StringComparison.Ordinal);
            Assert.Equal((1, "fail  settings: ", ""), (process.ExitCode, line[..16], await error));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Gateway_that_runs_is_asked_for_its_health_its_clock_and_the_key()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(_upstream);
        Run good = await DoctorAsync(null, [("GATEWAY_KEY", GatewayServer.Key)], "--url", gateway.Url + "/v1");
        Assert.True(good.ExitCode == 0, good.Output);
        Assert.Contains($"ok    gateway: {new Uri(gateway.Url).Authority} is up (ok", good.Output, StringComparison.Ordinal);
        Assert.Contains("ok    gateway: the key is let in and may use ", good.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(GatewayServer.Key, good.Output, StringComparison.Ordinal);

        Run bad = await DoctorAsync(null, [("GATEWAY_KEY", "mgw_wrong")], "--url", gateway.Url);
        Assert.Equal(1, bad.ExitCode);
        Assert.Contains("fail  gateway: the key is refused with 401: ", bad.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("mgw_wrong", bad.Output, StringComparison.Ordinal);

        Run other = await DoctorAsync(null, [], "--url", _upstream.Url);
        Assert.Contains("/health answers 200 and not as a gateway does", other.Output, StringComparison.Ordinal);
        Run away = await DoctorAsync(null, [], "--url", "http://127.0.0.1:1");
        Assert.Contains("fail  gateway: 127.0.0.1:1: cannot be reached", away.Output, StringComparison.Ordinal);
        Assert.Equal((1, "--url takes the address of a gateway, such as https://gateway.example."), ((await DoctorAsync(null, [], "--url", "here")).ExitCode, (await DoctorAsync(null, [], "--url", "here")).Error.TrimEnd()));
    }

    [Theory]
    [InlineData("y\n", 1)]
    [InlineData("n\n", 0)]
    [InlineData("\n", 0)]
    [InlineData("", 0)]
    public async Task Whoever_sits_at_a_terminal_is_told_the_price_and_asked(string answer, int calls)
    {
        IConfigurationRoot settings = new ConfigurationBuilder().AddInMemoryCollection(Settings(null, [])).Build();
        using StringWriter output = new();
        using StringWriter error = new();
        using StringReader terminal = new(answer);
        RootCommand root = new() { CommonOptions.Json, DoctorCommand.Create(new CommandRunner(new ServiceCollection(), output, error, settings, null), () => settings, terminal, error) };
        Assert.Equal(0, await root.Parse(["doctor"]).InvokeAsync(new InvocationConfiguration { Output = output, Error = error }));
        Assert.StartsWith("Make 1 call to providers (1 of a few tokens, at most 0.000082 USD together)? [y/N] ", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(calls, _upstream.Received.Count);
    }

    private static void NoSecrets(Run run)
    {
        foreach (string secret in (string[])["sk-upstream", Azurite.Key])
        {
            Assert.DoesNotContain(secret, run.Output + run.Error, StringComparison.Ordinal);
        }
    }

    private Task<Run> DoctorAsync(string? storage, params string[] options) => DoctorAsync(storage, [], options);

    /// <summary>With a provider that answers, a model of it with a price, and what the test says besides.</summary>
    private Task<Run> DoctorAsync(string? storage, (string Key, string? Value)[] settings, params string[] options) =>
        Run.WithAsync([.. Settings(storage, settings).Where(setting => setting.Value is not null).Select(setting => (setting.Key, setting.Value))], ["doctor", .. options]);

    private Dictionary<string, string?> Settings(string? storage, (string Key, string? Value)[] settings)
    {
        Dictionary<string, string?> all = new()
        {
            ["GatewayStorage"] = storage,
            ["Gateway:Providers:fake:Kind"] = "openai",
            ["Gateway:Providers:fake:BaseUrl"] = _upstream.Url + "/v1",
            ["Gateway:Providers:fake:ApiKey"] = "sk-upstream-secret",
            ["Gateway:Models:0:Id"] = "m",
            ["Gateway:Models:0:Targets:0"] = "fake/up",
            ["Gateway:Models:0:Price:Input"] = "1",
            ["Gateway:Models:0:Price:Output"] = "2",
        };
        foreach ((string key, string? value) in settings)
        {
            all[key] = value;
        }

        return all;
    }
}
