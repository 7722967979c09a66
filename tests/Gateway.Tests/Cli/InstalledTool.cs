using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Gateway.Diagnostics;

namespace Gateway.Tests.Cli;

/// <summary>The .NET tool as it ships: packed from what this build has made, and installed into a folder of its own.</summary>
public sealed class InstalledTool : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-tool-").FullName;

    /// <summary>For the files of tests.</summary>
    public string Work { get; private set; } = "";

    public string Version { get; private set; } = "";

    /// <summary>Where all of it is.</summary>
    public string Content { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Work = Directory.CreateDirectory(Path.Combine(_folder, "work")).FullName;
        string packages = Path.Combine(_folder, "packages");
        string root = Path.GetFullPath(Path.Combine(TestClients.Folder, "../.."));
        string configuration = typeof(InstalledTool).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

        // Nothing is built: others run from these folders now. Nor is the version counted anew: there may have been commits since.
        await SucceedsAsync(Dotnet(root, "pack", "src/Gateway.Cli", "--no-build", "--configuration", configuration, "--output", packages, $"-p:MinVerVersionOverride={GatewayVersion.Text}"));
        string package = Assert.Single(Directory.GetFiles(packages));
        Version = Path.GetFileNameWithoutExtension(package)["MessagesGateway.Tool.".Length..];

        // Without other sources: nobody is asked for a package that is ours.
        string sources = Path.Combine(_folder, "nuget.config");
        await File.WriteAllTextAsync(sources, $"<configuration><packageSources><clear /><add key=\"packed\" value=\"{packages}\" /></packageSources></configuration>");
        await SucceedsAsync(Dotnet(_folder, "tool", "install", "MessagesGateway.Tool", "--version", Version, "--configfile", sources, "--tool-path", Path.Combine(_folder, "installed")));
        Content = Path.GetDirectoryName(Directory.GetFiles(_folder, "Gateway.Cli.dll", SearchOption.AllDirectories).Single())!;
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A command of it, in <see cref="Work"/>, without settings of the one who tests.</summary>
    public ProcessStartInfo Command(params string[] arguments)
    {
        ProcessStartInfo start = new(Path.Combine(_folder, "installed", OperatingSystem.IsWindows() ? "gw.exe" : "gw"), arguments) { WorkingDirectory = Work };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        return start;
    }

    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(ProcessStartInfo start, params (string Name, string Value)[] environment)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    private ProcessStartInfo Dotnet(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = folder };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        if (arguments is ["tool", ..])
        {
            // Another build of the same version may be among the user's.
            start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder, "cache");
        }

        return start;
    }

    private static async Task SucceedsAsync(ProcessStartInfo start)
    {
        (int exitCode, string output, string error) = await RunAsync(start);
        Assert.True(exitCode == 0 && !output.Contains("warning", StringComparison.OrdinalIgnoreCase), output + error);
    }
}
