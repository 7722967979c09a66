using Gateway.Authentication.Access;
using Gateway.Authentication.Oidc;
using Gateway.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Dashboard;

/// <summary>
/// Where people sign in: what the issuer that the operator named says of itself. It is asked when the page is first opened,
/// and now and then in the background. Nobody waits for it longer than <see cref="IssuerClient"/> does, and whoever comes while it is away waits not at all.
/// </summary>
internal sealed partial class SignInPlace(DashboardOptions options, IssuerClient client, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromHours(1);

    /// <summary>Anybody may open the page, and must not have the gateway ask the issuer each time.</summary>
    private static readonly TimeSpan s_betweenAttempts = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Dashboard.SignInPlace");
    private readonly SingleFlight<string, Known> _fetches = new();
    private volatile Known? _latest;

    /// <summary>Null when people sign in with keys only.</summary>
    public async ValueTask<Known?> FindAsync(CancellationToken cancellationToken)
    {
        if (options.SignIn is not { Issuer: { } issuer })
        {
            return null;
        }

        Known? latest = _latest;
        bool mayAsk = latest is null || time.GetElapsedTime(latest.AskedAt) >= s_betweenAttempts;
        if (latest?.Endpoints is null)
        {
            return mayAsk ? await _fetches.RunAsync(issuer, FetchAsync, cancellationToken) : latest;
        }

        if (mayAsk && time.GetElapsedTime(latest.FetchedAt) >= s_fresh)
        {
            _ = _fetches.RunAsync(issuer, FetchAsync, CancellationToken.None);
        }

        return latest;
    }

    private async Task<Known> FetchAsync(string issuer)
    {
        (IssuerEndpoints? endpoints, string? problem) = await client.FetchEndpointsAsync(issuer);
        long now = time.GetTimestamp();
        if (endpoints is null)
        {
            LogFailed(_logger, issuer, problem ?? string.Empty);
        }

        // Endpoints hardly ever move: what was known serves as long as the issuer does not answer.
        return _latest = endpoints is null && _latest is { Endpoints: not null } last ? last with { AskedAt = now } : new Known(endpoints, problem, now, now);
    }

    /// <param name="Endpoints">Null when it could not be asked.</param>
    /// <param name="Problem">Why not, in a sentence about the issuer.</param>
    /// <param name="FetchedAt">When it last answered.</param>
    /// <param name="AskedAt">When it was last asked.</param>
    internal sealed record Known(IssuerEndpoints? Endpoints, string? Problem, long FetchedAt, long AskedAt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The dashboard cannot offer to sign in at {Issuer}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string issuer, string reason);
}
