namespace Gateway.Authentication.Access;

/// <summary>What holds for everything that grants access: keys and the mappings of issuers.</summary>
internal static class GrantRules
{
    private const int LongestTeam = 64;
    private const int LongestPattern = 200;
    private const int MostItems = 100;
    private const int LongestTag = 128;
    private const int MostModels = 20;

    /// <summary>Table Storage has 1 KiB for a key, and the pattern stands behind the name of a team.</summary>
    private const int LongestModel = 100;

    public static IReadOnlyList<string> Validate(
        string team, IReadOnlyList<string> models, IReadOnlyList<string> providers, IReadOnlyList<string> scopes, Limits limits)
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(team))
        {
            errors.Add("The team must not be empty.");
        }
        else if (!IsTeam(team))
        {
            errors.Add($"The team must have at most {LongestTeam} characters, without / \\ # ? and control characters.");
        }

        Patterns(errors, "model", models);
        Patterns(errors, "provider", providers);
        errors.AddRange(scopes.Except(Scopes.All, StringComparer.Ordinal).Select(
            scope => $"There is no scope '{scope}'. Known: {string.Join(", ", Scopes.All)}."));

        Amounts(errors, limits);
        ModelNames(errors, limits.Models ?? []);
        Percentages(errors, limits.AlertAt ?? []);
        return errors;
    }

    /// <summary>They stand in headers and, with other marks for / and :, in keys of rows.</summary>
    private static bool IsModelPattern(string pattern) =>
        pattern.Length is > 0 and <= LongestModel && pattern.All(c => c is > ' ' and < '\x7f' && !"\\#?%,='\"|!".Contains(c, StringComparison.Ordinal));

    private static void ModelNames(List<string> errors, IReadOnlyList<ModelLimits> models)
    {
        if (models.Count > MostModels)
        {
            errors.Add($"There are limits for more than {MostModels} patterns of models.");
        }

        foreach (ModelLimits entry in models)
        {
            if (!IsModelPattern(entry.Model))
            {
                errors.Add($"The pattern of models that limits are for must have 1 to {LongestModel} letters, digits and marks such as . _ - / : @ *, without spaces, commas and quotes.");
            }

            List<string> wrong = [];
            Amounts(wrong, entry.Limits);
            errors.AddRange(wrong.Select(error => $"'{entry.Model}': {error}"));
        }
    }

    private static void Amounts(List<string> errors, Limits limits)
    {
        Rate(errors, "requests per minute", limits.RequestsPerMinute);
        Rate(errors, "input tokens per minute", limits.InputTokensPerMinute);
        Rate(errors, "output tokens per minute", limits.OutputTokensPerMinute);
        Rate(errors, "concurrent streams", limits.ConcurrentStreams);
        Money(errors, "budget per day", limits.BudgetPerDay);
        Money(errors, "budget per week", limits.BudgetPerWeek);
        Money(errors, "budget per month", limits.BudgetPerMonth);
        Money(errors, "lifetime budget", limits.BudgetForLifetime);
    }

    /// <summary>Rows of other tables are keyed by it: what Table Storage takes in no key is no team, nor what is no part of a path.</summary>
    public static bool IsTeam(string team) =>
        !string.IsNullOrWhiteSpace(team) && team is not ("." or "..") && team.Length <= LongestTeam && !team.AsSpan().ContainsAny("/\\#?") && !team.Any(char.IsControl);

    public static void Tags(List<string> errors, IReadOnlyDictionary<string, string> tags)
    {
        if (tags.Count > MostItems)
        {
            errors.Add($"There are more than {MostItems} tags.");
        }

        foreach ((string key, string value) in tags)
        {
            Text(errors, "name of a tag", key, LongestTag);
            Text(errors, $"tag '{key}'", value, LongestTag);
        }
    }

    public static void Text(List<string> errors, string what, string? text, int longest)
    {
        if (text is not null && (string.IsNullOrWhiteSpace(text) || text.Length > longest || text.Any(char.IsControl)))
        {
            errors.Add($"The {what} must have 1 to {longest} characters, and no control characters.");
        }
    }

    private static void Patterns(List<string> errors, string what, IReadOnlyList<string> patterns)
    {
        if (patterns.Count > MostItems)
        {
            errors.Add($"There are more than {MostItems} {what} patterns.");
        }

        foreach (string pattern in patterns)
        {
            Text(errors, $"{what} pattern", pattern, LongestPattern);
        }
    }

    private static void Rate(List<string> errors, string what, RateLimit? limit)
    {
        if (limit is { Value: < 1 })
        {
            errors.Add($"The limit of {what} must be 1 or more. To stop a key, revoke it.");
        }
    }

    /// <summary>More than 100 is for budgets that only report.</summary>
    private static void Percentages(List<string> errors, IReadOnlyList<int> percentages)
    {
        if (percentages.Count > 10 || percentages.Any(percent => percent is < 1 or > 1000) || percentages.Distinct().Count() < percentages.Count)
        {
            errors.Add("Alerts are at up to 10 different percentages from 1 to 1000, such as 50, 80 and 100.");
        }
    }

    private static void Money(List<string> errors, string what, Budget? budget)
    {
        if (budget is { Usd: < 0 })
        {
            errors.Add($"The {what} must not be negative.");
        }
    }
}
