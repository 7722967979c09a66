using System.CommandLine;
using System.Globalization;
using Gateway.Authentication.Access;

namespace Gateway.Cli.Shared;

/// <summary>The options that say how much may be used, of all models and of some: <c>--rpm 60 --rpm 'gpt-*=10:shadow'</c>.</summary>
internal sealed class LimitOptions
{
    /// <summary>Takes a limit away where there was one.</summary>
    private const string None = "none";

    /// <summary>The limits that can be said in one text.</summary>
    public const string LimitForms = "rpm, input-tpm, output-tpm, streams, budget-day, budget-week, budget-month, budget-lifetime";

    private readonly (Option<Given[]?> Option, Func<Limits, Given, Limits> Set)[] _amounts =
    [
        (Rate("--rpm", "Requests per minute."), (limits, given) => limits with { RequestsPerMinute = given.Rate }),
        (Rate("--input-tpm", "Input tokens per minute."), (limits, given) => limits with { InputTokensPerMinute = given.Rate }),
        (Rate("--output-tpm", "Output tokens per minute."), (limits, given) => limits with { OutputTokensPerMinute = given.Rate }),
        (Rate("--streams", "Concurrent streams."), (limits, given) => limits with { ConcurrentStreams = given.Rate }),
        (Money("--budget-day", "USD per day."), (limits, given) => limits with { BudgetPerDay = given.Budget }),
        (Money("--budget-week", "USD per week."), (limits, given) => limits with { BudgetPerWeek = given.Budget }),
        (Money("--budget-month", "USD per month."), (limits, given) => limits with { BudgetPerMonth = given.Budget }),
        (Money("--budget-lifetime", "USD in all."), (limits, given) => limits with { BudgetForLifetime = given.Budget }),
    ];

    private readonly Option<AlertPercentages?> _alertAt = AlertPercentages.Option();

    public void AddTo(Command command)
    {
        foreach ((Option<Given[]?> option, _) in _amounts)
        {
            command.Add(option);
        }

        command.Add(_alertAt);
    }

    /// <summary>The limits with those that were given put in place of what was there.</summary>
    public Limits Apply(ParseResult arguments, Limits old)
    {
        Limits limits = arguments.GetResult(_alertAt) is null ? old : old with { AlertAt = arguments.GetValue(_alertAt)?.Value };
        foreach ((Option<Given[]?> option, Func<Limits, Given, Limits> set) in _amounts)
        {
            foreach (Given given in arguments.GetValue(option) ?? [])
            {
                limits = given.Model is { } model
                    ? limits with { Models = ModelLimits.Change(limits.Models, model, of => set(of, given)) }
                    : set(limits, given);
            }
        }

        return limits;
    }

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

    private static Option<Given[]?> Rate(string name, string description) => Amount(
        name, description, "n", "a whole number",
        (model, number, mode) => long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? new Given(model, new RateLimit(value, mode), null) : null);

    private static Option<Given[]?> Money(string name, string description) => Amount(
        name, description, "usd", "an amount such as 12.50",
        (model, number, mode) => decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal usd) ? new Given(model, null, new Budget(usd, mode)) : null);

    private static Option<Given[]?> Amount(string name, string description, string unit, string right, Func<string?, string, LimitMode, Given?> read) => new(name)
    {
        Description = $"{description} Add ':shadow' to report without refusing. 'claude-*={unit}' is for models of that name only, beside the limit for all; may be given more than once.",
        HelpName = $"[model=]{unit}[:shadow]|none",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result =>
        {
            Given?[] all = [.. result.Tokens.Select(token => Parse(token.Value, read))];
            if (all.Contains(null))
            {
                result.AddError($"{name} takes {right}, alone or with ':shadow', or '{None}'; before it may stand a pattern of models, as in 'claude-*={None}'.");
                return null;
            }

            if (all.DistinctBy(given => given!.Model?.ToUpperInvariant()).Count() < all.Length)
            {
                result.AddError($"{name} is given twice for the same models.");
                return null;
            }

            return all!;
        },
    };

    private static Given? Parse(string text, Func<string?, string, LimitMode, Given?> read)
    {
        int at = text.LastIndexOf('=');
        string? model = at < 0 ? null : text[..at];
        return text[(at + 1)..].Split(':') switch
        {
            _ when at == 0 => null,
            [None] => new Given(model, null, null),
            [var number] => read(model, number, LimitMode.Enforce),
            [var number, "enforce"] => read(model, number, LimitMode.Enforce),
            [var number, "shadow"] => read(model, number, LimitMode.Shadow),
            _ => null,
        };
    }

    /// <summary>One value of an option; neither amount is "none".</summary>
    private sealed record Given(string? Model, RateLimit? Rate, Budget? Budget);
}
