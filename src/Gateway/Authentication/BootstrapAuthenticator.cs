using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Authentication;

/// <summary>
/// Lets the bootstrap key in until a key with the scope <c>manage</c> has been made, and never again. The storage is asked each
/// time, since another instance or the command line may have made that key a moment ago; that it stopped is remembered.
/// </summary>
internal sealed partial class BootstrapAuthenticator(BootstrapKey key, KeyAuthenticator keys, IKeyStore store, TableSetup setup, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    /// <summary>For a list of few keys: as long as there are many, there is one with the scope.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Authentication.BootstrapAuthenticator");
    private int _stopped;
    private volatile bool _hasTables;

    public bool Matches(string presented) => key.Matches(presented);

    /// <summary>Decides on the key once it has matched.</summary>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(string presented, string header, CancellationToken cancellationToken)
    {
        // A key that is stored is what it is, whatever a setting says.
        if (key.IsOfOurForm && await keys.AuthenticateAsync(presented, header, cancellationToken) is not AuthenticationResult.Refused { Reason: RefusalReason.InvalidKey } and { } stored)
        {
            return stored;
        }

        try
        {
            return await HasStoppedAsync(cancellationToken)
                ? new AuthenticationResult.Refused(KeyRefusal.BootstrapStopped(header), RefusalReason.RevokedKey, new RefusedKey(BootstrapKey.Id, BootstrapKey.Id))
                : new AuthenticationResult.Authenticated(BootstrapKey.ToCaller(header));
        }
        catch (StorageUnavailableException)
        {
            return new AuthenticationResult.Refused(KeyRefusal.StorageUnavailable(header), RefusalReason.Unchecked);
        }
    }

    /// <summary>Says at the start what the setting is still good for.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (!await HasStoppedAsync(stoppingToken))
            {
                InForce(_logger);
            }
        }
        catch (StorageUnavailableException exception)
        {
            Unchecked(_logger, exception.Message);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway ends before it was told.
        }
    }

    private async Task<bool> HasStoppedAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _stopped) == 1)
        {
            return true;
        }

        using CancellationTokenSource late = new(s_patience, time);
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            if (!(await store.ListAsync(limited.Token)).Any(stored => stored.HasManaged))
            {
                await MakeTablesAsync(limited.Token);
                return false;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageUnavailableException("The Table service did not answer in time.");
        }

        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            Stopped(_logger);
        }

        return true;
    }

    /// <summary>For everybody else the command line has made them; whoever begins with this key has used none.</summary>
    private async Task MakeTablesAsync(CancellationToken cancellationToken)
    {
        if (!_hasTables)
        {
            await setup.CreateMissingTablesAsync(cancellationToken);
            _hasTables = true;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The bootstrap key (Gateway__BootstrapKey) is in force: whoever has it may do all that is under /manage, until the first key with the scope manage is made. Make that key now, with POST /manage/keys or gw keys create --team platform --scope manage.")]
    private static partial void InForce(ILogger logger);

    [LoggerMessage(2, LogLevel.Warning, "There is a key with the scope manage, so the bootstrap key is refused for good. Remove Gateway__BootstrapKey.")]
    private static partial void Stopped(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "Whether the bootstrap key (Gateway__BootstrapKey) is still in force is not known, since the storage does not answer; until it does, the key is refused. {Reason}")]
    private static partial void Unchecked(ILogger logger, string reason);
}
