using System.Globalization;
using System.Runtime.InteropServices;
using Gateway.WorkerHost;

// The published worker on a port, without the Azure Functions Core Tools: Gateway.WorkerHost [folder of the app].
// Settings come from the environment, as always.
Uri url = new(Environment.GetEnvironmentVariable("ASPNETCORE_URLS") is { Length: > 0 } named ? named : "http://127.0.0.1:7071");
TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    await using FunctionsHost host = await FunctionsHost.StartAsync([], url.Port, Console.WriteLine, args.Length > 0 ? Path.GetFullPath(args[0]) : null);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{host.Routes.Routes.Count} functions on {host.Url}, loaded after {host.Startup.TotalMilliseconds:F0} ms, worker process {host.Worker.Id}"));
    await Task.WhenAny(stop.Task, host.Worker.WaitForExitAsync());
    return 0;
}
catch (WorkerEndedException ended)
{
    return ended.ExitCode;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}
