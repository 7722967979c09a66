using System.CommandLine;
using Gateway.Authentication.Keys;
using Gateway.Cli.Shared;
using Gateway.Metering.Reports;

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
                if (await context.Service<KeyAdministration>().FindAsync(wanted, token) is not { } key)
                {
                    return await KeyOutput.WriteAsync(context, new KeyChange.NotFound(wanted), token);
                }

                Func<string, KeySpend> spend = await context.Service<UsageReporter>().SpendAsync(context.Now, key.Id, token);
                return KeyOutput.Write(context, KeyDocument.From(key, context.Now) with { Spend = spend(key.Id) });
            },
            cancellation));
        return command;
    }
}
