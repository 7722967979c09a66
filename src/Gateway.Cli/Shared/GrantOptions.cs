using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;

namespace Gateway.Cli.Shared;

/// <summary>The options that say what a key or an issuer's tokens may do.</summary>
internal sealed class GrantOptions
{
    /// <summary>Takes a limit away where there was one.</summary>
    private const string None = "none";

    /// <summary>The limits that can be said in one text.</summary>
    public const string LimitForms = "rpm, input-tpm, output-tpm, streams, budget-day, budget-week, budget-month, budget-lifetime";

    private readonly Option<string?> _team = new("--team") { Description = "The team that pays." };
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

    private readonly Option<Given<RateLimit>?> _requests = Rate("--rpm", "Requests per minute.");
    private readonly Option<Given<RateLimit>?> _input = Rate("--input-tpm", "Input tokens per minute.");
    private readonly Option<Given<RateLimit>?> _output = Rate("--output-tpm", "Output tokens per minute.");
    private readonly Option<Given<RateLimit>?> _streams = Rate("--streams", "Concurrent streams.");
    private readonly Option<Given<Budget>?> _day = Money("--budget-day", "USD per day.");
    private readonly Option<Given<Budget>?> _week = Money("--budget-week", "USD per week.");
    private readonly Option<Given<Budget>?> _month = Money("--budget-month", "USD per month.");
    private readonly Option<Given<Budget>?> _lifetime = Money("--budget-lifetime", "USD in all.");
    private readonly Option<AlertPercentages?> _alertAt = AlertPercentages.Option();

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

    public void AddLimitsTo(Command command)
    {
        foreach (Option option in (Option[])[_requests, _input, _output, _streams, _day, _week, _month, _lifetime, _alertAt])
        {
            command.Add(option);
        }
    }

    public string? Team(ParseResult arguments) => arguments.GetValue(_team);

    public IReadOnlyList<string> Models(ParseResult arguments) => arguments.GetValue(_models) ?? [];

    public IReadOnlyList<string> Providers(ParseResult arguments) => arguments.GetValue(_providers) ?? [];

    public IReadOnlyList<string> ScopeNames(ParseResult arguments) => arguments.GetValue(_scopes) is { } scopes and not [None] ? scopes : [];

    public IReadOnlyDictionary<string, string> Tags(ParseResult arguments) => arguments.GetValue(_tags) ?? [];

    public Limits Limits(ParseResult arguments) => new()
    {
        RequestsPerMinute = arguments.GetValue(_requests)?.Value,
        InputTokensPerMinute = arguments.GetValue(_input)?.Value,
        OutputTokensPerMinute = arguments.GetValue(_output)?.Value,
        ConcurrentStreams = arguments.GetValue(_streams)?.Value,
        BudgetPerDay = arguments.GetValue(_day)?.Value,
        BudgetPerWeek = arguments.GetValue(_week)?.Value,
        BudgetPerMonth = arguments.GetValue(_month)?.Value,
        BudgetForLifetime = arguments.GetValue(_lifetime)?.Value,
        AlertAt = arguments.GetValue(_alertAt)?.Value,
    };

    /// <summary>Limits as one text, <c>budget-month:200,rpm:120:shadow</c>; null when it is none.</summary>
    public static Limits? ParseLimits(string text)
    {
        Limits limits = new();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] words = part.Split(':');
            LimitMode? mode = words is [_, _] or [_, _, "enforce"] ? LimitMode.Enforce : words is [_, _, "shadow"] ? LimitMode.Shadow : null;
            if (mode is not { } given
                || !decimal.TryParse(words[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
                || With(limits, words[0], number, given) is not { } more)
            {
                return null;
            }

            limits = more;
        }

        return limits;
    }

    private static Limits? With(Limits limits, string name, decimal number, LimitMode mode)
    {
        RateLimit? rate = decimal.IsInteger(number) && number <= long.MaxValue ? new RateLimit((long)number, mode) : null;
        Budget budget = new(number, mode);
        return name switch
        {
            "rpm" when rate is not null => limits with { RequestsPerMinute = rate },
            "input-tpm" when rate is not null => limits with { InputTokensPerMinute = rate },
            "output-tpm" when rate is not null => limits with { OutputTokensPerMinute = rate },
            "streams" when rate is not null => limits with { ConcurrentStreams = rate },
            "budget-day" => limits with { BudgetPerDay = budget },
            "budget-week" => limits with { BudgetPerWeek = budget },
            "budget-month" => limits with { BudgetPerMonth = budget },
            "budget-lifetime" => limits with { BudgetForLifetime = budget },
            _ => null,
        };
    }

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

    /// <summary>The limits with those that were given put in place of what was there.</summary>
    public Limits Apply(ParseResult arguments, Limits old)
    {
        Limits given = Limits(arguments);
        return new Limits
        {
            RequestsPerMinute = Has(_requests) ? given.RequestsPerMinute : old.RequestsPerMinute,
            InputTokensPerMinute = Has(_input) ? given.InputTokensPerMinute : old.InputTokensPerMinute,
            OutputTokensPerMinute = Has(_output) ? given.OutputTokensPerMinute : old.OutputTokensPerMinute,
            ConcurrentStreams = Has(_streams) ? given.ConcurrentStreams : old.ConcurrentStreams,
            BudgetPerDay = Has(_day) ? given.BudgetPerDay : old.BudgetPerDay,
            BudgetPerWeek = Has(_week) ? given.BudgetPerWeek : old.BudgetPerWeek,
            BudgetPerMonth = Has(_month) ? given.BudgetPerMonth : old.BudgetPerMonth,
            BudgetForLifetime = Has(_lifetime) ? given.BudgetForLifetime : old.BudgetForLifetime,
            AlertAt = Has(_alertAt) ? given.AlertAt : old.AlertAt,
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

    private static Option<Given<RateLimit>?> Rate(string name, string description) => new(name)
    {
        Description = $"{description} Add ':shadow' to report without refusing.",
        HelpName = "n[:shadow]|none",
        CustomParser = result =>
            result.Tokens is [{ Value: None }] ? new Given<RateLimit>(null)
            : Split(result) is var (number, mode) && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? new Given<RateLimit>(new(value, mode))
            : Wrong<RateLimit>(result, name, "a whole number"),
    };

    private static Option<Given<Budget>?> Money(string name, string description) => new(name)
    {
        Description = $"{description} Add ':shadow' to report without refusing.",
        HelpName = "usd[:shadow]|none",
        CustomParser = result =>
            result.Tokens is [{ Value: None }] ? new Given<Budget>(null)
            : Split(result) is var (number, mode) && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal usd) ? new Given<Budget>(new(usd, mode))
            : Wrong<Budget>(result, name, "an amount such as 12.50"),
    };

    private static (string Number, LimitMode Mode)? Split(ArgumentResult result) => result.Tokens[0].Value.Split(':') switch
    {
        [var number] => (number, LimitMode.Enforce),
        [var number, "enforce"] => (number, LimitMode.Enforce),
        [var number, "shadow"] => (number, LimitMode.Shadow),
        _ => null,
    };

    private static Given<T>? Wrong<T>(ArgumentResult result, string name, string right)
        where T : class
    {
        result.AddError($"{name} takes {right}, alone or with ':shadow', or '{None}'.");
        return null;
    }

    /// <summary>Tells "none" from an option that was not given: the parser takes a plain null for a failure.</summary>
    private sealed record Given<T>(T? Value)
        where T : class;
}
