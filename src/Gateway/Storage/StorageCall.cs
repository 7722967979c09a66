using Azure;
using Azure.Identity;

namespace Gateway.Storage;

/// <summary>
/// The edge to the Table service: limits the time of a whole call, retries included, and turns whatever the SDK throws
/// into one exception that says in words what an operator can do.
/// </summary>
internal static class StorageCall
{
    /// <summary>For what a request waits for.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    /// <summary>For operators: listings take many pages, and signing in takes time.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    public static Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        RunAsync(call, Short, cancellationToken);

    public static async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(timeout);
        try
        {
            return await call(limited.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Explain(exception) is { } reason)
        {
            throw new StorageUnavailableException(reason);
        }
    }

    /// <summary>Null for what is a bug, not a failure of the storage.</summary>
    private static string? Explain(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [.., var last] } => Explain(last),
        OperationCanceledException => "The Table service did not answer in time.",
        AuthenticationFailedException => "The identity of this process got no token for the Table service. On Azure, give the app a managed identity; elsewhere, sign in with 'az login'.",
        RequestFailedException { Status: 0 } => "The Table service cannot be reached.",
        RequestFailedException { Status: 401 or 403 } failed => $"The Table service refused access ({failed.Status} {failed.ErrorCode}). The identity needs the role 'Storage Table Data Contributor' on the account, or the connection string its right key.",
        RequestFailedException { Status: 404, ErrorCode: "TableNotFound" } => "The tables do not exist yet. The first command that writes makes them, 'keys create' for one.",
        RequestFailedException failed => $"The Table service answered {failed.Status} {failed.ErrorCode}.",
        HttpRequestException or IOException => "The Table service cannot be reached.",
        _ => null,
    };
}
