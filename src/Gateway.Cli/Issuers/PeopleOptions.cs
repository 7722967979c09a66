using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Authentication.Oidc;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Issuers;

/// <summary>The options that say what is taken from each person's claims.</summary>
internal sealed class PeopleOptions
{
    private const string Everyone = "*";

    private readonly Option<string[]> _labels = GrantOptions.List("--label-claim", "Claims that name the person in reports, such as preferred_username,email: the first that is there. Default: nobody is named.");
    private readonly Option<string?> _teamClaim = new("--team-claim") { Description = "The claim that says whose team pays, such as groups.", HelpName = "claim" };
    private readonly Option<List<TeamOfClaim>?> _teams = new("--team-map")
    {
        Description = "Values of that claim, * as a wildcard, and their team; {claim} in the team is the value itself. The first that matches counts, '*' is for everyone else.",
        HelpName = "pattern=team",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => Parse(result, "--team-map takes pattern=team.", (pattern, team) => new TeamOfClaim(pattern, team)),
    };

    private readonly Option<string?> _limitsClaim = new("--limits-claim") { Description = "The claim that says which limits hold, such as roles.", HelpName = "claim" };
    private readonly Option<List<LimitsOfClaim>?> _limits = new("--limits-map")
    {
        Description = $"Values of that claim, * as a wildcard, and limits in place of the rule's: {LimitOptions.LimitForms}. The first that matches counts.",
        HelpName = "pattern=limit:n,...",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => Parse(
            result,
            $"--limits-map takes pattern=limit:n, such as 'Gateway.Heavy=budget-month:200,rpm:120'. Limits: {LimitOptions.LimitForms}.",
            (pattern, limits) => LimitOptions.ParseLimits(limits) is { } parsed ? new LimitsOfClaim(pattern, parsed) : null),
    };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_labels, _teamClaim, _teams, _limitsClaim, _limits])
        {
            command.Add(option);
        }
    }

    /// <summary>Null when none of them was given.</summary>
    public PeopleRule? Of(ParseResult arguments)
    {
        PeopleRule people = new()
        {
            LabelClaims = arguments.GetValue(_labels) ?? [],
            TeamClaim = arguments.GetValue(_teamClaim),
            Teams = arguments.GetValue(_teams) ?? [],
            LimitsClaim = arguments.GetValue(_limitsClaim),
            Limits = arguments.GetValue(_limits) ?? [],
        };
        return people is { LabelClaims.Count: 0, TeamClaim: null, Teams.Count: 0, LimitsClaim: null, Limits.Count: 0 } ? null : people;
    }

    /// <summary>The team that the map has for everyone else.</summary>
    public string? EveryonesTeam(ParseResult arguments) => (arguments.GetValue(_teams) ?? []).Find(entry => entry.Pattern == Everyone)?.Team;

    /// <summary>At the last '=': values of claims may hold some.</summary>
    private static List<T>? Parse<T>(ArgumentResult result, string form, Func<string, string, T?> make)
        where T : class
    {
        List<T> entries = [];
        foreach (Token token in result.Tokens)
        {
            int at = token.Value.LastIndexOf('=');
            if (at < 1 || at == token.Value.Length - 1 || make(token.Value[..at], token.Value[(at + 1)..]) is not { } entry)
            {
                result.AddError(form);
                return null;
            }

            entries.Add(entry);
        }

        return entries;
    }
}
