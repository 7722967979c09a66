using System.Diagnostics;

namespace Gateway.Tests.Clients;

/// <summary>What tests/clients installs: npm is content when the download of a program for one system broke, the tests are not.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class InstallTests
{
    private const string LockFile = """
        { "packages": {
          "": { "name": "of-the-test" },
          "node_modules/here": { "optional": true },
          "node_modules/elsewhere": { "optional": true, "os": ["aix"] } } }
        """;

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 0, 2)]
    [InlineData(9, 1, 3)]
    public async Task Package_that_npm_left_out_is_asked_for_again(int comesAtAttempt, int exitCode, int attempts)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("install");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "package-lock.json"), LockFile);
            string npm = Path.Combine(folder.CreateSubdirectory("bin").FullName, "npm");
            await File.WriteAllTextAsync(npm, $"""
                #!/bin/sh
                echo asked >>asked
                [ $(wc -l <asked) -lt {comesAtAttempt} ] || mkdir -p node_modules/here && touch node_modules/here/package.json
                exit 0
                """);
            File.SetUnixFileMode(npm, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            ProcessStartInfo start = TestClients.Node(Path.Combine(TestClients.Folder, "install.mjs"));
            start.WorkingDirectory = folder.FullName;
            start.Environment["PATH"] = $"{Path.GetDirectoryName(npm)}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";

            using Process process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();

            Assert.Equal(exitCode, process.ExitCode);
            Assert.Equal(attempts, (await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "asked"))).Length);
            Assert.Equal(attempts - 1 + exitCode, output.Split("node_modules/here").Length - 1);
            Assert.DoesNotContain("elsewhere", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
