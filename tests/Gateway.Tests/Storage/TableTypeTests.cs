using System.Runtime.Serialization;
using Azure;
using Azure.Data.Tables;

namespace Gateway.Tests.Storage;

[Collection(AzuriteFixture.Collection)]
public sealed class TableTypeTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TableClient _table = null!;

    public async Task InitializeAsync() => _table = await azurite.CreateTableAsync();

    public async Task DisposeAsync() => await _table.DeleteAsync();

    public static TheoryData<object> Values =>
    [
        0, -1, int.MaxValue, int.MinValue,
        0L, 5_000_000_000L, long.MaxValue, long.MinValue,
        0.5, -3.0, 0.0, 5_000_000_000.0, 1.7976931348623157e308, 4.9e-324, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
        true, false,
        "", "text", "line\nbreak \"quote\" \\ / 東京 🚀", "2026-08-21T10:11:12Z", "5",
        Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"),
        new DateTimeOffset(2026, 8, 21, 10, 11, 12, 345, TimeSpan.Zero).AddTicks(6789),
        new byte[] { 0, 1, 254, 255 }, Array.Empty<byte>(),
    ];

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public async Task Value_comes_back_with_its_type(object value)
    {
        await _table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = value });

        TableEntity read = await _table.GetEntityAsync<TableEntity>("p", "r");

        Assert.IsType(value.GetType(), read["Value"]);
        Assert.Equal(value, read["Value"]);
    }

    [Fact]
    public async Task Null_is_not_stored()
    {
        await _table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = null });

        TableEntity read = await _table.GetEntityAsync<TableEntity>("p", "r");

        Assert.False(read.ContainsKey("Value"));
    }

    [Fact]
    public async Task Entity_class_comes_back_as_it_was_written()
    {
        var written = new Sample
        {
            PartitionKey = "p",
            RowKey = "r",
            Text = "text",
            Number = 1,
            Large = 2,
            Share = 3,
            Maybe = null,
            Flag = true,
            When = new DateTimeOffset(2026, 8, 21, 10, 11, 12, TimeSpan.Zero),
            Id = Guid.NewGuid(),
            Bytes = [1, 2, 3],
            Kind = DayOfWeek.Friday,
            Renamed = "renamed",
            Ignored = "ignored",
        };
        await _table.AddEntityAsync(written);

        Sample read = await _table.GetEntityAsync<Sample>("p", "r");
        TableEntity raw = await _table.GetEntityAsync<TableEntity>("p", "r");

        Assert.Equivalent(
            new { written.Text, written.Number, written.Large, written.Share, written.Maybe, written.Flag, written.When, written.Id, written.Bytes, written.Kind, written.Renamed },
            read);
        Assert.NotEqual(default, read.ETag);
        Assert.NotNull(read.Timestamp);
        Assert.Null(read.Ignored);
        Assert.Equal("renamed", raw.GetString("other_name"));
        Assert.Equal(
            ["PartitionKey", "RowKey", "Timestamp", "Text", "Number", "Large", "Share", "Flag", "When", "Id", "Bytes", "Kind", "other_name", "odata.etag"],
            raw.Keys.ToHashSet());
    }

    [Fact]
    public void Typed_getter_refuses_another_type()
    {
        var entity = new TableEntity("p", "r") { ["Number"] = 1 };

        Assert.Equal(1, entity.GetInt32("Number"));
        Assert.Null(entity.GetInt64("Missing"));
        Assert.Throws<InvalidOperationException>(() => entity.GetString("Number"));
    }

    private sealed class Sample : ITableEntity
    {
        public required string PartitionKey { get; set; }

        public required string RowKey { get; set; }

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string? Text { get; set; }

        public int Number { get; set; }

        public long Large { get; set; }

        public double Share { get; set; }

        public int? Maybe { get; set; }

        public bool Flag { get; set; }

        public DateTimeOffset When { get; set; }

        public Guid? Id { get; set; }

        public byte[]? Bytes { get; set; }

        public DayOfWeek Kind { get; set; }

        [DataMember(Name = "other_name")]
        public string? Renamed { get; set; }

        [IgnoreDataMember]
        public string? Ignored { get; set; }
    }
}
