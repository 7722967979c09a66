using System.Diagnostics;
using System.Reflection;

namespace Gateway.Tests.Support;

/// <summary>PowerShell 7, which is a package: the build has put it where all packages are.</summary>
internal static class PowerShell
{
    private static readonly string s_program = Path.Combine(
        typeof(PowerShell).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "PowerShellFolder").Value!,
        OperatingSystem.IsWindows() ? "win" : "unix",
        "pwsh.dll");

    /// <summary>Reads commands from standard input, each on a line, or runs one.</summary>
    public static ProcessStartInfo Start(string command = "-")
    {
        ProcessStartInfo start = new("dotnet", [s_program, "-NoProfile", "-NonInteractive", "-Command", command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        start.Environment["NO_COLOR"] = "1";
        return start;
    }
}
