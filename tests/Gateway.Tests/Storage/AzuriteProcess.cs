using System.Diagnostics;
using System.Globalization;
using Gateway.Tests.Support;

namespace Gateway.Tests.Storage;

/// <summary>
/// Azurite's table service on a free port of 127.0.0.1, which can stop and come back with its data. It finds the port
/// itself and says which, since one that a test has found for it may be another's a moment later.
/// </summary>
/// <param name="accounts">Their names; all have one key.</param>
internal sealed class AzuriteProcess(IReadOnlyList<string> accounts) : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("azurite").FullName;
    private int _port;
    private Process? _process;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}");

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
        start.Environment["AZURITE_ACCOUNTS"] = string.Join(';', accounts.Select(account => $"{account}:{Azurite.Key}"));
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
