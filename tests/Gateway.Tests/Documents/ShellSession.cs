using System.Diagnostics;
using Gateway.Tests.Support;

namespace Gateway.Tests.Documents;

/// <summary>A shell of somebody who goes through a page: one after the other, with what the commands before have left behind.</summary>
internal sealed class ShellSession : IAsyncDisposable
{
    private const string Done = "@@ done";
    private readonly Process _process;
    private readonly string _folder;
    private readonly bool _isPowerShell;
    private readonly Task<string> _errors;
    private int _blocks;

    private ShellSession(Process process, string folder, bool isPowerShell)
    {
        (_process, _folder, _isPowerShell) = (process, folder, isPowerShell);
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Ends at the first command that fails, and says which.</summary>
    public static async Task<ShellSession> BashAsync(ToolDesk desk)
    {
        ShellSession session = Start(desk, isPowerShell: false, new ProcessStartInfo("bash", ["--noprofile", "--norc"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        await session.SayAsync("exec 2>&1; set -E -e -o pipefail; trap 'echo \"failed (exit code $?): $BASH_COMMAND\"' ERR");
        return session;
    }

    public static async Task<ShellSession> PowerShellAsync(ToolDesk desk)
    {
        ShellSession session = Start(desk, isPowerShell: true, PowerShell.Start());
        await session.SayAsync("$ErrorActionPreference = 'Stop'; $PSNativeCommandUseErrorActionPreference = $true; $ProgressPreference = 'SilentlyContinue'; $PSStyle.OutputRendering = 'PlainText'");
        return session;
    }

    /// <summary>All that the commands have written; fails with it when one of them did.</summary>
    public async Task<string> RunAsync(CodeBlock block, string text)
    {
        string file = Path.Combine(_folder, $"block-{++_blocks}{(_isPowerShell ? ".ps1" : ".sh")}");
        await File.WriteAllTextAsync(file, text + "\n");
        await SayAsync(_isPowerShell
            ? $"try {{ . '{file}' | Out-String -Width 240; '{Done}' }} catch {{ \"failed: $_\"; exit 1 }}"
            : $". '{file}' </dev/null; printf '\\n%s\\n' '{Done}'");
        List<string> lines = [];
        while (await _process.StandardOutput.ReadLineAsync().PatientlyAsync() is { } line)
        {
            if (line == Done)
            {
                return string.Join('\n', lines);
            }

            lines.Add(line);
        }

        Assert.Fail($"{block}, in {(_isPowerShell ? "PowerShell" : "sh")}:\n{text}\n---\n{string.Join('\n', lines)}\n{await _errors}");
        return "";
    }

    /// <summary>Servers that were started are the desk's, so the shell is all there is to end.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().PatientlyAsync();
        }
        catch (TimeoutException)
        {
            _process.Kill();
            throw;
        }
        finally
        {
            _process.Dispose();
        }
    }

    private static ShellSession Start(ToolDesk desk, bool isPowerShell, ProcessStartInfo start)
    {
        start.WorkingDirectory = desk.Checkout;
        desk.Furnish(start.Environment);
        return new ShellSession(Process.Start(start)!, desk.Folder, isPowerShell);
    }

    private async Task SayAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }
}
