using System.CommandLine;
using Gateway.Authentication.Keys;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Keys;

internal static class CreateKeyCommand
{
    public static Command Create(CommandRunner runner)
    {
        GrantOptions grant = new();
        Option<string?> name = new("--name") { Description = "What the key is for." };
        Option<string?> owner = new("--owner") { Description = "Who answers for it." };
        Option<string?> expires = new("--expires") { Description = $"A date (UTC), or {Durations.Forms}. Default: never.", HelpName = "date|span" };
        Command command = new("create", "Make a key and print it, this once.") { name, owner, expires, KeyOutput.Quiet };
        grant.AddTo(command);
        command.SetAction((arguments, cancellation) => runner.WriteAsync(
            arguments,
            async (context, token) =>
            {
                DateTimeOffset? expiry = null;
                if (arguments.GetValue(expires) is { } text && (expiry = Durations.ParsePoint(text, context.Now)) is null)
                {
                    return context.Fail($"--expires takes a date such as 2030-01-31, or {Durations.Forms}.");
                }

                NewKey request = new()
                {
                    Team = grant.Team(arguments)!,
                    Name = arguments.GetValue(name),
                    Owner = arguments.GetValue(owner),
                    Models = grant.Models(arguments),
                    Providers = grant.Providers(arguments),
                    Scopes = grant.ScopeNames(arguments),
                    Limits = grant.Limits(arguments),
                    Tags = grant.Tags(arguments),
                    ExpiresAt = expiry,
                };
                context.NoteBudget(request.Limits);
                context.NoteScopes(request.Scopes);
                string? like = await GrantNotes.LikeAsync(context, request.Team, token);
                KeyChange change = await context.Service<KeyAdministration>().CreateAsync(request, context.Actor, token);
                if (change is KeyChange.Issued(var key, _))
                {
                    GrantNotes.Team(context, key.Team, like, meant => $"revoke {key.Id} and create the key again with --team {meant}");
                    GrantNotes.Names(context, runner, key.Models, key.Providers);
                }

                return await KeyOutput.WriteAsync(context, change, token);
            },
            cancellation));
        return command;
    }
}
