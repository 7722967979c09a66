using Gateway.Dashboard.Tests.Month;

// Serves the seeded month for a look at the page: dotnet run --project tests/Gateway.Dashboard.Tests [-- <port>]
string port = args.FirstOrDefault(arg => arg.All(char.IsAsciiDigit)) ?? "7333";
await using RunningMonth month = await RunningMonth.StartAsync(("URLS", $"http://127.0.0.1:{port}"));
Console.WriteLine($"{month.Gateway.Url}/dashboard");
foreach (string name in (ReadOnlySpan<string>)[Company.Manager, Company.TeamReader, Company.Caller])
{
    Console.WriteLine($"{name}: {month.Seed.TextOf(name)}");
}

Console.WriteLine("Ends with Ctrl+C.");
TaskCompletionSource ended = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    ended.TrySetResult();
};
using IDisposable terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    ended.TrySetResult();
});
await ended.Task;
