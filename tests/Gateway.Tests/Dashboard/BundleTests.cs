using System.Diagnostics;
using Gateway.Tests.Settings;

namespace Gateway.Tests.Dashboard;

/// <summary>The page that is committed is the one that its sources make, and their types are right.</summary>
public sealed class BundleTests
{
    [Theory]
    [InlineData("build.mjs", "--check")]
    [InlineData("node_modules/typescript/bin/tsc", "--noEmit")]
    public async Task Page_is_what_its_sources_make(string script, string argument)
    {
        ProcessStartInfo start = TestClients.Node(script, argument);
        start.WorkingDirectory = WrittenSettings.PathOf("src/Gateway.Dashboard");
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{script} {argument}: {output}{await errors}");
    }
}
