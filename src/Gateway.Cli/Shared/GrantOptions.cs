using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;

namespace Gateway.Cli.Shared;

/// <summary>The options that say what a key or an issuer's tokens may do.</summary>
internal sealed class GrantOptions
{
    /// <summary>No scopes, where there were some.</summary>
    private const string None = "none";

    private readonly Option<string?> _team = new("--team") { Description = "The team that pays." };
    private readonly Option<string[]> _models = List("--models", "Models it may ask for, with * as a wildcard. Default: every model.");
    private readonly Option<string[]> _providers = List("--providers", "Providers it may reach. Default: every provider.");
    private readonly Option<string[]> _scopes = List("--scope", $"What it may do: {string.Join(", ", Scopes.All)}. Default: call models. With '{Scopes.Manage}' it does everything; who reads usage calls models only with '{Scopes.Models}', too.");
    private readonly Option<Dictionary<string, string>?> _tags = new("--tag")
    {
        Description = "A tag for reports; may be given more than once.",
        HelpName = "k=v",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = ParseTags,
    };

    private readonly LimitOptions _limits = new();

    /// <summary>False where something else may say who pays.</summary>
    public bool TeamIsRequired { get; init; } = true;

    public void AddTo(Command command)
    {
        _team.Required = TeamIsRequired;
        command.Add(_team);
        AddRestTo(command);
    }

    /// <summary>All but the team, which a key keeps for life: its past usage is booked there.</summary>
    public void AddRestTo(Command command)
    {
        foreach (Option option in (Option[])[_models, _providers, _scopes, _tags])
        {
            command.Add(option);
        }

        AddLimitsTo(command);
    }

    public void AddLimitsTo(Command command) => _limits.AddTo(command);

    public string? Team(ParseResult arguments) => arguments.GetValue(_team);

    public IReadOnlyList<string> Models(ParseResult arguments) => arguments.GetValue(_models) ?? [];

    public IReadOnlyList<string> Providers(ParseResult arguments) => arguments.GetValue(_providers) ?? [];

    public IReadOnlyList<string> ScopeNames(ParseResult arguments) => arguments.GetValue(_scopes) is { } scopes and not [None] ? [.. scopes.Distinct()] : [];

    public IReadOnlyDictionary<string, string> Tags(ParseResult arguments) => arguments.GetValue(_tags) ?? [];

    /// <summary>Those that were given.</summary>
    public Limits Limits(ParseResult arguments) => _limits.Apply(arguments, Authentication.Access.Limits.None);

    /// <summary>The limits with those that were given put in place of what was there.</summary>
    public Limits Apply(ParseResult arguments, Limits old) => _limits.Apply(arguments, old);

    /// <summary>The key with what was given put in place of what it had.</summary>
    public VirtualKey Apply(ParseResult arguments, VirtualKey key)
    {
        return key with
        {
            Models = Has(_models) ? Models(arguments) : key.Models,
            Providers = Has(_providers) ? Providers(arguments) : key.Providers,
            Scopes = Has(_scopes) ? ScopeNames(arguments) : key.Scopes,
            Tags = Has(_tags) ? Tags(arguments) : key.Tags,
            Limits = Apply(arguments, key.Limits),
        };

        bool Has(Option option) => arguments.GetResult(option) is not null;
    }

    /// <summary>Takes <c>a,b</c> as well as the option given twice.</summary>
    public static Option<string[]> List(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "a,b",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => Items(result, name),
    };

    /// <summary>An empty list would mean "all", which is hardly what an unset variable in a script was to say.</summary>
    private static string[] Items(ArgumentResult result, string name)
    {
        string[] items = [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        if (items.Length == 0)
        {
            result.AddError($"{name} is empty. Leave it out to set no restriction.");
        }

        return items;
    }

    private static Dictionary<string, string> ParseTags(ArgumentResult result)
    {
        Dictionary<string, string> tags = [];
        foreach (Token token in result.Tokens)
        {
            if (token.Value.Split('=', 2) is not [{ Length: > 0 } key, var value])
            {
                result.AddError("--tag takes key=value.");
                return tags;
            }

            tags[key] = value;
        }

        return tags;
    }
}
