using System.CommandLine;
using Gateway.Authentication.Keys;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Keys;

internal static class RevokeKeyCommand
{
    public static Command Create(CommandRunner runner)
    {
        Argument<string> id = KeysCommand.Id();
        Command command = new("revoke", "Stop a key for good. Every instance of the gateway follows within 60 seconds.") { id };
        command.SetAction((arguments, cancellation) => runner.WriteAsync(
            arguments,
            async (context, token) => await KeyOutput.WriteAsync(
                context,
                await context.Service<KeyAdministration>().RevokeAsync(arguments.GetRequiredValue(id), context.Actor, token),
                token),
            cancellation));
        return command;
    }
}
