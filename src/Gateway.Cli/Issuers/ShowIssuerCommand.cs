using System.CommandLine;
using Gateway.Authentication.Oidc;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Issuers;

internal static class ShowIssuerCommand
{
    public static Command Create(CommandRunner runner)
    {
        Argument<string> id = IssuersCommand.Id();
        Command command = new("show", "Show one rule.") { id };
        command.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) =>
            {
                string wanted = arguments.GetRequiredValue(id);
                return await context.Service<IssuerAdministration>().FindAsync(wanted, token) is { } issuer
                    ? IssuerOutput.Write(context, new IssuerChange.Done(issuer))
                    : IssuerOutput.Write(context, new IssuerChange.NotFound(wanted));
            },
            cancellation));
        return command;
    }
}
