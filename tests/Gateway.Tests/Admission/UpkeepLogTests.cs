using System.Collections.Concurrent;
using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Authentication.Teams;
using Gateway.Routing.Prices;
using Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Admission;

/// <summary>An outage of the storage must not become one of the log, or its bill.</summary>
public sealed class UpkeepLogTests
{
    private const int Keys = 20;
    private readonly FakeClock _time = new();

    [Fact]
    public async Task Outage_is_one_line_a_round_however_many_keys_are_busy()
    {
        OutageStore store = new();
        AdmissionControl admission = new(new TeamDirectory(new MemoryTeamStore(), _time), store, _time);
        for (int i = 0; i < Keys; i++)
        {
            AdmissionResult result = await admission.AdmitAsync(CallerOf(i), new ExpectedUse(10, Usd.Of(0.01m), Stream: false), default);
            result.Ticket!.Settle(new ActualUse(10, 5, Usd.Of(0.02m)));
        }

        store.Away = true;
        using Lines log = new();
        using AdmissionUpkeep upkeep = new(admission, _time, log);
        await upkeep.StopAsync(default);

        (string text, Exception? exception) = Assert.Single(log.Written);
        Assert.Null(exception);
        Assert.Contains($"{Keys - 1} others", text, StringComparison.Ordinal);
        Assert.EndsWith("no tables here", text, StringComparison.Ordinal);
    }

    private static Caller CallerOf(int number) => new()
    {
        KeyId = $"k{number}",
        Team = "t",
        CredentialKind = CredentialKind.ApiKey,
        CredentialHeader = "x-api-key",
        Limits = new Limits { BudgetPerDay = new Budget(1) },
    };

    private sealed class OutageStore : ISpendStore
    {
        private readonly MemorySpendStore _inner = new();

        public bool Away { get; set; }

        private MemorySpendStore Inner => Away ? throw new StorageUnavailableException("no tables here") : _inner;

        public Task<IReadOnlyList<SpendState>> ListAsync(Predicate<string> wanted, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<SpendState> ReadAsync(string scope, CancellationToken cancellationToken) => Inner.ReadAsync(scope, cancellationToken);

        public Task<bool> TryWriteAsync(SpendState state, CancellationToken cancellationToken) => Inner.TryWriteAsync(state, cancellationToken);

        public Task<IReadOnlyList<RateShare>> ShareAsync(string scope, RateShare mine, CancellationToken cancellationToken) => Inner.ShareAsync(scope, mine, cancellationToken);
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<(string Text, Exception? Exception)> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue((formatter(state, exception), exception));
    }
}
