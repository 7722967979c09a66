using System.Text.Json;
using Azure;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Identity;

namespace Gateway.Storage;

/// <summary>
/// Tries what the gateway needs of the Table service, for whoever looks for what is wrong. Other callers are told in one
/// sentence that it does not work; here the cases are told apart, since each has a cure of its own.
/// </summary>
public sealed class StorageProbe
{
    /// <summary>Whoever looks waits; a sign-in, such as that of 'az', takes some seconds.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private const string ProbePartition = "doctor";
    private const string ProbeTable = "cache";

    private readonly TableStorage? _storage;
    private readonly IReadOnlyList<StoredTable> _tables;
    private readonly TimeProvider _time;

    internal StorageProbe(TableStorage? storage, IEnumerable<StoredTable> tables, TimeProvider time) =>
        (_storage, _tables, _time) = (storage, [.. tables], time);

    /// <summary>The host of the Table service, nothing of what is secret; null when none is set.</summary>
    public string? Host => _storage?.Service.Uri.Authority;

    /// <summary>All that a gateway needs.</summary>
    public IReadOnlyList<string> Tables => [.. _tables.Select(table => table.Name).Order(StringComparer.Ordinal)];

    /// <summary>Asks for a row that is not there.</summary>
    public Task<StorageTrial> ReadAsync(string table, CancellationToken cancellationToken) => TryAsync(
        async (storage, token) =>
        {
            NullableResponse<TableEntity> found = await storage.Table(table).GetEntityIfExistsAsync<TableEntity>(ProbePartition, ProbePartition, cancellationToken: token);
            if (!found.HasValue && new RequestFailedException(found.GetRawResponse()) is var missing && missing.ErrorCode != TableErrorCode.ResourceNotFound)
            {
                throw missing;
            }

            return found.GetRawResponse();
        },
        cancellationToken);

    /// <summary>Writes a row and takes it away again, where rows go by themselves when they are past their time.</summary>
    public Task<StorageTrial> WriteAsync(CancellationToken cancellationToken) => TryAsync(
        async (storage, token) =>
        {
            TableEntity row = new(ProbePartition, Guid.NewGuid().ToString("N")) { [ExpiredRows.Column] = _time.GetUtcNow().AddHours(1) };
            await storage.Table(ProbeTable).AddEntityAsync(row, token);
            return await storage.Table(ProbeTable).DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, token);
        },
        cancellationToken);

    /// <summary>The versions of the tables, in words.</summary>
    /// <exception cref="StorageUnavailableException">They cannot be read.</exception>
    public async Task<StoredVersions> VersionsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, TableVersion> stored = await new TableVersionBook(_storage!, TableVersions.Known).ReadAsync(s_patience, cancellationToken);
        VersionFinding finding = TableVersions.Judge(stored, TableVersions.Known);
        string words = string.Join(", ", TableVersions.Known.Select(table => $"{table.Key} {(stored.TryGetValue(table.Key, out TableVersion version) ? version : TableVersion.First)}"));
        return new StoredVersions(words, finding.Refusal, finding.Warning);
    }

    private async Task<StorageTrial> TryAsync(Func<TableStorage, CancellationToken, Task<Response>> call, CancellationToken cancellationToken)
    {
        using CancellationTokenSource expired = new(s_patience, _time);
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expired.Token);
        DateTimeOffset before = _time.GetUtcNow();
        try
        {
            using (HttpPipeline.CreateHttpMessagePropertiesScope(AttemptTimeout.Of(s_patience / 3)))
            {
                return Trial(StorageOutcome.Works, "", (await call(_storage!, limited.Token)).Headers.Date);
            }
        }
        catch (Exception exception) when (OutcomeOf(exception) is { } outcome)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RequestFailedException? failed = Inner(exception) as RequestFailedException;
            return Trial(outcome, failed is { Status: > 0 } ? $"{failed.Status} {failed.ErrorCode}".Trim() : "", failed?.GetRawResponse()?.Headers.Date);
        }

        StorageTrial Trial(StorageOutcome outcome, string code, DateTimeOffset? said)
        {
            // The header has whole seconds, and was written somewhere between the question and the answer.
            DateTimeOffset now = _time.GetUtcNow();
            TimeSpan? behind = said is { } date ? date.AddSeconds(0.5) - (before + ((now - before) / 2)) : null;
            return new StorageTrial(outcome, code, behind);
        }
    }

    private static Exception Inner(Exception exception) => exception is AggregateException { InnerExceptions: [.., var last] } ? Inner(last) : exception;

    /// <summary>Null for what is a bug.</summary>
    private static StorageOutcome? OutcomeOf(Exception exception) => Inner(exception) switch
    {
        OperationCanceledException => StorageOutcome.Silent,
        AuthenticationFailedException => StorageOutcome.NoIdentity,
        RequestFailedException { Status: 0 } or HttpRequestException or IOException => StorageOutcome.Unreachable,
        RequestFailedException failed => OutcomeOf(failed),
        JsonException or FormatException or InvalidOperationException => StorageOutcome.NoTableService,
        _ => null,
    };

    private static StorageOutcome OutcomeOf(RequestFailedException failed) => (failed.Status, failed.ErrorCode) switch
    {
        (_, var code) when code == TableErrorCode.TableNotFound => StorageOutcome.NoTable,
        (403, "AuthorizationPermissionMismatch" or "InsufficientAccountPermissions" or "AuthorizationResourceTypeMismatch" or "AuthorizationServiceMismatch") => StorageOutcome.NoRole,
        (403, "AuthorizationFailure") => StorageOutcome.Forbidden,
        (401 or 403, _) => StorageOutcome.BadCredential,
        ( >= 500, _) => StorageOutcome.Fails,
        (_, null) or ( < 400, _) => StorageOutcome.NoTableService,
        _ => StorageOutcome.Fails,
    };
}

/// <summary>What came of one try.</summary>
public enum StorageOutcome
{
    Works,
    NoTable,

    /// <summary>Known, and not let do this.</summary>
    NoRole,

    /// <summary>The service does not say whether the credential or the network is to blame.</summary>
    Forbidden,

    /// <summary>Not known: a wrong key, or a clock that is far off.</summary>
    BadCredential,

    /// <summary>This process has no identity to show.</summary>
    NoIdentity,
    Unreachable,
    Silent,
    NoTableService,
    Fails,
}

/// <param name="Outcome">What came of it.</param>
/// <param name="Code">The service's own status and word; empty when it had none.</param>
/// <param name="Behind">How far this machine's clock is behind the service's, as far as that can be known.</param>
public sealed record StorageTrial(StorageOutcome Outcome, string Code, TimeSpan? Behind);

/// <param name="Words">Each table with its version.</param>
/// <param name="Refusal">Why this program leaves the tables alone; null when it does not.</param>
/// <param name="Warning">What an operator should know; null for nothing.</param>
public sealed record StoredVersions(string Words, string? Refusal, string? Warning);
