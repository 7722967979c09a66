using Azure.Data.Tables;
using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Rollups;

/// <summary>
/// Totals in Table Storage. While a day is open each writer replaces rows of its own; closing it writes one row, the mark,
/// which holds the totals packed and makes readers take those and no others. What is too much for one row stands in rows
/// beside it, which are written before. Those of the writers are taken away last, so that a day reads right between any two
/// steps, where a crash may leave it, too.
/// </summary>
internal sealed class TableRollupStore : IRollupStore
{
    public const string TableName = "rollups";

    /// <summary>A table answers some thousand rows a second and call.</summary>
    private const int PartsAtOnce = 16;

    /// <summary>Yesterday, today, and tomorrow for clocks that differ.</summary>
    private const int DaysThatAreWritten = 3;

    /// <summary>Under which days are kept that were read from their rows.</summary>
    private const string Rows = "";

    private readonly TableStorage _storage;
    private readonly TimeProvider _time;
    private readonly RollupBook? _book;
    private readonly TableClient _table;
    private readonly KeptDays _kept;
    private readonly PackedDays _packed;
    private readonly OpenDays _open;

    /// <param name="storage">Where the table is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="book">Of this process, whose totals are read there and not from the rows that it wrote a while ago; null where nobody counts.</param>
    public TableRollupStore(TableStorage storage, TimeProvider time, RollupBook? book = null)
    {
        (_storage, _time, _book) = (storage, time, book);
        _table = storage.Table(TableName);
        _kept = new KeptDays(time);
        _packed = new PackedDays(storage, _kept);
        _open = new OpenDays(storage, time, book?.Writer);
    }

    public Task WriteAsync(DateOnly day, string writer, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken) =>
        UpsertAsync(totals.Select(rollup => RollupRow.From(writer, rollup)), cancellationToken);

    /// <summary>Facets first: what is left of all when theirs are taken away is never more than what has none.</summary>
    public async Task CloseAsync(DateOnly day, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken)
    {
        try
        {
            foreach (FacetKind? kind in (FacetKind?[])[.. RollupRow.Kinds, null])
            {
                await CloseAsync(kind, day, [.. totals.Where(rollup => rollup.Key.Facet?.Kind == kind)], cancellationToken);
            }
        }
        finally
        {
            _kept.Forget(day, day);
        }
    }

