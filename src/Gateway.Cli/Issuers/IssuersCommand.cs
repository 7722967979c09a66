using System.CommandLine;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Issuers;

/// <summary><c>issuers</c>: one class per subcommand.</summary>
internal static class IssuersCommand
{
    public static Command Create(CommandRunner runner) => new("issuers", "Trusted issuers of OIDC tokens, and what their tokens may do.")
    {
        AddIssuerCommand.Create(runner),
        ListIssuersCommand.Create(runner),
        ShowIssuerCommand.Create(runner),
        RemoveIssuerCommand.Create(runner),
    };

    public static Argument<string> Id() => new("id") { Description = "The rule's id, of a-z, 0-9 and '-'. Rules of one issuer are tried in the order of their ids." };
}
