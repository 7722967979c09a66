using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Tests;

/// <summary>What happens where a NuGet source lacks the published packages; with those there is nothing to test.</summary>
public sealed class StandInTests
{
    // A stand-in is told by the fourth part of its version.
    private static readonly bool s_published = typeof(FunctionAttribute).Assembly.GetName().Version!.Revision == 0;

    [Fact]
    public async Task Functions_app_on_a_stand_in_stops_with_one_line_that_points_to_the_local_host()
    {
        if (s_published)
        {
            return;
        }

        (int exitCode, string output) = await RunAsync(Path.Combine(AppContext.BaseDirectory, "Gateway.Functions.dll"));

        Assert.NotEqual(0, exitCode);
        Assert.EndsWith("dotnet run --project src/Gateway.LocalHost", Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_of_the_functions_app_with_a_stand_in_is_refused()
    {
        if (s_published)
        {
            return;
        }

        string repository = Path.GetFullPath(Path.Combine(TestClients.Folder, "..", ".."));
        string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string target = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        (int exitCode, string output) = await RunAsync(
            "publish", Path.Combine(repository, "src", "Gateway.Functions"), "--no-build", "--configuration", configuration, "--output", target);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("Gateway.Functions cannot be published: stand-ins were resolved", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(target));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params IEnumerable<string> arguments)
    {
        // A build server left behind would hold the pipes open, and the test would wait for it.
        ProcessStartInfo start = new("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