    private async Task CloseAsync(FacetKind? kind, DateOnly day, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken)
    {
        string partition = RollupRow.Partition(kind, day);
        TableEntity mark = new(partition, RollupRow.Mark);
        bool isWhole = PackedColumns.AddTo(mark, day, totals);
        TableEntity[] rows = isWhole ? [] : [.. totals.Select(rollup => RollupRow.From(RollupRow.Closed, rollup))];
        await UpsertAsync(rows, cancellationToken);
        await UpsertAsync([mark], cancellationToken);

        HashSet<string> kept = [RollupRow.Mark, .. rows.Select(row => row.RowKey)];
        await TableRows.DeleteAsync(_storage, _table, TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), row => !kept.Contains(row.RowKey), cancellationToken);
    }

    public async Task<IReadOnlyList<Rollup>> ListAsync(RollupQuery query, CancellationToken cancellationToken)
    {
        // Before the clock is looked at: the book forgets days that are no longer open, and then its rows have them.
        IReadOnlyList<Rollup> own = _book?.Of(query) ?? [];
        DateOnly open = ClosedDays.FirstOpenDayAt(_time.GetUtcNow());
        DateOnly closedTo = query.To < open ? query.To : open.AddDays(-1);
        Task<IReadOnlyList<Rollup>> closed = ClosedAsync(query with { To = closedTo }, cancellationToken);
        Task<IReadOnlyList<Rollup>> rest = OpenAsync(query with { From = query.From > open ? query.From : open }, open, own, cancellationToken);
        IReadOnlyList<Rollup>[] parts = await Task.WhenAll(closed, rest);
        return [.. parts.SelectMany(part => part)];
    }

    /// <summary>Days that are packed, or were read a moment ago, come whole; the rows of the others are read, in several parts at once.</summary>
    private async Task<IReadOnlyList<Rollup>> ClosedAsync(RollupQuery query, CancellationToken cancellationToken)
    {
        if (query.From > query.To)
        {
            return [];
        }

        IReadOnlyList<KeptDay> known = await _packed.ReadAsync(query, cancellationToken);
        if (query.Kind is null)
        {
            known = [.. known.Concat(_kept.Between(Rows, query.From, query.To)).DistinctBy(day => day.Day).OrderBy(day => day.Day)];
        }

        IReadOnlyList<Rollup> read = await RowsAsync(query, [.. known.Select(day => day.Day)], null, cancellationToken);
        return [.. known.SelectMany(day => day.Read()).Where(total => query.Takes(total.Key)), .. read];
    }

    /// <summary>Facets are many and seldom asked for: those of open days are read from their rows each time.</summary>
    private async Task<IReadOnlyList<Rollup>> OpenAsync(RollupQuery query, DateOnly open, IReadOnlyList<Rollup> own, CancellationToken cancellationToken)
    {
        _open.Forget(open);
        DateOnly end = open.AddDays(DaysThatAreWritten);
        DateOnly[] days = query.Kind is null ? [.. Enumerable.Range(0, DaysThatAreWritten).Select(open.AddDays).Where(day => day >= query.From && day <= query.To)] : [];
        Task<IReadOnlyList<Rollup>> rest = RowsAsync(query.Kind is null && query.From < end ? query with { From = end } : query, [], own, cancellationToken);
        IReadOnlyList<Rollup>[] parts = await Task.WhenAll([.. days.Select(day => OpenDayAsync(query, day, own, cancellationToken)), rest]);
        return [.. parts.SelectMany(part => part)];
    }

    private async Task<IReadOnlyList<Rollup>> OpenDayAsync(RollupQuery query, DateOnly day, IReadOnlyList<Rollup> own, CancellationToken cancellationToken) =>
        await _open.ReadAsync(day, cancellationToken) is { } totals
            ? [.. totals.Where(total => query.Takes(total.Key)), .. own.Where(total => total.Key.Day == day)]
            : await RowsAsync(query with { From = day, To = day }, [], own, cancellationToken);

    private async Task<IReadOnlyList<Rollup>> RowsAsync(RollupQuery query, IReadOnlyList<DateOnly> known, IReadOnlyList<Rollup>? own, CancellationToken cancellationToken)
    {
        IReadOnlyList<Rollup>[] parts = query.From > query.To
            ? []
            : await Task.WhenAll(DaySpan.Unknown(query.From, query.To, known, PartsAtOnce).Select(span => RowsAsync(span, query, own, cancellationToken)));
        return [.. parts.SelectMany(part => part)];
    }

    /// <summary>Where a mark says what its day comes to, that is read instead of the rows; else, of open days, what this process has itself.</summary>
    private async Task<IReadOnlyList<Rollup>> RowsAsync(DaySpan span, RollupQuery query, IReadOnlyList<Rollup>? own, CancellationToken cancellationToken)
    {
        string filter = TableClient.CreateQueryFilter($"PartitionKey ge {RollupRow.Partition(query.Kind, span.First)} and PartitionKey le {RollupRow.Partition(query.Kind, span.Last)}");
        filter += query.Name is null ? "" : TableClient.CreateQueryFilter($" and (Tag eq {query.Name} or Tag eq {RollupFacet.Rest} or RowKey eq {RollupRow.Mark})");
        filter += query.KeyId is null ? "" : TableClient.CreateQueryFilter($" and (KeyId eq {query.KeyId} or RowKey eq {RollupRow.Mark})");
        PackedSlice slice = PackedSet.For(query);
        int changes = _kept.Changes;
        List<Rollup> rows = [];
        HashSet<string> packed = [];
        HashSet<string> closed = [];
        await foreach (TableEntity row in TableRows.ReadAsync(_storage, _table, filter, [.. RollupRow.Columns, PackedColumns.Sets], cancellationToken))
        {
            // The mark sorts before all other rows of its day.
            if (row.RowKey == RollupRow.Mark)
            {
                (PackedColumns.Has(row, slice) ? packed : closed).Add(row.PartitionKey);
            }
            else if (!packed.Contains(row.PartitionKey) && closed.Contains(row.PartitionKey) == RollupRow.IsClosed(row) && !(own is not null && RollupRow.IsOf(_book?.Writer, row.RowKey)))
            {
                rows.Add(RollupRow.ToRollup(query.Kind, row));
            }
        }

        rows.AddRange((own ?? []).Where(total => total.Key.Day >= span.First && total.Key.Day <= span.Last && IsOpen(RollupRow.Partition(query.Kind, total.Key.Day))));
        IReadOnlyList<Rollup> read = Rollup.Sum(rows);
        if (query is { Kind: null, KeyId: null } && closed.Count > 0)
        {
            ILookup<DateOnly, Rollup> days = read.ToLookup(rollup => rollup.Key.Day);
            _kept.Keep(Rows, closed.Select(RollupRow.DayOf).Select(day => KeptDay.Of(day, [.. days[day]])), changes);
        }

        IReadOnlyList<KeptDay> whole = await _packed.ReadAsync(slice, [.. packed.Select(RollupRow.DayOf)], cancellationToken);
        return [.. read, .. whole.SelectMany(day => day.Read()).Where(total => query.Takes(total.Key))];

        bool IsOpen(string partition) => !packed.Contains(partition) && !closed.Contains(partition);
    }

    public async Task<int> DeleteBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        int deleted = 0;
        foreach (FacetKind? kind in (FacetKind?[])[null, .. RollupRow.Kinds])
        {
            string filter = TableClient.CreateQueryFilter($"PartitionKey ge {RollupRow.Partition(kind, DateOnly.MinValue)} and PartitionKey lt {RollupRow.Partition(kind, day)}");
            deleted += await TableRows.DeleteAsync(_storage, _table, filter, _ => true, cancellationToken);
        }

        _kept.Forget(DateOnly.MinValue, day);
        return deleted;
    }

    public async Task<DaySpan?> PackAsync(DateOnly from, DateOnly before, CancellationToken cancellationToken)
    {
        string filter = TableClient.CreateQueryFilter($"PartitionKey ge {RollupRow.Partition(null, from)} and PartitionKey lt {RollupRow.Partition(null, before)}");
        if (await TableRows.PageAsync(_storage, _table, filter, null, 1, cancellationToken) is not { Values: [var row, ..] })
        {
            return null;
        }

        DateOnly first = RollupRow.DayOf(row.PartitionKey);
        for (DateOnly day = first; day < before; day = day.AddDays(1))
        {
            await _packed.PackAsync(day, cancellationToken);
        }

        return new DaySpan(first, before.AddDays(-1));
    }

    /// <summary>What is said again replaces itself.</summary>
    private async Task UpsertAsync(IEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        foreach (TableEntity[] batch in rows.GroupBy(row => row.PartitionKey).SelectMany(partition => partition.Chunk(100)))
        {
            await _storage.RunAsync(
                token => _table.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), token),
                TableStorage.Batch,
                cancellationToken);
        }
    }
}
