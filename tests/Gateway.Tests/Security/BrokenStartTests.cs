using System.Diagnostics;

namespace Gateway.Tests.Security;

/// <summary>The three programs as they are started: a mistake ends in one message and exit code 1, without a stack.</summary>
public sealed class BrokenStartTests : IDisposable
{
    private const string Secret = "sk-secret-nobody-may-see";
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Gateway.LocalHost")]
    [InlineData("Gateway.Functions")]
    [InlineData("Gateway.Cli", "keys", "list")]
    public async Task Broken_file_is_named_with_the_place_of_the_mistake(string program, params string[] arguments)
    {
        string file = Path.Combine(_folder, "mine.json");
        await File.WriteAllTextAsync(file, "{\n  \"Gateway\": { \"DevKey\": \"" + Secret + "\" \"x\" }\n}");
        Ended ended = await RunAsync(program, arguments, ("Gateway__ConfigFile", file));
        AssertOneMessage(ended);
        Assert.Contains($"{file} is not valid JSON: line 2, byte ", ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Gateway.LocalHost", "[]")]
    [InlineData("Gateway.Functions", "{\"Gateway\":{\"DevKey\":\"" + Secret + "\",\"devkey\":\"" + Secret + "\"}}")]
    [InlineData("Gateway.Cli", "\"" + Secret + "\"")]
    public async Task File_that_is_no_object_of_settings_is_named(string program, string content)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "gateway.json"), content);
        Ended ended = await RunAsync(program, ["keys", "list"]);
        AssertOneMessage(ended);
        Assert.Contains("gateway.json", ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Gateway.LocalHost")]
    [InlineData("Gateway.Functions")]
    public async Task Every_mistake_is_in_the_message(string program)
    {
        Ended ended = await RunAsync(program, [], ("Gateway__Typo", "1"), ("OPENAI_API_KEY", "Bearer " + Secret), ("Gateway__Upstream__PingSeconds", "soon"));
        AssertOneMessage(ended);
        foreach (string setting in new[] { "Gateway:Typo", "OPENAI_API_KEY", "Gateway:Upstream:PingSeconds" })
        {
            Assert.Contains($"  - {setting} ", ended.Errors, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Gateway.LocalHost")]
    [InlineData("Gateway.Functions")]
    public async Task Mistakes_that_are_found_later_are_told_alike(string program)
    {
        Ended ended = await RunAsync(program, [], ("Gateway__Retention__UsageDays", "1"), ("GatewayStorage", "AccountKey=" + Secret));
        AssertOneMessage(ended);
        Assert.Contains("Gateway:Retention:UsageDays must be", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("GatewayStorage is not a Table Storage connection string", ended.Errors, StringComparison.Ordinal);
    }

    private sealed record Ended(int Code, string Output, string Errors);

    private static void AssertOneMessage(Ended ended)
    {
        Assert.True(ended.Code == 1, ended.Output + ended.Errors);
        Assert.DoesNotContain("   at ", ended.Output + ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", ended.Output + ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, ended.Output + ended.Errors, StringComparison.Ordinal);
        Assert.Equal("", ended.Output.Trim());
    }

    private async Task<Ended> RunAsync(string program, string[] arguments, params (string Key, string Value)[] settings)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach ((string key, string value) in settings)
        {
            start.Environment[key] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            process.Kill();
        }

        return new Ended(process.ExitCode, await output, await errors);
    }
}
