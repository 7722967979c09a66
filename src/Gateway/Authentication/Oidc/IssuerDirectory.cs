using System.Collections.Frozen;
using Gateway.Authentication.Access;
using Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Gateway.Authentication.Oidc;

/// <summary>The rules for each issuer, all read together since they are few, and kept as long as keys are.</summary>
internal sealed partial class IssuerDirectory(IIssuerStore store, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Authentication.Oidc.IssuerDirectory");

    private readonly SingleFlight<string, Snapshot?> _reads = new();
    private volatile Snapshot? _latest;

    /// <summary>In the order in which they count; none when the issuer is not trusted, null when the storage is away.</summary>
    public async ValueTask<IReadOnlyList<TrustedIssuer>?> FindAsync(string issuer, CancellationToken cancellationToken)
    {
        if (_latest is { } latest)
        {
            TimeSpan age = time.GetElapsedTime(latest.Since);
            TrustedIssuer[]? known = latest.Rules.GetValueOrDefault(issuer);
            if (age < (known is null ? Lifetimes.Refused : Lifetimes.Known))
            {
                return known ?? [];
            }
        }

        Snapshot? read = await _reads.RunAsync(string.Empty, ReadAsync, cancellationToken);
        return read is null ? null : read.Rules.GetValueOrDefault(issuer) ?? [];
    }

    private async Task<Snapshot?> ReadAsync(string _)
    {
        long since = time.GetTimestamp();
        try
        {
            IReadOnlyList<TrustedIssuer> rules = await store.ListAsync(CancellationToken.None);
            return _latest = new Snapshot(
                rules.OrderBy(rule => rule.Id, StringComparer.Ordinal)
                    .GroupBy(rule => rule.Issuer, StringComparer.Ordinal)
                    .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal),
                since);
        }
        catch (StorageUnavailableException exception)
        {
            LogUnavailable(_logger, exception.IsTold ? LogLevel.Debug : LogLevel.Error, exception.Message);
            return null;
        }
    }

    private sealed record Snapshot(FrozenDictionary<string, TrustedIssuer[]> Rules, long Since);

    [LoggerMessage(Message = "The trusted issuers could not be read, so requests with tokens are refused: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, LogLevel level, string reason);
}
