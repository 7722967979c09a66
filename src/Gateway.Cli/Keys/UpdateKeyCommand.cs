using System.CommandLine;
using Gateway.Authentication.Keys;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Keys;

internal static class UpdateKeyCommand
{
    private const string Never = "never";

    public static Command Create(CommandRunner runner)
    {
        GrantOptions grant = new();
        Argument<string> id = KeysCommand.Id();
        Option<string?> name = new("--name") { Description = "What the key is for." };
        Option<string?> owner = new("--owner") { Description = "Who answers for it." };
        Option<string?> expires = new("--expires") { Description = $"A date (UTC), {Durations.Forms}, or '{Never}'.", HelpName = "date|span|never" };
        Command command = new("update", "Change what a key may do. What is not given stays; every instance of the gateway follows within 60 seconds.") { id, name, owner, expires };
        grant.AddRestTo(command);
        command.SetAction((arguments, cancellation) => runner.WriteAsync(
            arguments,
            async (context, token) =>
            {
                string? until = arguments.GetValue(expires);
                DateTimeOffset? expiry = null;
                if (until is not null and not Never && (expiry = Durations.ParsePoint(until, context.Now)) is null)
                {
                    return context.Fail($"--expires takes a date such as 2030-01-31, {Durations.Forms}, or '{Never}'.");
                }

                VirtualKey Change(VirtualKey key) => grant.Apply(arguments, key) with
                {
                    Name = arguments.GetValue(name) ?? key.Name,
                    Owner = arguments.GetValue(owner) ?? key.Owner,
                    ExpiresAt = until is null ? key.ExpiresAt : expiry,
                };
                context.NoteBudget(grant.Limits(arguments));
                context.NoteScopes(grant.ScopeNames(arguments));
                KeyChange change = await context.Service<KeyAdministration>().UpdateAsync(arguments.GetRequiredValue(id), Change, context.Actor, token);
                if (change is KeyChange.Done)
                {
                    GrantNotes.Names(context, runner, grant.Models(arguments), grant.Providers(arguments));
                }

                return await KeyOutput.WriteAsync(context, change, token);
            },
            cancellation));
        return command;
    }
}
