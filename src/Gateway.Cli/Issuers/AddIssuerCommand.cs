using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Authentication.Oidc;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Issuers;

internal static class AddIssuerCommand
{
    public static Command Create(CommandRunner runner)
    {
        GrantOptions grant = new() { TeamIsRequired = false };
        PeopleOptions people = new();
        Argument<string> id = IssuersCommand.Id();
        Option<string> issuer = new("--issuer") { Description = "Its address, exactly as tokens have it in 'iss'.", HelpName = "https://...", Required = true };
        Option<string[]> audiences = GrantOptions.List("--audience", "What tokens must have in 'aud': one of these.");
        audiences.Required = true;
        Option<Dictionary<string, List<string>>?> claims = new("--claim")
        {
            Description = "A claim that tokens must have, * as a wildcard, such as repository=my-org/*. The same claim twice: either value will do. End an organisation with its slash.",
            HelpName = "name=pattern",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            CustomParser = ParseClaims,
        };
        Option<bool> anySubject = new("--any-subject") { Description = "Let in every token that this issuer makes for the audience." };
        Option<bool> perSubject = new("--per-subject") { Description = "Count limits and budgets for each subject by itself, not for all tokens of this rule together." };
        Option<string?> name = new("--name") { Description = "What the rule is for." };
        Command command = new("add", "Trust an issuer's tokens, as far as a rule says.") { id, issuer, audiences, claims, anySubject, perSubject, name };
        grant.AddTo(command);
        people.AddTo(command);
        command.SetAction((arguments, cancellation) => runner.WriteAsync(
            arguments,
            async (context, token) =>
            {
                if ((grant.Team(arguments) ?? people.EveryonesTeam(arguments)) is not { } team)
                {
                    return context.Fail("--team is required, or --team-map with '*=team': somebody must pay for those whom no pattern fits.");
                }

                TrustedIssuer request = new()
                {
                    Id = arguments.GetRequiredValue(id),
                    Issuer = arguments.GetRequiredValue(issuer),
                    Audiences = arguments.GetRequiredValue(audiences),
                    Claims = (arguments.GetValue(claims) ?? []).ToDictionary(claim => claim.Key, claim => (IReadOnlyList<string>)claim.Value),
                    AnySubject = arguments.GetValue(anySubject),
                    PerSubject = arguments.GetValue(perSubject),
                    Name = arguments.GetValue(name),
                    People = people.Of(arguments),
                    Team = team,
                    Models = grant.Models(arguments),
                    Providers = grant.Providers(arguments),
                    Scopes = grant.ScopeNames(arguments),
                    Limits = grant.Limits(arguments),
                    Tags = grant.Tags(arguments),
                };
                context.NoteBudget(request.HasBudget);
                context.NoteScopes(request.Scopes);
                string? like = await GrantNotes.LikeAsync(context, team, token);
                IssuerChange change = await context.Service<IssuerAdministration>().AddAsync(request, context.Actor, token);
                if (change is IssuerChange.Done)
                {
                    GrantNotes.Team(context, team, like, meant => $"'gw issuers remove {request.Id}' and add it again with --team {meant}");
                    GrantNotes.Names(context, runner, request.Models, request.Providers);
                }

                return IssuerOutput.Write(context, change);
            },
            cancellation));
        return command;
    }

    private static Dictionary<string, List<string>> ParseClaims(ArgumentResult result)
    {
        Dictionary<string, List<string>> claims = [];
        foreach (Token token in result.Tokens)
        {
            if (token.Value.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } pattern])
            {
                result.AddError("--claim takes name=pattern.");
                return claims;
            }

            if (!claims.TryGetValue(name, out List<string>? patterns))
            {
                claims[name] = patterns = [];
            }

            patterns.Add(pattern);
        }

        return claims;
    }
}
