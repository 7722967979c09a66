using Azure;
using Azure.Data.Tables;
using Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Gateway.Admission;

/// <summary>Spend in Table Storage: one partition a scope, so that scopes spread over the service's servers.</summary>
internal sealed partial class TableSpendStore(TableStorage storage, ILoggerFactory loggers) : ISpendStore
{
    public const string TableName = "spend";

    /// <summary>Rows of instances that ended without a goodbye.</summary>
    private static readonly TimeSpan s_abandoned = TimeSpan.FromHours(1);

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Storage.TableSpendStore");
    private readonly TableClient _table = storage.Table(TableName);

    public Task<SpendState> ReadAsync(string scope, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            TableEntity? row = await TableRow.FindAsync(_table, scope, SpendRow.Budget, token);
            return row is null ? new SpendState(scope) : ToState(row);
        },
        cancellationToken);

    public async Task<IReadOnlyList<SpendState>> ListAsync(Predicate<string> wanted, CancellationToken cancellationToken)
    {
        List<SpendState> states = [];
        string filter = TableClient.CreateQueryFilter($"RowKey eq {SpendRow.Budget}");
        await foreach (TableEntity row in TableRows.ReadAsync(storage, _table, filter, null, cancellationToken))
        {
            if (wanted(row.PartitionKey))
            {
                states.Add(ToState(row));
            }
        }

        return states;
    }

    public Task<bool> TryWriteAsync(SpendState state, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            TableEntity row = SpendRow.FromState(state);
            try
            {
                await (state.Version is { } version
                    ? _table.UpdateEntityAsync(row, new ETag(version), TableUpdateMode.Replace, token)
                    : _table.AddEntityAsync(row, token));
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status is 409 or 412)
            {
                return false;
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<RateShare>> ShareAsync(string scope, RateShare mine, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            await _table.UpsertEntityAsync(SpendRow.FromShare(scope, mine), TableUpdateMode.Replace, token);
            string filter = TableClient.CreateQueryFilter($"PartitionKey eq {scope} and RowKey ge {SpendRow.RatePrefix}");
            IReadOnlyList<(RateShare Share, DateTimeOffset Stored)> all =
                await TableRows.ListAsync(_table, row => (SpendRow.ToShare(row), row.Timestamp ?? default), token, filter);

            IReadOnlyList<RateShare> others = OfOthers(all, mine);
            foreach (RateShare left in others.Where(share => mine.At - share.At > s_abandoned))
            {
                await _table.DeleteEntityAsync(scope, SpendRow.RatePrefix + left.Instance, cancellationToken: token);
            }

            return others;
        },
        cancellationToken);

    private SpendState ToState(TableEntity row)
    {
        try
        {
            return SpendRow.ToState(row, (column, usd) => Negative(_logger, row.PartitionKey, column, usd));
        }
        catch (StorageUnavailableException exception)
        {
            Unreadable(_logger, exception.Message);
            throw;
        }
    }

    /// <summary>Clocks of instances differ; the service's own tells how long ago each of them spoke.</summary>
    internal static IReadOnlyList<RateShare> OfOthers(IReadOnlyList<(RateShare Share, DateTimeOffset Stored)> all, RateShare mine)
    {
        DateTimeOffset now = all.Select(row => row.Stored).DefaultIfEmpty().Max();
        return [.. all.Where(row => row.Share.Instance != mine.Instance).Select(row => row.Share.MovedBy(mine.At - row.Share.At - (now - row.Stored)))];
    }

    [LoggerMessage(33, LogLevel.Error, "{Reason} Nobody under its budgets is let in until an operator mends or deletes it")]
    private static partial void Unreadable(ILogger logger, string reason);

    [LoggerMessage(32, LogLevel.Error, "The row of {Scope} in table 'spend' holds an amount below zero in {Column}: {Usd} USD. It counts as zero")]
    private static partial void Negative(ILogger logger, string scope, string column, decimal usd);
}
