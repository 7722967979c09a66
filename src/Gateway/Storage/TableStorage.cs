using System.Text.Json;
using Azure;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Identity;

namespace Gateway.Storage;

/// <summary>
/// The edge to the Table service: limits the time of a whole call, retries included, and turns whatever the SDK throws
/// into one exception that says in words what an operator can do.
/// </summary>
internal sealed class TableStorage(TableServiceClient service, TimeProvider time)
{
    /// <summary>For what a request waits for.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    /// <summary>For a hundred rows at once, which nobody waits for and which a service under load takes long for.</summary>
    public static readonly TimeSpan Batch = TimeSpan.FromSeconds(15);

    /// <summary>For a page of a thousand rows.</summary>
    public static readonly TimeSpan Page = TimeSpan.FromSeconds(30);

    /// <summary>For operators: listings take many pages, and signing in takes time.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    /// <summary>How one attempt shares the time of its call with the two retries.</summary>
    private const double AttemptShare = 0.3;

    private volatile string? _refusal;

    /// <summary>Whether its calls work.</summary>
    public StorageHealth Health { get; } = new(time);

    public TableServiceClient Service => service;

    public TableClient Table(string name) => service.GetTableClient(name);

    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        RunAsync(call, Short, cancellationToken);

    /// <summary>From now on nothing is read or written: this program would misread it.</summary>
    public void Refuse(string reason) => _refusal = reason;

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_refusal is { } refusal)
        {
            Health.Failed(refusal);
            throw new StorageUnavailableException(refusal);
        }

        using CancellationTokenSource expired = new(timeout, time);
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expired.Token);
        try
        {
            using (HttpPipeline.CreateHttpMessagePropertiesScope(AttemptTimeout.Of(timeout * AttemptShare)))
            {
                T answer = await call(limited.Token);
                Health.Worked();
                return answer;
            }
        }
        catch (RequestFailedException exception) when (exception.ErrorCode is "PropertyValueTooLarge" or "EntityTooLarge" or "RequestBodyTooLarge")
        {
            throw new RowTooLargeException();
        }
        catch (Exception exception) when (Explain(exception) is { } reason)
        {
            // Whatever the SDK makes of it: the caller has left.
            cancellationToken.ThrowIfCancellationRequested();
            bool isFailure = exception is not RequestFailedException { ErrorCode: { } code } || code != TableErrorCode.TableNotFound;
            if (isFailure)
            {
                Health.Failed(reason);
            }

            throw new StorageUnavailableException(reason) { IsTold = isFailure && Health.Log is not null };
        }
    }

    /// <summary>Null for what is a bug, not a failure of the storage.</summary>
    private static string? Explain(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [.., var last] } => Explain(last),
        OperationCanceledException => "The Table service did not answer in time.",
        AuthenticationFailedException => "The identity of this process got no token for the Table service. On Azure, give the app a managed identity; elsewhere, sign in with 'az login'.",
        RequestFailedException { Status: 0 } => "The Table service cannot be reached.",
        RequestFailedException { Status: 401 or 403 } failed => $"The Table service refused access ({failed.Status} {failed.ErrorCode}). The identity needs the role 'Storage Table Data Contributor' on the account, or the connection string its right key; and the clock of this machine must be right.",
        RequestFailedException failed when failed.ErrorCode == TableErrorCode.TableNotFound => "The tables do not exist yet. The first command that writes makes them, 'keys create' for one.",
        RequestFailedException { Status: < 400 } => NoTableService,
        RequestFailedException failed => $"The Table service answered {failed.Status} {failed.ErrorCode}.",
        HttpRequestException or IOException => "The Table service cannot be reached.",

        // What the SDK makes of an answer that it cannot read; stores catch the same of their own rows.
        JsonException or FormatException or InvalidOperationException => NoTableService,
        _ => null,
    };

    private const string NoTableService = "What answered is not a Table service, or a row of it cannot be read.";
}
