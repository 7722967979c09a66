using Gateway.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Storage;

/// <summary>
/// An account of Azurite's table service, in which no other test writes: mostly of one process that all tests share,
/// since each start costs a second; of a process of its own for tests that stop it.
/// </summary>
internal sealed class Azurite : IAsyncDisposable
{
    /// <summary>The one that Azurite has by itself.</summary>
    public const string Account = "devstoreaccount1";

    public const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly string[] s_accounts = [.. Enumerable.Range(0, 800).Select(i => $"account{i}")];

    /// <summary>Ends with the tests.</summary>
    private static readonly Lazy<Task<AzuriteProcess>> s_shared = new(() => StartAsync(s_accounts));

    private static int s_given;

    private readonly AzuriteProcess _process;
    private readonly string _account;

    private Azurite(AzuriteProcess process, string account) => (_process, _account) = (process, account);

    public Uri Endpoint => EndpointAt(_process.Address, _account);

    public string ConnectionString => ConnectionStringAt(Endpoint);

    /// <summary>The address of an account behind another address, such as that of a proxy.</summary>
    public static Uri EndpointAt(string address, string account = Account) => new($"{address}/{account}");

    public static string ConnectionStringAt(Uri endpoint) =>
        $"DefaultEndpointsProtocol=http;AccountName={endpoint.Segments[^1]};AccountKey={Key};TableEndpoint={endpoint};";

    /// <summary>A process of its own, which can stop and start.</summary>
    public static async Task<Azurite> StartNewAsync() => new(await StartAsync([Account]), Account);

    /// <summary>An empty account of the shared process.</summary>
    public static async Task<Azurite> ShareAsync()
    {
        int next = Interlocked.Increment(ref s_given);
        return next <= s_accounts.Length
            ? new Azurite(await s_shared.Value, s_accounts[next - 1])
            : throw new InvalidOperationException("All accounts are given. Make more.");
    }

    /// <summary>Storage as the gateway opens it. On a clock of the test's, calls take as long as they take.</summary>
    public static TableStorage StorageAt(string connectionString, TimeProvider? time = null) =>
        new(TableServiceFactory.Create(new GatewayStorageOptions { ConnectionString = connectionString }), time ?? new FakeTimeProvider());

    /// <summary>Returns once it listens; on the same port and with the same data after a stop.</summary>
    public Task StartAsync() => Own().StartAsync();

    public Task StopAsync() => Own().StopAsync();

    public async ValueTask DisposeAsync()
    {
        if (_account == Account)
        {
            await _process.DisposeAsync();
        }
    }

    private static async Task<AzuriteProcess> StartAsync(string[] accounts)
    {
        AzuriteProcess process = new(accounts);
        await process.StartAsync();
        return process;
    }

    private AzuriteProcess Own() => _account == Account ? _process : throw new InvalidOperationException("Other tests need it.");
}
