using System.Diagnostics;
using System.Text.Json;
using Gateway.Tests.Storage;

namespace Gateway.Tests.Cli;

/// <summary>The program itself, as a shell starts it: settings from the environment and from a file.</summary>
public sealed class ProgramTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Settings_come_from_the_environment()
    {
        (int exitCode, string output, string error) = await RunAsync([("GatewayStorage", azurite.ConnectionString)], "keys", "create", "--team", "shell", "--json");

        Assert.True(exitCode == 0, error);
        Assert.StartsWith("mgw_", JsonDocument.Parse(output).RootElement.GetProperty("key").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_come_from_the_named_file_and_the_environment_wins()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new Dictionary<string, string> { ["GatewayStorage"] = azurite.ConnectionString }));

            Assert.Equal(0, (await RunAsync([("Gateway__ConfigFile", file)], "keys", "list", "--json")).ExitCode);
            Assert.Equal(1, (await RunAsync([("Gateway__ConfigFile", file), ("GatewayStorage", "nonsense")], "keys", "list", "--json")).ExitCode);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("/no/such/file.json")]
    [InlineData(null)]
    public async Task A_setting_that_does_not_work_is_one_line_and_no_stack_trace(string? file)
    {
        (int exitCode, string output, string error) = await RunAsync(file is null ? [] : [("Gateway__ConfigFile", file)], "keys", "list");

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync((string Name, string Value)[] environment, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Gateway.Cli.dll");
        ProcessStartInfo start = new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", [program, .. arguments]);
        start.Environment.Remove("GatewayStorage");
        return InstalledTool.RunAsync(start, environment);
    }
}
