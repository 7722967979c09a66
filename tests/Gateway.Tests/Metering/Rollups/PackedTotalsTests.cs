using Azure.Data.Tables;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Tests.Metering.Rollups;

/// <summary>Totals as bytes, and as columns of one row.</summary>
public sealed class PackedTotalsTests
{
    private static readonly DateOnly s_day = new(2026, 1, 9);

    [Fact]
    public void Packed_totals_are_read_as_they_were_written()
    {
        foreach (int seed in (int[])[1, 2, 3])
        {
            DateOnly day = new(2026, 1, seed);
            Random random = new(seed);
            Dictionary<RollupKey, RollupTotals> sums = Rollup.Sum(Enumerable.Range(0, 200).Select(_ => SomeEntries.Of(random, day)));
            sums[new RollupKey(day, null, null, null, null)] = new RollupTotals { Requests = long.MaxValue, CostUsd = decimal.MaxValue };
            Rollup[] all = [.. sums.Select(sum => new Rollup(sum.Key, sum.Value))];
            Rollup[] plain = [.. all.Where(total => total.Key.Facet is null)];
            byte[] bytes = PackedTotals.Write(day, plain);
            Assert.Equal(plain, PackedTotals.Read(day, null, bytes));
            Rollup[] tagged = [.. all.Where(total => total.Key.Facet?.Kind == FacetKind.Tag)];
            Assert.Equal(tagged, PackedTotals.Read(day, FacetKind.Tag, PackedTotals.Write(day, tagged)));
            Assert.Throws<StorageUnavailableException>(() => PackedTotals.Read(day, null, bytes[..(bytes.Length / 2)]));
            Assert.Throws<StorageUnavailableException>(() => PackedTotals.Read(day, null, [1, 2, 3, 4]));
        }
    }

    [Fact]
    public void Day_that_is_too_large_leaves_out_what_does_not_fit()
    {
        Rollup[] totals = [.. Enumerable.Range(0, 15_000).Select(_ => new Rollup(new RollupKey(s_day, $"{Guid.NewGuid():N}{Guid.NewGuid():N}", "team", "p", "m"), new RollupTotals { Requests = 1 }))];
        TableEntity mark = new("p", "r");
        PackedColumns.AddTo(mark, s_day, totals);
        Assert.Equal("Models", mark.GetString("Packed"));
        Assert.Null(PackedColumns.Read(mark, PackedSet.For(new RollupQuery(s_day, s_day) { Fields = RollupFields.Caller })));
        Assert.Equal(15_000, PackedColumns.Read(mark, PackedSet.For(new RollupQuery(s_day, s_day) { Fields = RollupFields.Provider }))!.SelectMany(chunk => PackedTotals.Read(s_day, null, chunk)).Sum(total => total.Totals.Requests));
    }
}
