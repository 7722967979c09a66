using System.CommandLine;

namespace Gateway.Cli.Shared;

/// <summary>Options that every command takes.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print JSON for machines.",
        Recursive = true,
    };

    public static Option<string?> As { get; } = new("--as")
    {
        Description = "Who to put on record as doing this. Default: the user of this machine's account.",
        HelpName = "name",
        Recursive = true,
    };
}
