using System.Globalization;

namespace Gateway.Cli.Shared;

/// <summary>
/// Rows as lines of text: columns two spaces apart, no frame. Within a width texts are cut first, then the least
/// important columns go; ids and numbers are whole wherever they are shown.
/// </summary>
internal sealed class TableText
{
    private const string Gap = "  ";
    private const string Nothing = "-";
    private const string Indent = "    ";
    private const int Shortest = 4;

    private readonly IReadOnlyList<Cells> _columns;
    private readonly int _rows;
    private readonly bool _hasTotal;

    private TableText(IReadOnlyList<Cells> columns, int rows, bool hasTotal) => (_columns, _rows, _hasTotal) = (columns, rows, hasTotal);

    /// <summary>Not even what must be there fits beside each other: each member has a line.</summary>
    private bool IsStacked { get; init; }

    /// <summary>The names of the columns that did not fit.</summary>
    public IReadOnlyList<string> LeftOut { get; private init; } = [];

    /// <summary>Some text is not shown to its end.</summary>
    public bool IsCut => !IsStacked && _columns.Any(column => column.Width < column.Natural && column.Kind == ColumnKind.Text);

    /// <param name="columns">What to show.</param>
    /// <param name="rows">Of what.</param>
    /// <param name="total">Stands below them, with <c>all</c> in the first column; null for none.</param>
    /// <param name="width">Of the terminal; null where there is none to fit.</param>
    /// <param name="everything">Also columns that say nothing.</param>
    public static TableText Of<T>(IReadOnlyList<Column<T>> columns, IReadOnlyList<T> rows, T? total, int? width, bool everything)
        where T : class
    {
        List<Cells> cells = [.. columns.Select((column, at) => Cells.Of(column, at, rows, total)).Where(column => everything || column.Rank == 0 || !column.IsEmpty)];
        List<Cells> all = [.. cells];
        List<string> left = [];
        if (width is { } most)
        {
            while (!Fit(cells, most) && cells.Where(column => column.Rank > 0 && !column.Below).MaxBy(column => column.Rank) is { } least)
            {
                int at = cells.LastIndexOf(least);
                if (least.Kind == ColumnKind.Prose)
                {
                    cells[at] = least with { Below = true };
                }
                else
                {
                    cells.RemoveAt(at);
                    left.Add(least.Name);
                }
            }

            if (!Fit(cells, most))
            {
                // What is left cannot go, so names have to be guessed.
                cells.Where(column => column.Kind == ColumnKind.Text).ToList().ForEach(column => column.Least = Math.Min(column.Natural, Shortest));
                if (!Fit(cells, most))
                {
                    return new TableText(all, rows.Count, total is not null) { IsStacked = true };
                }
            }
        }

        return new TableText(cells, rows.Count, total is not null) { LeftOut = [.. columns.Select(column => column.Name).Where(left.Contains)] };
    }

    public IEnumerable<string> Lines(int? width)
    {
        if (IsStacked)
        {
            foreach (string line in Stacked(width ?? int.MaxValue))
            {
                yield return line;
            }

            yield break;
        }

        Cells[] beside = [.. _columns.Where(column => !column.Below)];
        yield return Line(beside, column => column.Name.ToUpperInvariant());
        for (int row = 0; row < _rows + (_hasTotal ? 1 : 0); row++)
        {
            int at = row;
            yield return Line(beside, column => column.Texts[at]);
            foreach (Cells column in _columns.Where(column => column.Below && column.Texts[at].Length > 0 && column.Texts[at] != Nothing))
            {
                foreach (string line in TextWidth.Break($"{column.Name}: {column.Texts[at]}", Math.Max(Shortest, (width ?? int.MaxValue) - Indent.Length)))
                {
                    yield return Indent + line;
                }
            }
        }
    }

    private IEnumerable<string> Stacked(int width)
    {
        int indent = _columns.Max(column => TextWidth.Of(column.Name)) + Gap.Length;
        for (int row = 0; row < _rows + (_hasTotal ? 1 : 0); row++)
        {
            if (row > 0)
            {
                yield return "";
            }

            foreach (Cells column in _columns.Where(column => column.Texts[row].Length > 0))
            {
                string name = column.Name + new string(' ', indent - TextWidth.Of(column.Name));
                int room = Math.Max(Shortest, width - indent);
                foreach (string line in column.Kind is ColumnKind.Text or ColumnKind.Prose ? TextWidth.Break(column.Texts[row], room) : [column.Texts[row]])
                {
                    yield return name + line;
                    name = new string(' ', indent);
                }
            }
        }
    }

    private static string Line(Cells[] columns, Func<Cells, string> text) => string.Join(Gap, columns.Select(column =>
    {
        string cell = column.Kind == ColumnKind.Text ? TextWidth.Cut(text(column), column.Width) : text(column);
        string padding = new(' ', Math.Max(0, column.Width - TextWidth.Of(cell)));
        return column.Kind == ColumnKind.Number ? padding + cell : cell + padding;
    })).TrimEnd();

    /// <summary>Sets the widths; false when that was not enough.</summary>
    private static bool Fit(List<Cells> columns, int width)
    {
        foreach (Cells column in columns)
        {
            column.Width = column.Natural;
        }

        Cells[] beside = [.. columns.Where(column => !column.Below)];
        int over = beside.Sum(column => column.Width) + ((beside.Length - 1) * Gap.Length) - width;
        while (over > 0 && beside.Where(column => column.Width > column.Least).MaxBy(column => column.Width) is { } widest)
        {
            widest.Width--;
            over--;
        }

        return over <= 0;
    }

    /// <summary>A column with what stands in it.</summary>
    private sealed record Cells(string Name, ColumnKind Kind, int Rank, IReadOnlyList<string> Texts)
    {
        public bool IsEmpty { get; private init; }

        /// <summary>What it takes to show all of it.</summary>
        public int Natural { get; private init; }

        public int Least { get; set; }

        public bool Below { get; init; }

        public int Width { get; set; }

        public static Cells Of<T>(Column<T> column, int at, IReadOnlyList<T> rows, T? total)
            where T : class
        {
            List<string> texts = [.. rows.Select(row => TextOf(column, row))];
            bool isEmpty = texts.TrueForAll(text => text == Nothing || (column.Kind == ColumnKind.Number && IsZero(text)));
            if (total is not null)
            {
                texts.Add(at == 0 ? "all" : column.Kind == ColumnKind.Number ? TextOf(column, total) : "");
            }

            int natural = Math.Max(TextWidth.Of(column.Name), texts.Select(TextWidth.Of).DefaultIfEmpty().Max());
            int least = column.Kind == ColumnKind.Text ? Math.Min(natural, Math.Max(column.Least, TextWidth.Of(column.Name))) : natural;
            return new Cells(column.Name, column.Kind, column.Rank, texts) { IsEmpty = isEmpty, Natural = natural, Least = least, Width = natural };
        }

        private static string TextOf<T>(Column<T> column, T row) => column.Text(row) is { Length: > 0 } text ? TextWidth.Clean(text) : Nothing;

        private static bool IsZero(string text) => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number) && number == 0;
    }
}
