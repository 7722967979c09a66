using System.Diagnostics;
using System.Text.Json;

namespace Gateway.Tests.Cli;

/// <summary><c>config check</c>: what a start would say, without starting.</summary>
public sealed class ConfigCommandTests : IDisposable
{
    private const string Good = """
        { "Gateway": {
            "Providers": {
              "mine": { "Kind": "openai", "BaseUrl": "http://127.0.0.1:8000/v1" },
              "many": { "Kind": "openai", "BaseUrl": "https://api.openai.com/v1", "ApiKeys": ["sk-secret-1", "sk-secret-2"] },
              "cloud": { "Kind": "azure-openai", "BaseUrl": "https://x.openai.azure.com" } },
            "Models": [
              { "Id": "big", "Aliases": ["large"], "Order": "cheapest", "ContextWindow": 1000, "Targets": ["mine/a", "many/gpt-5-mini"], "Price": { "Input": 1.5, "Output": 10 } },
              { "Id": "gpt-*", "Targets": ["many/*"] },
              { "Id": "free", "Targets": ["cloud/unheard-of"] } ] } }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Routes_of_a_good_file_are_printed_without_secrets()
    {
        Run run = await CheckAsync(Good);
        Assert.True(run.ExitCode == 0, run.Error);
        foreach (string part in new[]
        {
            "Read: " + File, "127.0.0.1:8000", "2 keys", "the gateway's identity", "x.openai.azure.com", "big (also large)", "cheapest", "many/gpt-5-mini",
            "1.5 / 10 (config-", "by the name that is asked for", "unknown", "1,000", "The gateway would start with these settings.",
        })
        {
            Assert.Contains(part, run.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("sk-secret", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Routes_of_a_good_file_for_machines()
    {
        Run run = await CheckAsync(Good, "--json");
        Assert.Equal(0, run.ExitCode);
        JsonElement models = run.Json.GetProperty("result").GetProperty("models");
        Assert.Equal(["big", "gpt-*", "free"], models.EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        JsonElement target = models[0].GetProperty("targets")[1];
        Assert.Equal(("many/gpt-5-mini", 1.5m, 10m), (target.GetProperty("target").GetString(), target.GetProperty("price").GetProperty("input").GetDecimal(), target.GetProperty("price").GetProperty("output").GetDecimal()));
        Assert.True(models[1].GetProperty("targets")[0].GetProperty("price_by_name").GetBoolean());
        Assert.False(models[2].GetProperty("targets")[0].TryGetProperty("price", out _));
        Assert.DoesNotContain("sk-secret", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_is_a_line_with_key_and_cure()
    {
        const string Bad = """{"Gateway":{"Providers":{"mine":{"Kind":"echo","ApiKay":"sk-secret"}},"Models":[{"Id":"m","Prise":1,"Targets":["mnie/a"]},{"Id":"*","Targets":["mine/*"]},{"Id":"gpt-*","Targets":["mine/*"]}]}}""";
        Run run = await CheckAsync(Bad);
        Assert.Equal(1, run.ExitCode);
        string[] lines = run.Error.TrimEnd().Split(Environment.NewLine);
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("Gateway:Models:0:Prise is no setting. Did you mean Price?", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", run.Output + run.Error, StringComparison.Ordinal);

        JsonElement json = (await CheckAsync(Bad, "--json")).Json;
        Assert.Equal(lines, json.GetProperty("mistakes").EnumerateArray().Select(mistake => mistake.GetString()));
        Assert.False(json.TryGetProperty("result", out _));
    }

    [Theory]
    [InlineData("{", "is not valid JSON: line 1")]
    [InlineData("[]", "cannot be read")]
    [InlineData("""{"Gateway":{"Providers":{"a":{"Kind":"echo"},"A":{"Kind":"echo"}}}}""", "has Gateway:Providers:a and Gateway:Providers:A.")]
    public async Task File_that_cannot_be_read(string text, string why)
    {
        Run run = await CheckAsync(text);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(why, Assert.Single(run.Error.TrimEnd().Split(Environment.NewLine)), StringComparison.Ordinal);
        Assert.Contains(why, (await CheckAsync(text, "--json")).Json.GetProperty("mistakes")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_not_there()
    {
        Run run = await Run.GatewayAsync(null, "config", "check", File);
        Assert.Equal((1, $"'{File}' does not exist. Name a JSON file with settings, or - for standard input."), (run.ExitCode, run.Error.TrimEnd()));
    }

    [Fact]
    public async Task What_is_no_file_is_said_to_be_none()
    {
        Run folder = await Run.GatewayAsync(null, "config", "check", _folder);
        Assert.Equal((1, $"'{_folder}' is a folder. Name a JSON file with settings, or - for standard input."), (folder.ExitCode, folder.Error.TrimEnd()));
        Run unnamed = await Run.GatewayAsync(null, "config", "check", "");
        Assert.Equal((1, "The name of the file is empty. Name a JSON file with settings, or - for standard input."), (unnamed.ExitCode, unnamed.Error.TrimEnd()));

        // As Docker makes of a mount whose file is missing.
        Directory.CreateDirectory(Path.Combine(_folder, "gateway.json"));
        Assert.Contains("gateway.json cannot be read. It is a folder. Put the file itself there.", (await ShellAsync("", [], "check")).Error, StringComparison.Ordinal);
        Assert.Contains("which is a folder. Name the file in it.", (await ShellAsync("", [("Gateway__ConfigFile", _folder)], "check")).Error, StringComparison.Ordinal);
    }

    /// <summary>As a shell starts it: the file of the folder, a variable that is nearly right, and standard input.</summary>
    [Fact]
    public async Task Environment_counts_and_standard_input_can_be_read()
    {
        (int code, string output, string error) = await ShellAsync(Good, [("Gateway__DrainSeconds", "5")], "check", "-");
        Assert.True(code == 0, error);
        Assert.Contains("Read: standard input", output, StringComparison.Ordinal);
        Assert.Contains("Read: environment: Gateway__DrainSeconds", output, StringComparison.Ordinal);

        (code, _, error) = await ShellAsync("", [("GATWAY__Models__0__Id", "m"), ("Gateway_DevKey", "sk-secret")], "check");
        Assert.Equal(1, code);
        Assert.Equal(
            ["GATWAY is no setting. Did you mean Gateway? Nobody reads what is below it.", "Gateway_DevKey is no setting. Did you mean Gateway__DevKey, with two underscores between names?"],
            error.TrimEnd().Split(Environment.NewLine).Order(StringComparer.Ordinal));

        (code, output, _) = await ShellAsync("", [("OPENAI_APIKEY", "sk-secret")], "check", "--json");
        Assert.Equal(0, code);
        Assert.Contains(JsonElement.Parse(output).GetProperty("remarks").EnumerateArray(), remark => remark.GetString() == "OPENAI_APIKEY is set, and nobody reads it. Did you mean OPENAI_API_KEY?");

        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder, "gateway.json"), "{");
        (code, output, _) = await ShellAsync("", [], "check", "--json");
        Assert.Equal(1, code);
        Assert.Contains("is not valid JSON", JsonElement.Parse(output).GetProperty("mistakes")[0].GetString(), StringComparison.Ordinal);
    }

    /// <summary>Whatever a gateway reads beside its file: the command line and LocalHost see the same mistakes.</summary>
    [Theory]
    [InlineData(null, null, "appsettings.json", true)]
    [InlineData(null, null, "appsettings.Production.json", true)]
    [InlineData(null, null, "appsettings.Staging.json", false)]
    [InlineData(null, "Staging", "appsettings.Staging.json", true)]
    [InlineData(null, "Staging", "appsettings.Production.json", false)]
    [InlineData("Staging", "Production", "appsettings.Staging.json", true)]
    [InlineData("", "Staging", "appsettings.Staging.json", false)]
    public async Task Files_of_dotnet_count(string? dotnet, string? aspnet, string file, bool isRead)
    {
        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder, file), """{"Gateway":{"Prise":1}}""");
        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder, "gateway.json"), """{"Gateway":{"Prime":1}}""");
        (string, string?)[] environment = [("DOTNET_ENVIRONMENT", dotnet), ("ASPNETCORE_ENVIRONMENT", aspnet)];
        (int code, string output, string error) = await ShellAsync("", environment, "check");
        (int started, _, string mistakes) = await ProcessAsync("Gateway.LocalHost", "", environment);
        Assert.Equal((1, 1, isRead), (code, started, output.Contains($"Read: {file}", StringComparison.Ordinal)));
        Assert.All([error, mistakes], said => Assert.Equal((true, isRead), (said.Contains("Gateway:Prime is no setting.", StringComparison.Ordinal), said.Contains("Gateway:Prise is no setting.", StringComparison.Ordinal))));
    }

    private Task<(int Code, string Output, string Error)> ShellAsync(string input, (string Key, string? Value)[] environment, params string[] arguments) =>
        ProcessAsync("Gateway.Cli", input, environment, ["config", .. arguments]);

    private async Task<(int Code, string Output, string Error)> ProcessAsync(string program, string input, (string Key, string? Value)[] environment, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        foreach ((string key, string? value) in environment)
        {
            start.Environment.Remove(key);
            if (value is not null)
            {
                start.Environment[key] = value;
            }
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    private string File => Path.Combine(_folder, "mine.json");

    private async Task<Run> CheckAsync(string text, params string[] options)
    {
        await System.IO.File.WriteAllTextAsync(File, text);
        return await Run.GatewayAsync(null, ["config", "check", File, .. options]);
    }
}
