using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gateway.Tests.Support;

/// <summary>LocalHost in a process of its own, as an instance beside others, on a port that it finds itself.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ProcessOutput _output;

    private GatewayProcess(Process process)
    {
        _process = process;
        _output = ProcessOutput.Read(process, "Messages Gateway listens on ");
        Client = new HttpClient { Timeout = Patience.Limit };
    }

    /// <summary>To be used once it is ready.</summary>
    public HttpClient Client { get; }

    /// <summary>All lines that it has written so far.</summary>
    public ConcurrentQueue<string> Output => _output.Lines;

    public static GatewayProcess Start(IEnumerable<(string Key, string Value)> settings)
    {
        ProcessStartInfo start = new(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Gateway.LocalHost.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Logging__LogLevel__Default"] = "None";
        foreach ((string key, string value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return new GatewayProcess(Process.Start(start)!);
    }

    public async Task WaitUntilReadyAsync() => Client.BaseAddress = new Uri(await _output.AfterMarkAsync());

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
