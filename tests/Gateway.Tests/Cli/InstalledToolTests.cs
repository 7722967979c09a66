using System.Text.Json;
using Gateway.Cli.Serve;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Cli;

/// <summary>The tool <c>gw</c> where no source and no SDK is: its commands, and the gateway that it serves.</summary>
public sealed class InstalledToolTests(InstalledTool tool, AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IClassFixture<InstalledTool>
{
    [Fact]
    public async Task Version_is_that_of_the_package_and_the_help_calls_it_gw()
    {
        (int exitCode, string output, _) = await InstalledTool.RunAsync(tool.Command("--version"));
        Assert.Equal(0, exitCode);
        Assert.Equal(tool.Version, output.Trim().Split('+')[0]);
        (exitCode, output, _) = await InstalledTool.RunAsync(tool.Command("--help"));
        Assert.Equal(0, exitCode);
        Assert.Contains("gw [command]", output, StringComparison.Ordinal);
        Assert.Contains("serve", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_is_made_in_the_storage_of_the_environment()
    {
        (int exitCode, string output, string error) = await InstalledTool.RunAsync(tool.Command("keys", "create", "--team", "tool", "--json"), ("GatewayStorage", azurite.ConnectionString));
        Assert.True(exitCode == 0, error);
        Assert.StartsWith("mgw_", JsonDocument.Parse(output).RootElement.GetProperty("key").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serves_by_the_file_of_its_folder_and_what_runs_ends_well_when_it_is_told_to_stop()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Answer = async http =>
        {
            asked.SetResult();
            await go.Task;
            await FakeUpstream.Json(http, 200, FakeUpstream.Completion("until the end"));
        };
        await File.WriteAllTextAsync(Path.Combine(tool.Work, "gateway.json"), $$$"""
            {"Gateway":{"Providers":{"mine":{"Kind":"openai","BaseUrl":"{{{upstream.Url}}}/v1"}},"Models":[{"Id":"m","Targets":["mine/a"]}]}}
            """);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(tool.Command("serve", "--urls", "http://127.0.0.1:0", $"--Gateway:DevKey={GatewayServer.Key}"), [("Gateway:DevKey", "other"), ("ASPNETCORE_URLS", "nowhere")], GatewayServer.Key);
        Assert.Contains($"\"version\":\"{tool.Version}\"", await gateway.Client.GetStringAsync("/health"), StringComparison.Ordinal);

        Task<HttpResponseMessage> running = gateway.PostAsync("/v1/messages", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}""");
        await asked.Task.PatientlyAsync();
        if (OperatingSystem.IsWindows())
        {
            go.SetResult();
        }
        else
        {
            Task<int> ended = gateway.TerminateAsync();
            await Patience.UntilAsync(async () => (int)(await gateway.Client.GetAsync("/health/ready")).StatusCode == 503);
            go.SetResult();
            Assert.Equal(0, await ended);
        }

        using HttpResponseMessage answer = await running;
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Contains("until the end", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stops_the_start_is_said_as_by_the_gateway_itself()
    {
        (int exitCode, string output, string error) = await InstalledTool.RunAsync(tool.Command("serve"), ("Gateway__Typo", "1"), ("ASPNETCORE_URLS", "http://127.0.0.1:0"));
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("Gateway:Typo is no setting.", error, StringComparison.Ordinal);
        (exitCode, output, error) = await InstalledTool.RunAsync(tool.Command("serve", "--urls", "127.0.0.1:7071"));
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("does not begin with http://", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    /// <summary>No documents of code, no programs of one system, and nothing of what only the Functions host loads.</summary>
    [Fact]
    public void Holds_what_runs_and_nothing_else()
    {
        string[] files = [.. Directory.GetFiles(tool.Content, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(tool.Content, file).Replace('\\', '/'))];
        Assert.Contains("Gateway.LocalHost.dll", files);
        Assert.Contains("host.json", files);
        Assert.DoesNotContain(files, file => file.EndsWith(".xml", StringComparison.Ordinal) && file.StartsWith("Gateway", StringComparison.Ordinal));
        foreach (string file in (string[])["functions.metadata", "extensions.json", "Gateway.LocalHost", "Gateway.LocalHost.exe", "Gateway.Functions", "Gateway.Functions.exe"])
        {
            Assert.DoesNotContain(file, files);
        }
    }

    [Fact]
    public async Task Command_line_without_the_gateway_beside_it_says_what_to_run()
    {
        using StringWriter error = new();
        int exitCode = await ServeCommand.Create(tool.Work, error).Parse([]).InvokeAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("Run it with: dotnet run --project src/Gateway.LocalHost", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("now", "now")]
    [InlineData("--port", "--port", "8080")]
    [InlineData("--port=8080", "--port=8080")]
    [InlineData("--urls", "--urls")]
    [InlineData("--ursl", "--Gateway:DirectRoutes=off", "--ursl", "http://127.0.0.1:0")]
    public async Task Argument_that_would_do_nothing_is_named(string stray, params string[] arguments)
    {
        using StringWriter error = new();
        Assert.Equal(1, await ServeCommand.Create(tool.Work, error).Parse(arguments).InvokeAsync());
        Assert.StartsWith($"gw serve makes nothing of '{stray}'. It takes --urls ", error.ToString(), StringComparison.Ordinal);
    }
}
