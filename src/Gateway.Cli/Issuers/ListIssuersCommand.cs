using System.CommandLine;
using Gateway.Authentication.Oidc;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Issuers;

internal static class ListIssuersCommand
{
    public static Command Create(CommandRunner runner)
    {
        Command command = new("list", "List the rules for trusted issuers, in the order in which they are tried.");
        ListOptions.AddTo(command);
        command.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) => IssuerOutput.Write(context, await context.Service<IssuerAdministration>().ListAsync(token)),
            cancellation));
        return command;
    }
}
