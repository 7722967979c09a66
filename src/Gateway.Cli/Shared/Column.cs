namespace Gateway.Cli.Shared;

/// <summary>What may be done to a column that does not fit.</summary>
internal enum ColumnKind
{
    /// <summary>An id, a time, a word of few: whole or not at all.</summary>
    Whole,

    /// <summary>The same, at the right; a column of zeros says nothing.</summary>
    Number,

    /// <summary>A name: its end may go.</summary>
    Text,

    /// <summary>Sentences and lists: they go on below the row.</summary>
    Prose,
}

/// <summary>A column of a table for people.</summary>
/// <param name="Name">What stands above it.</param>
/// <param name="Text">What it says of a row; null for nothing.</param>
/// <param name="Kind">How it gives way.</param>
/// <param name="Rank">What has a higher one goes first; 0 never goes.</param>
/// <param name="Least">Cells that a text keeps.</param>
internal sealed record Column<T>(string Name, Func<T, string?> Text, ColumnKind Kind = ColumnKind.Text, int Rank = 0, int Least = 12);

/// <summary>A column for programs, under the name that it has in JSON.</summary>
/// <param name="Name">In the first line.</param>
/// <param name="Value">A text, a number, a time, or texts.</param>
internal sealed record Field<T>(string Name, Func<T, object?> Value);

/// <summary>A list in the forms that are no JSON.</summary>
/// <param name="Columns">For people.</param>
/// <param name="Fields">For programs.</param>
internal sealed record Listing<T>(IReadOnlyList<Column<T>> Columns, IReadOnlyList<Field<T>> Fields);
