using System.Diagnostics;
using System.Globalization;
using Gateway.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Storage;

/// <summary>
/// One Azurite table service on a free port of 127.0.0.1, which can stop and come back with its data. It finds the port
/// itself and says which, since one that a test has found for it may be another's a moment later.
/// </summary>
internal sealed class Azurite : IAsyncDisposable
{
    public const string Account = "devstoreaccount1";
    public const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly string _folder = Directory.CreateTempSubdirectory("azurite").FullName;
    private int _port;
    private Process? _process;

    public Uri Endpoint => EndpointAt(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));

    public string ConnectionString => ConnectionStringAt(Endpoint);

    /// <summary>The address of the account behind another address, such as that of a proxy.</summary>
    public static Uri EndpointAt(string address) => new($"{address}/{Account}");

    public static string ConnectionStringAt(Uri endpoint) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};TableEndpoint={endpoint};";

    public static async Task<Azurite> StartNewAsync()
    {
        Azurite azurite = new();
        await azurite.StartAsync();
        return azurite;
    }

    /// <summary>Storage as the gateway opens it. On a clock of the test's, calls take as long as they take.</summary>
    public static TableStorage StorageAt(string connectionString, TimeProvider? time = null) =>
        new(TableServiceFactory.Create(new GatewayStorageOptions { ConnectionString = connectionString }), time ?? new FakeTimeProvider());

    /// <summary>Returns once it listens; on the same port and with the same data after a stop.</summary>
    public async Task StartAsync()
    {
        using CancellationTokenSource deadline = new(Patience.Limit);
        while (!await TryStartAsync())
        {
            // Somebody took the port while it was free; ports of 127.0.0.1 are seldom held for long.
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Ends its standard input, at which it saves its data and exits.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        _process = null;
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().PatientlyAsync();
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw;
        }
        finally
        {
            process.Dispose();
        }
    }

    /// <summary>Nobody needs the data any more, and an orderly end waits ten seconds for connections that are kept open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> TryStartAsync()
    {
        ProcessStartInfo start = TestClients.Node(
            "azurite.mjs",
            "--silent",
            "--disableTelemetry",
            "--skipApiVersionCheck",
            "--location",
            _folder,
            "--tablePort",
            _port.ToString(CultureInfo.InvariantCulture));
        _process = Process.Start(start)!;
        ProcessOutput output = ProcessOutput.Read(_process, "listening on port ");
        try
        {
            _port = int.Parse(await output.AfterMarkAsync(), CultureInfo.InvariantCulture);
            return true;
        }
        catch (InvalidOperationException) when (output.ToString().Contains("EADDRINUSE", StringComparison.Ordinal))
        {
            await StopAsync();
            return false;
        }
    }
}
