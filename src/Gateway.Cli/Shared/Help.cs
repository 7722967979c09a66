using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Gateway.Cli.Shared;

/// <summary>The help of the parser, of a readable width and with examples.</summary>
/// <param name="usual">What writes the rest.</param>
/// <param name="examples">Of commands, by their path: what is typed.</param>
internal sealed class Help(HelpAction usual, IReadOnlyDictionary<string, string[]> examples) : SynchronousCommandLineAction
{
    /// <summary>Longer lines are hard to read, and files have no width at all.</summary>
    private const int MostColumns = 100;

    /// <summary>Of what is no terminal.</summary>
    private const int UsualColumns = 80;

    public static void Set(Command root, int? width, IReadOnlyDictionary<string, string[]> examples)
    {
        if (root.Options.OfType<HelpOption>().FirstOrDefault() is { Action: HelpAction usual } help)
        {
            usual.MaxWidth = Math.Min(width ?? UsualColumns, MostColumns);
            help.Action = new Help(usual, examples);
        }
    }

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        if (examples.TryGetValue(ParseMistakes.PathOf(parseResult.CommandResult.Command), out string[]? lines))
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string line in lines)
            {
                output.WriteLine($"  {line}");
            }

            output.WriteLine();
        }

        return code;
    }
}
