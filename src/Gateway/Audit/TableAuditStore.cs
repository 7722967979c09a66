using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Gateway.Storage;

namespace Gateway.Audit;

/// <summary>The audit trail in Table Storage: one partition a day, rows in the order of time.</summary>
internal sealed class TableAuditStore(TableStorage storage) : IAuditStore
{
    public const string TableName = "audit";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>The row's key is nobody else's, so that what is sent again after a lost answer is no conflict.</summary>
    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        TableEntity row = ToRow(entry);
        return storage.RunAsync(token => _table.UpsertEntityAsync(row, TableUpdateMode.Replace, token), cancellationToken);
    }

    public Task<IReadOnlyList<AuditEntry>> ListAsync(DateTimeOffset since, CancellationToken cancellationToken) => storage.RunAsync<IReadOnlyList<AuditEntry>>(
        async token =>
        {
            string firstDay = Day(since);
            IReadOnlyList<AuditEntry> entries = await TableRows.ListAsync(_table, ToEntry, token, TableClient.CreateQueryFilter($"PartitionKey ge {firstDay}"));
            return [.. entries.Where(entry => entry.At >= since)];
        },
        TableStorage.Long,
        cancellationToken);

    private static TableEntity ToRow(AuditEntry entry) => new(
        Day(entry.At),
        string.Create(CultureInfo.InvariantCulture, $"{entry.At.UtcTicks:D19}-{Guid.NewGuid():N}"))
    {
        [nameof(AuditEntry.At)] = entry.At,
        [nameof(AuditEntry.Actor)] = entry.Actor,
        [nameof(AuditEntry.Action)] = entry.Action,
        [nameof(AuditEntry.Target)] = entry.Target,
        [nameof(AuditEntry.Outcome)] = entry.Outcome.ToString(),
        [nameof(AuditEntry.Details)] = JsonSerializer.Serialize(entry.Details, StorageJson.Default.IReadOnlyDictionaryStringString),
    };

    private static AuditEntry ToEntry(TableEntity row) => new(
        row.GetDateTimeOffset(nameof(AuditEntry.At)) ?? DateTimeOffset.MinValue,
        row.GetString(nameof(AuditEntry.Actor)) ?? string.Empty,
        row.GetString(nameof(AuditEntry.Action)) ?? string.Empty,
        row.GetString(nameof(AuditEntry.Target)) ?? string.Empty,
        Enum.TryParse(row.GetString(nameof(AuditEntry.Outcome)), out AuditOutcome outcome) ? outcome : AuditOutcome.Done,
        JsonSerializer.Deserialize(row.GetString(nameof(AuditEntry.Details)) ?? "{}", StorageJson.Default.IReadOnlyDictionaryStringString)
            ?? new Dictionary<string, string>())
    {
        Place = row.RowKey,
    };

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
