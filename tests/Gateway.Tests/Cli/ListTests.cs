using System.Globalization;
using System.Text.Json;
using Gateway.Cli.Shared;

namespace Gateway.Tests.Cli;

/// <summary>Every list, on every terminal and in a pipe: ids and numbers are whole, and nothing is wider than it may be.</summary>
public sealed class ListTests(WideStorage storage) : IClassFixture<WideStorage>
{
    private const string LeftOut = "Left out to fit 80 columns: ";

    private static readonly int[] s_widths = [60, 80, 100, 120, 200];

    /// <summary>What a column shows of a row's JSON; where it is an id or a number.</summary>
    private static readonly Dictionary<string, (string Path, Func<JsonElement, string> Text)> s_whole = new()
    {
        ["ID"] = ("id", Text),
        ["KEY"] = ("key_id", Text),
        ["TARGET"] = ("target", target => target.GetString()!.StartsWith("platform-", StringComparison.Ordinal) ? "" : Text(target)),
        ["WHEN"] = ("at", at => at.GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
        ["REQUEST"] = ("request_id", Text),
        ["STATUS"] = ("status", Text),
        ["DAY (UTC)"] = ("day", Text),
        ["USD/MONTH"] = ("spend.this_month_usd", Usd),
        ["EXPIRES"] = ("expires_at", at => at.GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture)),
        ["REQUESTS"] = ("requests", Count),
        ["INPUT"] = ("tokens.input", Count),
        ["CACHE READ"] = ("tokens.cache_read", Count),
        ["OUTPUT"] = ("tokens.output", Count),
        ["COST USD"] = ("cost_usd", Usd),
    };

    public static TheoryData<string> Lists =>
    [
        "keys list", "teams list", "issuers list", "audit list", "requests", "usage key", "usage team", "usage owner", "usage model", "usage day", "usage person", "usage model_and_day",
        "usage provider", "usage requested_model", "usage client", "usage tag:ticket", "usage key,model", "usage owner,model,day", "usage team,tag:env", "usage key,client",
    ];

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task Ids_and_numbers_are_whole_on_a_line_of_their_row(string list)
    {
        JsonElement[] rows = await storage.RowsAsync(list);
        Assert.NotEmpty(rows);
        foreach (int? width in s_widths.Select(width => (int?)width).Append(null))
        {
            string output = (await storage.RunAsync(width, list)).Output;
            string[] lines = output.Split(Environment.NewLine);
            Assert.All(lines, line => Assert.True(width is null || TextWidth.Of(line) <= width.Value, $"{width}: {line}"));
            Assert.DoesNotContain('\u001b', output);
            string[] shown = lines[0].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            (string Path, Func<JsonElement, string> Text)[] columns = [.. s_whole.Where(column => shown.Contains(column.Key) && (list != "requests" || column.Key != "INPUT")).Select(column => column.Value)];
            foreach (JsonElement row in rows)
            {
                string[] texts = [.. columns.Select(column => At(row, column.Path) is { ValueKind: not JsonValueKind.Null } value ? column.Text(value) : null).OfType<string>().Where(text => text.Length > 0)];
                Assert.True(lines.Any(line => Words(line).IsSupersetOf(texts)), $"{list} at {width}: no line has {string.Join(" and ", texts)} in{Environment.NewLine}{output}");
            }
        }
    }

