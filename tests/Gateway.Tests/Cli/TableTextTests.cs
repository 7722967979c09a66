using Gateway.Cli.Shared;

namespace Gateway.Tests.Cli;

/// <summary>What gives way when a table is wider than its terminal.</summary>
public sealed class TableTextTests
{
    private static readonly Column<Row>[] s_columns =
    [
        new("id", row => row.Id, ColumnKind.Whole),
        new("name", row => row.Name, Rank: 1),
        new("note", row => row.Note, ColumnKind.Prose, Rank: 2),
        new("count", row => row.Count, ColumnKind.Number, Rank: 3),
    ];

    private static readonly Row[] s_rows = [new("id-1", "a name that is long", "one two three", "1,000,000"), new("id-2", null, null, "5")];

    [Fact]
    public void Wide_enough_all_is_shown_in_a_line() => Is(null, "ID    NAME                 NOTE               COUNT", "id-1  a name that is long  one two three  1,000,000", "id-2  -                    -                      5");

    [Fact]
    public void Names_give_way_first() => Is(44, "ID    NAME          NOTE               COUNT", "id-1  a name that…  one two three  1,000,000", "id-2  -             -                      5");

    [Fact]
    public void Then_what_matters_least_goes() => Is(33, "ID    NAME          NOTE", "id-1  a name that…  one two three", "id-2  -             -");

    [Fact]
    public void Sentences_go_on_below() => Is(18, "ID    NAME", "id-1  a name that…", "    note: one two", "    three", "id-2  -");

    [Fact]
    public void Ids_are_never_cut() => Is(10, "ID", "id-1", "    note:", "    one", "    two", "    three", "id-2");

    [Fact]
    public void What_does_not_fit_beside_each_other_stands_below() => Assert.Equal(
        ["id    a-long-id", "than  another-id", "", "id    b", "than  -"],
        TableText.Of<Row>([s_columns[0], new("than", row => row.Name, ColumnKind.Whole)], [new("a-long-id", "another-id", null, null), new("b", null, null, null)], null, 18, false).Lines(18));

    [Fact]
    public void A_total_stands_below_and_is_no_row() => Assert.Equal(
        ["ID   COUNT", "x        1", "all      2"],
        TableText.Of([s_columns[0], s_columns[3]], [new Row("x", null, null, "1")], new Row("", null, null, "2"), null, false).Lines(null));

    [Fact]
    public void A_column_of_zeros_goes_unless_everything_is_asked_for()
    {
        Row[] rows = [new("x", null, null, "0"), new("y", null, null, "0.00")];
        Assert.Equal(["ID", "x", "y"], TableText.Of(s_columns, rows, null, null, everything: false).Lines(null));
        Assert.Equal("ID  NAME  NOTE  COUNT", TableText.Of(s_columns, rows, null, null, everything: true).Lines(null).First());
    }

    private static void Is(int? width, params string[] lines) => Assert.Equal(lines, TableText.Of(s_columns, s_rows, null, width, everything: false).Lines(width));

    private sealed record Row(string Id, string? Name, string? Note, string? Count);
}
