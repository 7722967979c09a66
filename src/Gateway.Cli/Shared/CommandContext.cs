using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gateway.Authentication.Access;
using Gateway.Metering.Reports;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Cli.Shared;

/// <summary>What one run of a command works with.</summary>
/// <param name="arguments">As they were given.</param>
/// <param name="services">What commands ask for.</param>
/// <param name="output">For what was asked for.</param>
/// <param name="error">For what went wrong.</param>
/// <param name="width">Of the terminal that shows the output; null where it goes to a file or another program.</param>
internal sealed class CommandContext(ParseResult arguments, IServiceProvider services, TextWriter output, TextWriter error, int? width = null)
{
    public ParseResult Arguments => arguments;

    public bool Json => arguments.GetValue(CommonOptions.Json);

    public bool Csv => arguments.GetValue(ListOptions.Csv);

    /// <summary>Who goes on record.</summary>
    /// <remarks>Some platforms run containers as a user without a name.</remarks>
    public string Actor => arguments.GetValue(CommonOptions.As) is { Length: > 0 } name ? name : Environment.UserName is { Length: > 0 } user ? user : "unnamed";

    /// <summary>For more text than one line or table.</summary>
    public TextWriter Output => output;

    public DateTimeOffset Now => Service<TimeProvider>().GetUtcNow();

    public T Service<T>()
        where T : notnull => services.GetRequiredService<T>();

    public void WriteJson<T>(T value, JsonTypeInfo<T> type) => output.WriteLine(JsonSerializer.Serialize(value, type));

    /// <summary>Sentences: broken between words where the terminal would break them anywhere.</summary>
    public void WriteLine(string text)
    {
        foreach (string line in Fitting(text))
        {
            output.WriteLine(line);
        }
    }

    /// <summary>A list as CSV or as a table, by the options. An empty one says so in words.</summary>
    /// <param name="rows">What was found.</param>
    /// <param name="listing">Its columns.</param>
    /// <param name="empty">The words.</param>
    /// <param name="total">Stands below the table; no row of the list.</param>
    public void WriteList<T>(IReadOnlyList<T> rows, Listing<T> listing, string empty, T? total = null)
        where T : class
    {
        if (Csv)
        {
            WriteCsv(rows, listing);
        }
        else
        {
            WriteTable(rows, empty, listing.Columns, total);
        }
    }

    /// <summary>The same for people only.</summary>
    public void WriteTable<T>(IReadOnlyList<T> rows, string empty, IReadOnlyList<Column<T>> columns, T? total = null)
        where T : class
    {
        if (rows.Count == 0)
        {
            WriteLine(empty);
        }
        else
        {
            WriteTable(rows, columns, total);
        }
    }

    /// <summary>By RFC 4180, as machines read it.</summary>
    public void WriteCsv<T>(IEnumerable<T> rows, Listing<T> listing)
    {
        output.Write(CsvLine.Of(listing.Fields.Select(field => field.Name)));
        foreach (T row in rows)
        {
            output.Write(CsvLine.Of(listing.Fields.Select(field => field.Value(row))));
        }
    }

    public void WriteTable<T>(IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns, T? total = null)
        where T : class
    {
        bool wide = arguments.GetValue(ListOptions.Wide);
        int? most = wide ? null : width;
        TableText table = TableText.Of(columns, rows, total, most, wide);
        foreach (string line in table.Lines(most))
        {
            output.WriteLine(line);
        }

        if (table.LeftOut.Count > 0)
        {
            WriteLine($"Left out to fit {most} columns: {string.Join(", ", table.LeftOut)}. --wide shows all.");
        }
        else if (table.IsCut)
        {
            WriteLine($"What ends in {TextWidth.Ellipsis} is cut to fit {most} columns. --wide shows all.");
        }
    }

    /// <summary>One thing, a line for each of its members that says something.</summary>
    public void WriteRecord(params (string Name, string? Value)[] members)
    {
        (string Name, string? Value)[] shown = [.. members.Where(member => !string.IsNullOrEmpty(member.Value))];
        int indent = shown.Max(member => member.Name.Length) + 2;
        foreach ((string name, string? value) in shown)
        {
            output.WriteLine(name.PadRight(indent) + string.Join(Environment.NewLine + new string(' ', indent), Fitting(TextWidth.Clean(value!), indent)));
        }
    }

    /// <summary>On stderr, so that the output stays what was asked for.</summary>
    public void Warn(string text) => error.WriteLine($"Warning: {TextWidth.Clean(text)}");

    /// <summary>What people should know, and machines do not read.</summary>
    public void Note(string text)
    {
        if (!Json)
        {
            error.WriteLine($"Note: {text}");
        }
    }

    /// <summary>What whoever sets a budget should know: the storage that this works on knows no models.</summary>
    public void NoteBudget(Limits limits) => NoteBudget(limits.HasBudget);

    /// <summary>The same for a rule, under which people may have budgets of their own.</summary>
    public void NoteBudget(bool isSet)
    {
        if (isSet)
        {
            Note("what has no price counts toward no budget. The gateway's log names such models when it starts; see Gateway:Models:<n>:Price and Gateway:Unpriced.");
        }
    }

    /// <summary>What whoever gives scopes should know.</summary>
    public void NoteScopes(IReadOnlyList<string> scopes)
    {
        if (Scopes.Note(scopes) is { } note)
        {
            Note(note);
        }
    }

    /// <summary>One line on stderr, and the exit code of everything that went wrong.</summary>
    public int Fail(string reason)
    {
        error.WriteLine(reason);
        return 1;
    }

    private IReadOnlyList<string> Fitting(string text, int indent = 0) => width is { } most ? TextWidth.Wrap(text, Math.Max(20, most - indent)) : [text];
}
