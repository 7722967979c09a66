using Azure.Core;
using Gateway.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams;

/// <summary>
/// The token for one scope. Many requests share one fetch; a new token is fetched while the old one is still good, so no
/// request waits for it, and a fetch that fails costs nothing until the old one is over.
/// </summary>
internal sealed partial class IdentityToken(TokenCredential credential, string scope, TimeProvider time, ILogger logger)
{
    /// <summary>An endpoint of the platform answers in milliseconds, a developer's sign-in tool in seconds.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>When the identity does not say when it wants to be asked for the next one.</summary>
    private static readonly TimeSpan s_ahead = TimeSpan.FromMinutes(5);

    /// <summary>Clocks differ, and the request takes time to get there.</summary>
    private static readonly TimeSpan s_lastMoments = TimeSpan.FromSeconds(30);

    /// <summary>Between two fetches, whatever came of the first.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private AccessToken _token;
    private DateTimeOffset _nextFetch;
    private Task _fetching = Task.CompletedTask;

    /// <summary>Null when there is none to be had.</summary>
    public async ValueTask<string?> GetAsync(CancellationToken cancellationToken)
    {
        Task fetching;
        lock (_lock)
        {
            if (_fetching.IsCompleted && time.GetUtcNow() >= _nextFetch)
            {
                _fetching = FetchAsync();
            }

            if (Good is { } token)
            {
                return token;
            }

            fetching = _fetching;
        }

        await fetching.WaitAsync(cancellationToken);
        lock (_lock)
        {
            return Good;
        }
    }

    private string? Good => _token.ExpiresOn - time.GetUtcNow() > s_lastMoments ? _token.Token : null;

    private async Task FetchAsync()
    {
        // Not within the lock of whoever asks.
        await Task.Yield();
        try
        {
            using CancellationTokenSource limit = new(s_patience, time);
            AccessToken token = await credential.GetTokenAsync(new TokenRequestContext([scope]), limit.Token).AsTask().WaitAsync(limit.Token);
            lock (_lock)
            {
                _token = token;
                _nextFetch = Later(token.RefreshOn ?? token.ExpiresOn - s_ahead, time.GetUtcNow() + s_pause);
            }
        }
        catch (Exception exception)
        {
            // Whatever the credential's many sources throw, the target has no token and another one may answer.
            bool good;
            lock (_lock)
            {
                _nextFetch = time.GetUtcNow() + s_pause;
                good = Good is not null;
            }

            string why = exception is OperationCanceledException ? "nothing came in time" : FirstLine(exception.Message);
            if (good)
            {
                NotRenewed(logger, scope, why);
            }
            else
            {
                NoToken(logger, scope, why);
            }
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static string FirstLine(string message) => LogText.Of(message.Split('\n', 2)[0].Trim());

    [LoggerMessage(20, LogLevel.Error, "The gateway's identity got no token for {Scope}: {Why}. On Azure, give the app a managed identity (AZURE_CLIENT_ID picks a user-assigned one) with the upstream's role; elsewhere, sign in with 'az login'. Or set the provider's ApiKey")]
    private static partial void NoToken(ILogger logger, string scope, string why);

    [LoggerMessage(21, LogLevel.Warning, "The token for {Scope} could not be renewed and is used on while it holds: {Why}")]
    private static partial void NotRenewed(ILogger logger, string scope, string why);
}
