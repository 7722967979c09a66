using System.CommandLine;
using Gateway.Authentication.Keys;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Keys;

internal static class RotateKeyCommand
{
    public static Command Create(CommandRunner runner)
    {
        Argument<string> id = KeysCommand.Id();
        Option<string> overlap = new("--overlap")
        {
            Description = $"How long the old secret goes on working: {Durations.Forms}; 0 stops it now.",
            HelpName = "span",
            DefaultValueFactory = _ => "24h",
        };
        Command command = new("rotate", "Give a key a new secret under the same id, and print it, this once.") { id, overlap, KeyOutput.Quiet };
        command.SetAction((arguments, cancellation) => runner.WriteAsync(
            arguments,
            async (context, token) => Durations.Parse(arguments.GetRequiredValue(overlap)) is { } span
                ? await KeyOutput.WriteAsync(context, await context.Service<KeyAdministration>().RotateAsync(arguments.GetRequiredValue(id), span, context.Actor, token), token)
                : context.Fail($"--overlap takes {Durations.Forms}, or 0."),
            cancellation));
        return command;
    }
}
