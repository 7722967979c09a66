using System.Collections.Frozen;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Gateway.Authentication.Access;
using Gateway.Storage;

namespace Gateway.Authentication.Teams;

/// <summary>Limits of teams as rows of one partition: they are few, and each is one point read.</summary>
internal sealed class TableTeamStore(TableStorage storage) : ITeamStore
{
    private const string Partition = "team";

    public const string TableName = "teams";

    private static readonly FrozenSet<string> s_columns = [nameof(Team.Limits), nameof(Team.TimeZone), nameof(Team.WeekStarts), nameof(Team.UpdatedAt), nameof(Team.UpdatedBy)];

    private readonly TableClient _table = storage.Table(TableName);

    public Task<Team?> FindAsync(string name, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            try
            {
                return await TableRow.FindAsync(_table, Partition, name, token) is { } row ? ToTeam(row) : null;
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
            {
                // Made before teams had limits; the first one that is set makes the table.
                return null;
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<Team>> ListAsync(CancellationToken cancellationToken) => storage.RunAsync(
        token => TableRows.ListAsync(_table, ToTeam, token), cancellationToken);

    public Task<bool> SetAsync(Team team, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            TableEntity row = new(Partition, team.Name)
            {
                [nameof(Team.Limits)] = RowJson.Text(team.Limits, LimitsJson.Default.Limits),
                [nameof(Team.UpdatedAt)] = team.UpdatedAt,
                [nameof(Team.UpdatedBy)] = team.UpdatedBy,
            };

            // A column without a value would not be found in the echo of this row.
            if (team.TimeZone is { } zone)
            {
                row[nameof(Team.TimeZone)] = zone;
            }

            if (team.WeekStarts is { } day)
            {
                row[nameof(Team.WeekStarts)] = day.ToString();
            }

            // It replaces the row, since a time zone may be taken back, and a merge cannot clear a column.
            OtherColumns.AddTo(row, team.Others);
            try
            {
                await (team.Version is null
                    ? _table.AddEntityAsync(row, token)
                    : _table.UpdateEntityAsync(row, new ETag(team.Version), TableUpdateMode.Replace, token));
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status is 409 or 412)
            {
                return await TableRow.HoldsAsync(_table, row, token);
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.ResourceNotFound)
            {
                // Removed meanwhile.
                return false;
            }
        },
        cancellationToken);

    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) => storage.RunAsync(
        token => TableRow.DeleteAsync(_table, Partition, name, token),
        cancellationToken);

    private static Team ToTeam(TableEntity row)
    {
        try
        {
            return new Team(row.RowKey, RowJson.Value(row, nameof(Team.Limits), LimitsJson.Default.Limits) ?? Limits.None)
            {
                TimeZone = row.GetString(nameof(Team.TimeZone)),
                WeekStarts = Enum.TryParse(row.GetString(nameof(Team.WeekStarts)), out DayOfWeek day) && Enum.IsDefined(day) ? day : null,
                UpdatedAt = row.GetDateTimeOffset(nameof(Team.UpdatedAt)) ?? default,
                UpdatedBy = row.GetString(nameof(Team.UpdatedBy)) ?? "",
                Version = row.ETag.ToString(),
                Others = OtherColumns.Of(row, s_columns),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NotSupportedException)
        {
            // Taking it for a team without limits would lift them.
            throw new StorageUnavailableException($"The row of team '{row.RowKey}' in table '{TableName}' cannot be read. Mend the row or delete it.");
        }
    }
}
