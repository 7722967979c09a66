using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

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
        Assert.Contains($"{file} is not valid JSON: line 2, column ", ended.Errors, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("Gateway.LocalHost")]
    [InlineData("Gateway.Functions")]
    [InlineData("Gateway.Cli", "keys", "list")]
    public async Task Place_in_a_broken_file_is_a_line_and_a_column_of_characters(string program, params string[] arguments)
    {
        string file = Path.Combine(_folder, "appsettings.json");
        await File.WriteAllTextAsync(file, "{\n  \"Gäteway\": \"é\" x\n}");
        Ended ended = await RunAsync(program, arguments);
        AssertOneMessage(ended);
        Assert.Contains("appsettings.json is not valid JSON: line 2, column 18.", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_files_the_broken_one_is_named()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "appsettings.json"), "{}");
        await File.WriteAllTextAsync(Path.Combine(_folder, "appsettings.Development.json"), "{,}");
        Ended ended = await RunAsync("Gateway.LocalHost", [], ("ASPNETCORE_ENVIRONMENT", "Development"));
        AssertOneMessage(ended);
        Assert.Contains("appsettings.Development.json is not valid JSON: line 1, column 2.", ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Gateway.LocalHost")]
    [InlineData("Gateway.Functions")]
    [InlineData("Gateway.Cli", "keys", "list")]
    public async Task Two_storages_are_one_too_many(string program, params string[] arguments)
    {
        Ended ended = await RunAsync(program, arguments, ("GatewayStorage", "UseDevelopmentStorage=true"), ("GatewayStorage__tableServiceUri", "https://x.table.core.windows.net"));
        AssertOneMessage(ended);
        Assert.Contains("Both GatewayStorage (a connection string) and GatewayStorage__tableServiceUri are set. Keep one of them.", ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:7071", "ASPNETCORE_URLS holds '127.0.0.1:7071', which does not begin with http:// or https://. Write the whole address, such as http://127.0.0.1:7071.")]
    [InlineData("localhost", "ASPNETCORE_URLS holds 'localhost', which does not begin with http://")]
    [InlineData("ftp://127.0.0.1:1", "ASPNETCORE_URLS holds 'ftp://127.0.0.1:1', which does not begin with http://")]
    [InlineData("http://127.0.0.1:0;7072", "ASPNETCORE_URLS holds '7072', which does not begin with http://")]
    [InlineData("http://127.0.0.1:99999", "ASPNETCORE_URLS holds 'http://127.0.0.1:99999', which is no address to listen at.")]
    [InlineData("http://", "ASPNETCORE_URLS holds 'http://', which is no address to listen at.")]
    [InlineData("http://127.0.0.1:7071/v1", "ASPNETCORE_URLS holds 'http://127.0.0.1:7071/v1', which has a path.")]
    [InlineData("http://203.0.113.7:7071", "The address that ASPNETCORE_URLS names is none of this machine's.")]
    public async Task Address_that_cannot_be_listened_at_is_named(string urls, string message)
    {
        Ended ended = await RunAsync("Gateway.LocalHost", [], ("ASPNETCORE_URLS", urls));
        AssertOneMessage(ended);
        Assert.Contains(message, ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_in_use_is_one_line()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        string url = $"http://{other.LocalEndpoint}";
        Ended ended = await RunAsync("Gateway.LocalHost", [], ("ASPNETCORE_URLS", url), ("Logging__LogLevel__Default", "Debug"));
        Assert.Equal(1, ended.Code);
        Assert.Equal($"{url} is in use: another program listens there, maybe another gateway. End that one, or set ASPNETCORE_URLS to another address, such as http://127.0.0.1:7072.", ended.Errors.Trim());
        Assert.DoesNotContain("   at ", ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", ended.Output, StringComparison.Ordinal);
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
