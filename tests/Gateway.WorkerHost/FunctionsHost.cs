using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.WorkerHost;

/// <summary>
/// A small Azure Functions host for tests. It starts the published worker in a process of its own and plays the host to
/// it: gRPC for control, HTTP for requests, routes by the host's rule.
/// </summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly ControlChannel _channel;
    private readonly WebApplication _control;
    private readonly HostFront _front;

    private FunctionsHost(ControlChannel channel, WebApplication control, WorkerProcess worker, HostFront front, RouteTable routes, ConcurrentQueue<string> output, TimeSpan startup)
    {
        (_channel, _control, _front) = (channel, control, front);
        (Worker, Routes, Output, Startup) = (worker, routes, output, startup);
    }

    /// <summary>Where the build has left Gateway.Functions.</summary>
    public static string WorkerFolder { get; } = typeof(FunctionsHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(each => each.Key == nameof(WorkerFolder)).Value!;

    public string Url => _front.Url;

    public WorkerProcess Worker { get; }

    public RouteTable Routes { get; }

    /// <summary>Every line that the worker has written or logged so far.</summary>
    public ConcurrentQueue<string> Output { get; }

    /// <summary>From the start of the worker's process until its functions were loaded.</summary>
    public TimeSpan Startup { get; }

    /// <param name="settings">The worker's environment, beside that of this process.</param>
    /// <param name="port">Where to listen; 0 is a free port.</param>
    /// <param name="write">Gets each line of the worker at once.</param>
    /// <param name="folder">Another build of the app, for example a published one.</param>
    /// <exception cref="WorkerEndedException">It did not start.</exception>
    public static async Task<FunctionsHost> StartAsync(IEnumerable<(string Key, string Value)> settings, int port = 0, Action<string>? write = null, string? folder = null)
    {
        string app = folder ?? WorkerFolder;
        ConcurrentQueue<string> output = new();
        void Write(string line)
        {
            output.Enqueue(line);
            write?.Invoke(line);
        }

        ControlChannel channel = new(app, Write);
        WebApplication control = Servers.Create(HttpProtocols.Http2, 0, builder =>
        {
            builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
            builder.Services.AddSingleton(channel);
        });
        control.MapGrpcService<ControlChannel>();
        await control.StartAsync();

        long started = Stopwatch.GetTimestamp();
        WorkerProcess worker = WorkerProcess.Start(app, control.Urls.First(), settings, Write);
        Task ended = worker.WaitForExitAsync();
        if (await Task.WhenAny(channel.Loaded, ended) == ended)
        {
            int exitCode = worker.ExitCode;
            await worker.DisposeAsync();
            await StopAsync(control);
            throw new WorkerEndedException(exitCode, output);
        }

        LoadedApp loaded = await channel.Loaded;
        TimeSpan startup = Stopwatch.GetElapsedTime(started);
        await WaitForHttpAsync(loaded.Http);
        HostFront front = await HostFront.StartAsync(channel, loaded, port);
        return new FunctionsHost(channel, control, worker, front, loaded.Routes, output, startup);
    }

    /// <summary>How many functions run now.</summary>
    public int RunningInvocations => _channel.Running.Count;

    /// <summary>Whether a client that leaves is also told to the worker over gRPC, as the host does; its connection is cut in any case.</summary>
    public bool CancelsWhenClientLeaves
    {
        get => _front.CancelsWhenClientLeaves;
        set => _front.CancelsWhenClientLeaves = value;
    }

    /// <summary>Takes its time from whatever runs, as the host does at functionTimeout: the connections stay.</summary>
    public void CancelInvocations()
    {
        foreach (string id in _channel.Running)
        {
            _channel.Cancel(id);
        }
    }

    /// <summary>Tells the worker to end, as the host does when it stops.</summary>
    public void TerminateWorker() => _channel.Terminate();

    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        _channel.Terminate();
        await Worker.DisposeAsync();
        await StopAsync(_control);
    }

    /// <summary>The worker says where it listens before it does. The host repeats its first requests; this one waits.</summary>
    private static async Task WaitForHttpAsync(Uri http)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(3));
        while (true)
        {
            try
            {
                using TcpClient client = new();
                await client.ConnectAsync(http.Host, http.Port, deadline.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, deadline.Token);
            }
        }
    }

    private static async Task StopAsync(WebApplication control)
    {
        await control.StopAsync(new CancellationToken(canceled: true));
        await control.DisposeAsync();
    }
}