    [Theory]
    [InlineData("keys list", 80, "ID", "TEAM", "NAME")]
    [InlineData("usage key", 80, "KEY", "NAME", "REQUESTS", "COST USD")]
    [InlineData("usage model", 80, "MODEL", "REQUESTS", "INPUT", "OUTPUT", "COST USD")]
    [InlineData("requests", 80, "REQUEST", "STATUS")]
    [InlineData("audit list", 80, "WHEN", "WHAT", "TARGET")]
    public async Task What_matters_most_is_there_and_what_is_not_is_named(string list, int width, params string[] columns)
    {
        string[] narrow = (await storage.RunAsync(width, list)).Output.Split(Environment.NewLine);
        string[] wide = (await storage.RunAsync(width, list, "--wide")).Output.Split(Environment.NewLine);
        Assert.All(columns, column => Assert.Contains(column, narrow[0], StringComparison.Ordinal));
        Assert.Contains("--wide", string.Join(' ', narrow), StringComparison.Ordinal);
        Assert.DoesNotContain(wide, line => line.Contains("--wide", StringComparison.Ordinal) || line.Contains(TextWidth.Ellipsis, StringComparison.Ordinal));
        string said = string.Join(' ', narrow);
        int at = said.IndexOf(LeftOut, StringComparison.Ordinal);
        string[] left = at < 0 ? [] : said[(at + LeftOut.Length)..said.IndexOf('.', at)].Split(", ");
        Assert.All(left, name => Assert.DoesNotContain($" {name.ToUpperInvariant()}  ", narrow[0], StringComparison.Ordinal));
        Assert.All(left, name => Assert.Contains(name.ToUpperInvariant(), wide[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Columns_of_nothing_go_unless_all_is_asked_for()
    {
        string usual = (await storage.RunAsync(null, "usage key")).Output;
        string wide = (await storage.RunAsync(null, "usage key", "--wide")).Output;
        foreach (string name in (string[])["REFUSED", "CACHE WRITE", "REASONING"])
        {
            Assert.DoesNotContain(name, usual, StringComparison.Ordinal);
            Assert.Contains(name, wide, StringComparison.Ordinal);
        }

        Assert.Contains("FAILED", usual, StringComparison.Ordinal);
        Assert.Contains("[red]markup[/] renamed", usual, StringComparison.Ordinal);
        Assert.Contains("山田太郎", usual, StringComparison.Ordinal);
        Assert.Contains("名前 of a person, 👩‍🚀", usual, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task Csv_holds_what_JSON_holds(string list)
    {
        string csv = (await storage.RunAsync(80, list, "--csv")).Output;
        string[][] table = Csv.Parse(csv);
        JsonElement[] rows = await storage.RowsAsync(list);
        Assert.Equal(rows.Length, table.Length - 1);
        int compared = 0;
        foreach ((JsonElement row, string[] fields) in rows.Zip(table.Skip(1)))
        {
            Assert.Equal(table[0].Length, fields.Length);
            foreach ((string name, string field) in table[0].Zip(fields))
            {
                if ((At(row, name) ?? At(row, $"spend.{name}") ?? At(row, $"tokens.{name.Replace("_tokens", "", StringComparison.Ordinal)}") ?? At(row, $"limits.{name}.usd") ?? At(row, $"limits.{name}.value")) is { } value)
                {
                    compared += Same(value, field, name) ? 1 : 0;
                }
            }
        }

        Assert.True(compared >= rows.Length * 2, $"{compared} values");
        Assert.All(table.Skip(1).SelectMany(fields => fields), field => Assert.False(field is ['=' or '+' or '@' or '-', ..], field));
    }

    [Fact]
    public async Task Csv_knows_whose_key_it_was()
    {
        foreach (string list in (string[])["usage key", "usage key,model", "requests"])
        {
            string[][] table = Csv.Parse((await storage.RunAsync(null, list, "--csv")).Output);
            (int name, int owner) = (Array.IndexOf(table[0], "key_name"), Array.IndexOf(table[0], "owner"));
            Assert.Contains(table, fields => fields[name] == "[red]markup[/] renamed" && fields[owner] == "ada.lovelace-and-charles.babbage@analytical-engines.example");
        }
    }

    [Theory]
    [InlineData("keys list")]
    [InlineData("usage key")]
    [InlineData("audit list")]
    public async Task Two_forms_at_once_are_a_sentence(string list)
    {
        Run run = await Run.GatewayAsync(storage.Connection, [.. storage.Command(list), "--json", "--csv"]);
        Assert.Equal((1, "", "--json and --csv are two forms of the same list: give one of them."), (run.ExitCode, run.Output, run.Error.TrimEnd()));
    }

    private static HashSet<string> Words(string line) => [.. line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).SelectMany(cell => (string[])[cell, .. cell.Split(' ')])];

    private static JsonElement? At(JsonElement row, string path)
    {
        foreach (string name in path.Split('.'))
        {
            if (row.ValueKind != JsonValueKind.Object || !row.TryGetProperty(name, out row))
            {
                return null;
            }
        }

        return row;
    }

    private static bool Same(JsonElement value, string field, string name)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                Assert.Equal(value.GetDecimal(), decimal.Parse(field, NumberStyles.Number, CultureInfo.InvariantCulture));
                return true;
            case JsonValueKind.String when DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at) && name is not "day":
                Assert.EndsWith("Z", field, StringComparison.Ordinal);
                Assert.Equal(at, DateTimeOffset.Parse(field, CultureInfo.InvariantCulture), TimeSpan.FromMilliseconds(1));
                return true;
            case JsonValueKind.String:
                Assert.Equal(value.GetString() is ['=' or '@', ..] ? $"'{value.GetString()}" : value.GetString(), field);
                return true;
            case JsonValueKind.True or JsonValueKind.False:
                Assert.Equal(value.GetBoolean(), bool.Parse(field));
                return true;
            default:
                return false;
        }
    }

    private static string Text(JsonElement value) => value.ToString();

    private static string Count(JsonElement value) => value.GetInt64().ToString("#,0", CultureInfo.InvariantCulture);

    private static string Usd(JsonElement value) => value.GetDecimal().ToString("0.00####", CultureInfo.InvariantCulture);
}
