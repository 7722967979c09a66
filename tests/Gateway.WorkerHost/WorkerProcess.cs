using System.Diagnostics;
using System.Globalization;

namespace Gateway.WorkerHost;

/// <summary>The published worker in a process of its own, started with the command line that the Functions host uses.</summary>
public sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);
    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    internal static WorkerProcess Start(string folder, string control, IEnumerable<(string Key, string Value)> settings, Action<string> write)
    {
        string id = Guid.NewGuid().ToString();
        ProcessStartInfo start = new(
            Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet",
            [
                Path.Combine(folder, "Gateway.Functions.dll"),
                "--functions-uri", control,
                "--functions-worker-id", id,
                "--functions-request-id", id,
                "--functions-grpc-max-message-length", "2147483647",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = folder;
        start.Environment["FUNCTIONS_WORKER_DIRECTORY"] = folder;

        // Says where this host listens, not where the worker does.
        start.Environment.Remove("ASPNETCORE_URLS");
        foreach ((string key, string value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => write(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => write(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new WorkerProcess(process);
    }

    /// <summary>Also waits for its last line.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken = default) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Asks it to end by SIGTERM, as a platform does before it kills. .NET cannot send signals itself.</summary>
    public void Interrupt()
    {
        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource deadline = new(s_patience);
        try
        {
            await WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
            await WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
