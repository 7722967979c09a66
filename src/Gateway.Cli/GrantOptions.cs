using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Gateway.Authentication;

namespace Gateway.Cli;

/// <summary>The options that say what a key or an issuer's tokens may do.</summary>
internal sealed class GrantOptions
{
    private readonly Option<string> _team = new("--team") { Description = "The team that pays.", Required = true };
    private readonly Option<string[]> _models = List("--models", "Models it may ask for, with * as a wildcard. Default: every model.");
    private readonly Option<string[]> _providers = List("--providers", "Providers it may reach. Default: every provider.");
    private readonly Option<string[]> _scopes = List("--scope", $"What it may do beyond calling models: {string.Join(", ", Scopes.All)}.");
    private readonly Option<Dictionary<string, string>?> _tags = new("--tag")
    {
        Description = "A tag for reports; may be given more than once.",
        HelpName = "k=v",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = ParseTags,
    };

    private readonly Option<RateLimit?> _requests = Rate("--rpm", "Requests per minute.");
    private readonly Option<RateLimit?> _input = Rate("--input-tpm", "Input tokens per minute.");
    private readonly Option<RateLimit?> _output = Rate("--output-tpm", "Output tokens per minute.");
    private readonly Option<RateLimit?> _streams = Rate("--streams", "Concurrent streams.");
    private readonly Option<Budget?> _day = Money("--budget-day", "USD per day (UTC).");
    private readonly Option<Budget?> _week = Money("--budget-week", "USD per week (UTC).");
    private readonly Option<Budget?> _month = Money("--budget-month", "USD per month (UTC).");
    private readonly Option<Budget?> _lifetime = Money("--budget-lifetime", "USD in all.");

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_team, _models, _providers, _scopes, _tags, _requests, _input, _output, _streams, _day, _week, _month, _lifetime])
        {
            command.Add(option);
        }
    }

    public string Team(ParseResult arguments) => arguments.GetRequiredValue(_team);

    public IReadOnlyList<string> Models(ParseResult arguments) => arguments.GetValue(_models) ?? [];

    public IReadOnlyList<string> Providers(ParseResult arguments) => arguments.GetValue(_providers) ?? [];

    public IReadOnlyList<string> ScopeNames(ParseResult arguments) => arguments.GetValue(_scopes) ?? [];

    public IReadOnlyDictionary<string, string> Tags(ParseResult arguments) => arguments.GetValue(_tags) ?? [];

    public Limits Limits(ParseResult arguments) => new()
    {
        RequestsPerMinute = arguments.GetValue(_requests),
        InputTokensPerMinute = arguments.GetValue(_input),
        OutputTokensPerMinute = arguments.GetValue(_output),
        ConcurrentStreams = arguments.GetValue(_streams),
        BudgetPerDay = arguments.GetValue(_day),
        BudgetPerWeek = arguments.GetValue(_week),
        BudgetPerMonth = arguments.GetValue(_month),
        BudgetForLifetime = arguments.GetValue(_lifetime),
    };

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

    private static Option<RateLimit?> Rate(string name, string description) => new(name)
    {
        Description = $"{description} Add ':shadow' to report without refusing.",
        HelpName = "n[:shadow]",
        CustomParser = result => Split(result) is var (number, mode) && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? new RateLimit(value, mode)
            : Wrong<RateLimit>(result, name, "a whole number"),
    };

    private static Option<Budget?> Money(string name, string description) => new(name)
    {
        Description = $"{description} Add ':shadow' to report without refusing.",
        HelpName = "usd[:shadow]",
        CustomParser = result => Split(result) is var (number, mode) && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal usd)
            ? new Budget(usd, mode)
            : Wrong<Budget>(result, name, "an amount such as 12.50"),
    };

    private static (string Number, LimitMode Mode)? Split(ArgumentResult result) => result.Tokens[0].Value.Split(':') switch
    {
        [var number] => (number, LimitMode.Enforce),
        [var number, "enforce"] => (number, LimitMode.Enforce),
        [var number, "shadow"] => (number, LimitMode.Shadow),
        _ => null,
    };

    private static T? Wrong<T>(ArgumentResult result, string name, string right)
        where T : class
    {
        result.AddError($"{name} takes {right}, alone or with ':shadow'.");
        return null;
    }
}
