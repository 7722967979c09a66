using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Tests.Support;

/// <summary>LocalHost in a process of its own, as an instance beside others.</summary>
internal sealed class GatewayProcess : TestGateway
{
    private readonly Process _process;

    private GatewayProcess(Process process, string url, string apiKey, ConcurrentQueue<string> output)
        : base(url, apiKey)
    {
        (_process, Output) = (process, output);
        Client.Timeout = TimeSpan.FromSeconds(60);
    }

    /// <summary>All lines that it has written so far.</summary>
    public ConcurrentQueue<string> Output { get; }

    public static GatewayProcess Start(IEnumerable<(string Key, string Value)> settings, string apiKey = "")
    {
        string url = $"http://127.0.0.1:{FreePort()}";
        ProcessStartInfo start = new(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Gateway.LocalHost.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = url;
        start.Environment["Logging__LogLevel__Default"] = "None";
        foreach ((string key, string value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        Process process = Process.Start(start)!;
        ConcurrentQueue<string> output = new();
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new GatewayProcess(process, url, apiKey, output);
    }

    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using HttpResponseMessage health = await Client.GetAsync("/health", cancellationToken);
                return;
            }
            catch (HttpRequestException)
            {
                Assert.False(_process.HasExited, "The gateway ended.");
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
