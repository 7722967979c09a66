using System.CommandLine;

namespace Gateway.Cli.Shared;

/// <summary>The forms of a list, on every command that prints one.</summary>
internal static class ListOptions
{
    public static Option<bool> Csv { get; } = new("--csv") { Description = "Print CSV, with the names of the columns in the first line." };

    public static Option<bool> Wide { get; } = new("--wide") { Description = "Print all columns, whole, however wide the terminal is." };

    public static void AddTo(Command command)
    {
        command.Add(Csv);
        command.Add(Wide);
    }

    public static bool AreOf(Command command) => command.Options.Contains(Csv);
}
