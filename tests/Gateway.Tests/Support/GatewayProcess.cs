using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Gateway.Tests.Support;

/// <summary>LocalHost in a process of its own, as an instance beside others, on a port that it finds itself.</summary>
internal sealed class GatewayProcess : TestGateway
{
    private readonly Process _process;
    private readonly ProcessOutput _output;

    private GatewayProcess(Process process, ProcessOutput output, string url, string apiKey)
        : base(url, apiKey) => (_process, _output) = (process, output);

    /// <summary>All lines that it has written so far.</summary>
    public ConcurrentQueue<string> Output => _output.Lines;

    /// <summary>Returns once it listens.</summary>
    public static Task<GatewayProcess> StartAsync(IEnumerable<(string Key, string Value)> settings, string apiKey = "") => StartAsync(
        new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Gateway.LocalHost.dll")]),
        settings,
        apiKey);

    /// <summary>The same of another program that runs a gateway.</summary>
    public static async Task<GatewayProcess> StartAsync(ProcessStartInfo start, IEnumerable<(string Key, string Value)> settings, string apiKey = "")
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Logging__LogLevel__Default"] = "None";
        foreach ((string key, string value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        Process process = Process.Start(start)!;
        ProcessOutput output = ProcessOutput.Read(process, "Messages Gateway listens on ");
        try
        {
            // Where the log is JSON, the address stands in a text of it.
            return new GatewayProcess(process, output, (await output.AfterMarkAsync()).Split('"')[0], apiKey);
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>The most memory that it has had so far, in bytes, of all kinds.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>What the system gives it.</summary>
    public long MemoryBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Ends it without a word.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync();
    }

    /// <summary>Tells it to stop, as an orchestrator does. Comes back when it has.</summary>
    public async Task<int> TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Patience.Limit);
        return _process.ExitCode;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
