using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Support;

/// <summary>Keeps what a gateway logs as programs read it: by name.</summary>
internal sealed class NamedLines : ILoggerProvider
{
    private readonly ConcurrentQueue<NamedLine> _written = [];

    public IReadOnlyList<NamedLine> All => [.. _written];

    /// <summary>What tells of a request.</summary>
    public IReadOnlyList<NamedLine> Of(string requestId) => [.. _written.Where(line => line.Category == "Gateway.Http.RequestLog" && requestId.Equals(line.Facts.GetValueOrDefault("RequestId")) && line.Event is 1 or 4)];

    /// <summary>The one line of a request, which is written a moment after its answer.</summary>
    public async Task<NamedLine> OneAsync(string requestId)
    {
        await Patience.UntilAsync(() => Of(requestId).Count > 0);
        return Assert.Single(Of(requestId));
    }

    public ILogger CreateLogger(string categoryName) => new Writer(categoryName, _written);

    public void Dispose()
    {
    }

    private sealed class Writer(string category, ConcurrentQueue<NamedLine> written) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => written.Enqueue(new NamedLine(
            category, logLevel, eventId.Id, formatter(state, exception),
            state is IEnumerable<KeyValuePair<string, object?>> facts ? facts.ToDictionary(fact => fact.Key, fact => fact.Value) : new Dictionary<string, object?>()));
    }
}

/// <summary>One event.</summary>
internal sealed record NamedLine(string Category, LogLevel Level, int Event, string Text, IReadOnlyDictionary<string, object?> Facts)
{
    public object? this[string name] => Facts[name];
}
