using System.CommandLine;
using Gateway.Cli.Shared;
using Gateway.Routing;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Cli.Prices;

/// <summary><c>prices</c>: what each model costs at each of its targets, and who says so. Needs no storage.</summary>
internal static class PricesCommand
{
    public static Command Create(CommandRunner runner, IConfiguration configuration)
    {
        Option<string?> model = new("--model") { Description = "Only this name, also provider/model, or ids that match; * as a wildcard.", HelpName = "id" };
        Option<string?> file = new("--config") { Description = "The gateway's file. Default: the settings that the gateway itself would read here.", HelpName = "gateway.json" };
        Option<string?> builtIn = new("--builtin") { Description = "The built-in lists instead, of all hosts or of one.", HelpName = "host", Arity = ArgumentArity.ZeroOrOne };
        Option<long> input = Tokens("--input", "The example's input tokens, those from the cache included.", 10_000);
        Option<long> cached = Tokens("--cached", "How many of them come from the cache.", 8_000);
        Option<long> output = Tokens("--output", "The example's output tokens.", 500);
        Command command = new("prices", "What each model costs at each of its targets, who says so, and what an example request costs.") { model, file, builtIn, input, cached, output };
        ListOptions.AddTo(command);
        command.SetAction((arguments, _) => Task.FromResult(Run(runner.Open(arguments))));
        return command;

        int Run(CommandContext context)
        {
            (long all, long read, long written) = (context.Arguments.GetValue(input), context.Arguments.GetValue(cached), context.Arguments.GetValue(output));
            if (context.Arguments.GetResult(cached) is { Implicit: true })
            {
                read = Math.Min(read, all);
            }

            if (read > all)
            {
                return context.Fail("--cached is more than --input, which includes it.");
            }

            try
            {
                PriceReport report = new(all, read, written, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
                string? name = context.Arguments.GetValue(model);
                bool isBuiltIn = context.Arguments.GetResult(builtIn) is not null;
                IConfiguration settings = context.Arguments.GetValue(file) is { } path ? Read(path) : configuration;
                IReadOnlyList<PricedTarget> All() => isBuiltIn ? report.BuiltIn(context.Arguments.GetValue(builtIn)) : report.Of(settings, null);
                IReadOnlyList<PricedTarget> rows = isBuiltIn ? [.. All().Where(row => name is null || Router.Matches(name, row.Model))] : report.Of(settings, name);
                return rows.Count == 0 ? context.Fail($"Nothing of that name is offered or listed{(name is not null && NearMiss.Of(name, All().Select(row => row.Model)) is { } meant ? $": did you mean {meant}?" : ".")}") : PricesOutput.Write(context, rows, $"{all} input tokens, {read} of them from the cache, and {written} output tokens");
            }
            catch (ConfigurationException mistakes)
            {
                return context.Fail(mistakes.Message.ReplaceLineEndings(" "));
            }
        }
    }

    private static IConfiguration Read(string path) => GatewayConfiguration.Reading(path, () => new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path)).AddEnvironmentVariables().Build());

    private static Option<long> Tokens(string name, string description, long standard)
    {
        Option<long> option = new(name) { Description = description, HelpName = "tokens", DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && (!long.TryParse(text, out long tokens) || tokens is < 0 or > 1_000_000_000))
            {
                result.AddError($"{name} takes a number of tokens from 0 to 1000000000.");
            }
        });
        return option;
    }
}
