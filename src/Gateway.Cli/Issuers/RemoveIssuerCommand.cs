using System.CommandLine;
using Gateway.Authentication.Oidc;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Issuers;

internal static class RemoveIssuerCommand
{
    public static Command Create(CommandRunner runner)
    {
        Argument<string> id = IssuersCommand.Id();
        Command command = new("remove", "Stop trusting tokens by this rule. Every instance of the gateway follows within 60 seconds.") { id };
        command.SetAction((arguments, cancellation) => runner.WriteAsync(
            arguments,
            async (context, token) => IssuerOutput.Write(
                context,
                await context.Service<IssuerAdministration>().RemoveAsync(arguments.GetRequiredValue(id), context.Actor, token)),
            cancellation));
        return command;
    }
}
