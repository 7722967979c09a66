using System.Globalization;
using Azure.Data.Tables;
using Gateway.Authentication.Access;
using Gateway.Metering;
using Gateway.Metering.Reports;
using Gateway.Metering.Usage;
using Gateway.Requests;
using Gateway.Storage;
using Gateway.Tests.Storage;
using Gateway.Translation.Hub;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Metering.Usage;

/// <summary>The usage tables of one Azurite, as an instance of the gateway at a time of the test's choice works on them.</summary>
internal sealed class UsageTables(Azurite azurite, FakeClock time) : IAsyncDisposable
{
    private readonly List<ServiceProvider> _instances = [];

    public string Connection => azurite.ConnectionString;

    public Uri Endpoint => azurite.Endpoint;

    public FakeClock Time => time;

    public DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    public static async Task<UsageTables> StartAsync()
    {
        UsageTables tables = new(await Azurite.ShareAsync(), new FakeClock());
        await tables.Instance().GetRequiredService<TableSetup>().CreateMissingTablesAsync(default);
        return tables;
    }

    /// <summary>The services of one more instance.</summary>
    public IServiceProvider Instance(params (string Key, string? Value)[] settings)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("GatewayStorage", Connection), .. settings.Select(s => KeyValuePair.Create(s.Key, s.Value))])
            .Build();
        ServiceCollection services = [];
        services.AddSingleton<TimeProvider>(time);
        services.AddGatewayStorage(configuration);
        ServiceProvider instance = services.BuildServiceProvider();
        _instances.Add(instance);
        return instance;
    }

    /// <summary>Rows of requests, as a <see cref="UsageWriter"/> leaves them.</summary>
    public async Task<UsageEntry[]> AppendAsync(int count, DateOnly day, string key = "key1", string model = "m", decimal? cost = 0.0000001m)
    {
        UsageEntry[] entries = [.. Enumerable.Range(0, count).Select(i => Entry(day, key, model, cost, second: i))];
        Assert.Empty(await Instance().GetRequiredService<IUsageStore>().AppendAsync(entries, default));
        return entries;
    }

    public static UsageEntry Entry(DateOnly day, string? key = "key1", string? model = "m", decimal? cost = 0.0000001m, string? error = null, int second = 0) => new()
    {
        RequestId = RequestIds.OfRequest(new DateTimeOffset(day, new TimeOnly(12, 0), TimeSpan.Zero).AddSeconds(second)),
        StartedAt = new DateTimeOffset(day, new TimeOnly(12, 0), TimeSpan.Zero).AddSeconds(second),
        KeyId = key,
        Team = key is null ? null : "search",
        Credential = key is null ? null : CredentialKind.ApiKey,
        Api = "anthropic",
        Provider = model is null ? null : "fake",
        Model = model,
        Status = error is null ? 200 : 400,
        Error = error,
        Usage = new TokenUsage { Input = 10, CacheRead = 20, CacheWrite5m = 3, CacheWrite1h = 4, Output = 5, Reasoning = 2 },
        Cost = cost,
        Stream = true,
        Timings = new UsageTimings(model is null ? null : 1, null, error is null ? 3 : null, 5),
    };

    public async Task<UsageReport> ReportAsync(UsageGroup by = UsageGroup.Key, DateOnly? from = null) =>
        await Instance().GetRequiredService<UsageReporter>().ReportAsync(new UsageQuery(from ?? Today.AddDays(-1000), Today, by), default);

    public async Task<long> RequestsOnAsync(DateOnly day) =>
        (await Instance().GetRequiredService<UsageReporter>().ReportAsync(new UsageQuery(day, day, UsageGroup.Day), default)).Total.Requests;

    public async Task<List<TableEntity>> RowsAsync(string table, DateOnly? day = null)
    {
        List<TableEntity> rows = [];
        await foreach (TableEntity row in new TableClient(Connection, table).QueryAsync<TableEntity>())
        {
            if (day is null || row.PartitionKey == day.Value.ToString("yyyyMMdd", CultureInfo.InvariantCulture))
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceProvider instance in _instances)
        {
            await instance.DisposeAsync();
        }

        await azurite.DisposeAsync();
    }
}
