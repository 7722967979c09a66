using System.CommandLine;
using Gateway.Authentication.Keys;

namespace Gateway.Cli.Shared;

/// <summary>Where an id of a key is asked for: who has the whole key at hand may give that, and none of it is kept or shown.</summary>
internal static class KeyText
{
    public static Argument<string> Argument(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => KeyAdministration.IdIn(result.Tokens[0].Value),
    };

    public static Option<string?> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "id",
        CustomParser = result => KeyAdministration.IdIn(result.Tokens[0].Value),
    };
}
