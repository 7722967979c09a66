using System.Diagnostics;
using System.Reflection;

namespace Gateway.Tests;

/// <summary>The npm packages in tests/clients, which the build has installed.</summary>
internal static class TestClients
{
    public static string Folder { get; } = typeof(TestClients).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(each => each.Key == "TestClientsFolder").Value!;

    /// <summary>A script of that folder, run by Node; the caller starts it and reads its output.</summary>
    public static ProcessStartInfo Node(string script, params IEnumerable<string> arguments) => new("node", [script, .. arguments])
    {
        WorkingDirectory = Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    /// <summary>Runs Node's tests, all of which must pass; says what they wrote when they do not.</summary>
    public static async Task PassesAsync(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output + await errors);
        Assert.Contains("# fail 0", output, StringComparison.Ordinal);
    }
}
