using Gateway.Metering.Reports;

namespace Gateway.Tests.Metering.Reports;

/// <summary>Fields of CSV that spreadsheets would run, cut or take for two.</summary>
public sealed class CsvLineTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(1)")]
    [InlineData("|calc")]
    [InlineData("\uFF1D1")]
    [InlineData("\uFF0B1")]
    [InlineData("\uFF0D1")]
    [InlineData("\uFF201")]
    [InlineData("\u00A0=1")]
    public void Text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(string text) => Assert.Equal($"'{text},1\r\n", CsvLine.Of([text, 1]));

    [Theory]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a;b", "\"a;b\"")]
    [InlineData("a\tb", "\"a\tb\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("\t1", "\"'\t1\"")]
    [InlineData(" a", "\" a\"")]
    [InlineData("a ", "\"a \"")]
    [InlineData("a=b", "a=b")]
    [InlineData("", "")]
    public void Text_that_would_be_cut_is_quoted(string text, string field) => Assert.Equal($"{field}\r\n", CsvLine.Of([text]));

    [Fact]
    public void Numbers_stay_numbers() => Assert.Equal("-0.0000001,-5,,true\r\n", CsvLine.Of([-0.0000001m, -5, null, true]));
}
