using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Settings;

namespace Gateway.Cli.Shared;

/// <summary>What is wrong with a command line, in one sentence with the word that was probably meant.</summary>
internal static class ParseMistakes
{
    /// <summary>As whoever installed it types it.</summary>
    public const string Program = "gw";

    private const int SameBeginning = 3;

    /// <summary>Null when there is nothing wrong.</summary>
    public static string? Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.TreatUnmatchedTokensAsErrors && Stray(parsed, command) is { } stray)
        {
            return stray;
        }

        if (parsed.GetValue(CommonOptions.Json) && ListOptions.AreOf(command) && parsed.GetValue(ListOptions.Csv))
        {
            return "--json and --csv are two forms of the same list: give one of them.";
        }

        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        return OfGiven(parsed) ?? Missing(parsed, command) ?? OneLine(parsed.Errors[0].Message);
    }

    /// <summary>Words separated by blanks, from the program on.</summary>
    public static string PathOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : command.Name;

    /// <summary>A word that no command, option or argument takes.</summary>
    private static string? Stray(ParseResult parsed, Command command)
    {
        // What looks like an option and is none lands wherever a value is wanted.
        string? option = parsed.UnmatchedTokens.FirstOrDefault(IsOption) ?? Values(parsed.CommandResult).FirstOrDefault(value => IsOption(value) && (value.StartsWith("--", StringComparison.Ordinal) || value.Length > 2));
        string? word = parsed.UnmatchedTokens.FirstOrDefault(token => !IsOption(token));
        return option is not null && !(word is not null && command.Subcommands.Count > 0) ? OfOption(command, option)
            : word is not null ? OfWord(command, word)
            : null;
    }

    private static bool IsOption(string text) => text.Length > 1 && text[0] == '-' && !char.IsAsciiDigit(text[1]);

    /// <summary>Of arguments, and of options of the command itself.</summary>
    private static IEnumerable<string> Values(CommandResult command) => command.Children
        .SelectMany(child => child is OptionResult or ArgumentResult ? child.Tokens : [])
        .Where(token => token.Type == TokenType.Argument)
        .Select(token => token.Value);

    private static string OfOption(Command command, string token)
    {
        string name = token.Split('=', ':')[0];
        string path = PathOf(command);
        if (name == ListOptions.Csv.Name || name == ListOptions.Wide.Name)
        {
            return $"{name} is for lists, which '{path}' does not print; --json is for every command.";
        }

        Dictionary<string, string> known = Options(command).SelectMany(option => option.Aliases.Append(option.Name)).Distinct().ToDictionary(each => each, each => each.TrimStart('-'));
        string bare = name.TrimStart('-');
        string[] meant = NearMiss.Of(bare, known.Values) is { } near
            ? [known.First(each => each.Value == near).Key]
            : [.. known.Where(each => bare.Length >= SameBeginning && (each.Value.StartsWith(bare, StringComparison.OrdinalIgnoreCase) || each.Value.Split('-').Contains(bare, StringComparer.OrdinalIgnoreCase))).Select(each => each.Key)];
        return $"'{path}' has no option {Echo.Of(name)}{(meant.Length > 0 ? $": did you mean {string.Join(" or ", meant)}?" : Pointer(command))}";
    }

    private static string OfWord(Command command, string word)
    {
        string path = PathOf(command);
        string said = Echo.Of(word);
        if (word.Equals("help", StringComparison.OrdinalIgnoreCase))
        {
            return $"There is no command '{path} {said}': did you mean '{path} --help'?";
        }

        if (NearMiss.Of(word, command.Subcommands.SelectMany(each => each.Aliases.Append(each.Name))) is { } near)
        {
            return $"There is no command '{path} {said}': did you mean '{path} {near}'?";
        }

        Command root = command;
        while (root.Parents.OfType<Command>().FirstOrDefault() is { } parent)
        {
            root = parent;
        }

        // The word may belong to another group: 'create' to keys.
        Command[] below = [.. Below(root).Where(each => each.Subcommands.Count == 0 || each.Action is not null)];
        string? name = below.Select(each => each.Name).FirstOrDefault(each => each.Equals(word, StringComparison.OrdinalIgnoreCase)) ?? (command == root ? NearMiss.Of(word, below.Select(each => each.Name)) : null);
        string[] elsewhere = [.. below.Where(each => each.Name == name).Select(PathOf)];
        return command.Subcommands.Count > 0
            ? $"There is no command '{path} {said}'{(elsewhere.Length > 0 ? $": did you mean {string.Join(" or ", elsewhere.Select(each => $"'{each}'"))}?" : Pointer(command))}"
            : $"'{path}' takes no '{said}'{Pointer(command)}";
    }

    /// <summary>An option or argument whose value cannot be read.</summary>
    private static string? OfGiven(ParseResult parsed)
    {
        foreach (ParseError error in parsed.Errors)
        {
            Option? option = (error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult)?.Option;
            if (option is null)
            {
                continue;
            }

            IReadOnlyList<Token> tokens = parsed.GetResult(option)?.Tokens ?? [];
            if (tokens.Count == 0)
            {
                return parsed.GetResult(option) is { Implicit: false } ? $"{option.Name} takes a value: {option.Name} <{option.HelpName ?? option.Name.TrimStart('-')}>." : null;
            }

            // Its own words name it; those of the parser name types of the program.
            return error.Message.StartsWith(option.Name, StringComparison.Ordinal) ? OneLine(error.Message)
                : tokens.Count > 1 ? $"{option.Name} may be given once."
                : option.ValueType == typeof(int) || option.ValueType == typeof(long) ? $"{option.Name} takes a whole number, which '{Echo.Of(tokens[0].Value)}' is not."
                : option.ValueType == typeof(bool) ? $"{option.Name} takes no value."
                : OneLine(error.Message);
        }

        return null;
    }

    private static string? Missing(ParseResult parsed, Command command)
    {
        string path = PathOf(command);
        if (command.Subcommands.Count > 0 && command.Action is null)
        {
            return $"'{path}' needs one of its commands: {string.Join(", ", command.Subcommands.Select(each => each.Name))}.";
        }

        string[] missing =
        [
            .. command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is null or { Tokens.Count: 0 }).Select(argument => $"<{argument.HelpName ?? argument.Name}>"),
            .. command.Options.Where(option => option.Required && parsed.GetResult(option) is null or { Implicit: true }).Select(option => $"{option.Name} <{option.HelpName ?? option.Name.TrimStart('-')}>"),
        ];
        return missing.Length > 0 ? $"'{path}' needs {string.Join(" and ", missing)}{Pointer(command)}" : null;
    }

    private static IEnumerable<Option> Options(Command command) => command.Options.Where(option => !option.Hidden)
        .Concat(command.Parents.OfType<Command>().SelectMany(Options).Where(option => option.Recursive));

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(each => Below(each).Prepend(each));

    private static string Pointer(Command command) => $": see '{PathOf(command)} --help'.";

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
