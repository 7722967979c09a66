using System.CommandLine;
using Gateway.Authentication.Keys;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Keys;

internal static class ShowKeyCommand
{
    public static Command Create(CommandRunner runner)
    {
        Argument<string> id = KeysCommand.Id();
        Command command = new("show", "Show one key, without its secret.") { id };
        command.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) =>
            {
                string wanted = arguments.GetRequiredValue(id);
                return await context.Service<KeyAdministration>().FindAsync(wanted, token) is { } key
                    ? KeyOutput.Write(context, new KeyChange.Done(key))
                    : KeyOutput.Write(context, new KeyChange.NotFound(wanted));
            },
            cancellation));
        return command;
    }
}
