using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Support;

/// <summary>Keeps what a gateway logs.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Written { get; } = [];

    public IReadOnlyCollection<string> All => [.. Written.Select(line => line.Text)];

    /// <summary>What a running gateway logs from now on.</summary>
    public static LogLines Of(GatewayServer gateway)
    {
        LogLines lines = new();
        gateway.Services.GetRequiredService<ILoggerFactory>().AddProvider(lines);
        return lines;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Written.Enqueue((logLevel, formatter(state, exception)));

    public void Dispose()
    {
    }
}
