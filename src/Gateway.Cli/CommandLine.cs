using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Gateway.Cli.Alerts;
using Gateway.Cli.Audit;
using Gateway.Cli.Config;
using Gateway.Cli.Doctor;
using Gateway.Cli.Issuers;
using Gateway.Cli.Keys;
using Gateway.Cli.Prices;
using Gateway.Cli.Serve;
using Gateway.Cli.Shared;
using Gateway.Cli.Teams;
using Gateway.Cli.Usage;
using Gateway.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Cli;

/// <summary>The operator's command line, straight on the storage that the gateway uses.</summary>
internal static class CommandLine
{
    private static readonly Dictionary<string, string[]> s_examples = new()
    {
        ["gw keys create"] = ["gw keys create --team search --name ci --models 'gpt-*,claude-*' --rpm 60", "gw keys create --team search --owner ada --budget-month 50 --expires 90d"],
        ["gw keys list"] = ["gw keys list --team search", "gw keys list --csv > keys.csv"],
        ["gw keys update"] = ["gw keys update u906gaxq0aig --budget-month 80 --rpm none"],
        ["gw keys rotate"] = ["gw keys rotate u906gaxq0aig --overlap 48h"],
        ["gw teams set"] = ["gw teams set search --budget-month 500 --time-zone Europe/Berlin", "gw teams set search --rpm 'gpt-*=60' --budget-day 'claude-opus-*=20:shadow'"],
        ["gw issuers add"] = ["gw issuers add github --issuer https://token.actions.githubusercontent.com \\", "  --audience https://gateway.example --claim 'repository=my-org/*' --team ci"],
        ["gw usage"] = ["gw usage --by key,model --from 7d", "gw usage --by owner --team search", "gw usage --by tag:ticket,model --from 2026-11-01 --to 2026-11-30 --csv"],
        ["gw usage requests"] = ["gw usage requests --day 1d --status 5xx --last 20", "gw usage requests --from 7d --tag ticket=ABC-1 --csv"],
        ["gw audit list"] = ["gw audit list --since 7d --target u906gaxq0aig"],
        ["gw prices"] = ["gw prices --model 'gpt-*'", "gw prices --builtin api.groq.com"],
    };

    /// <param name="args">As a shell cuts them.</param>
    /// <param name="configuration">The gateway's own settings.</param>
    /// <param name="output">For what was asked for.</param>
    /// <param name="error">For what went wrong.</param>
    /// <param name="width">Columns of the terminal that shows the output; null where a file or another program takes it.</param>
    public static async Task<int> RunAsync(string[] args, IConfiguration configuration, TextWriter output, TextWriter error, int? width = null)
    {
        IServiceCollection services = new ServiceCollection()
            .AddGatewayStorage(configuration)
            .Configure<GatewayStorageOptions>(options => options.RequireTables = true);
        CommandRunner runner = new(services, output, error, configuration, width);
        Command root = new(ParseMistakes.Program, "Operate a Messages Gateway: its keys, the limits of teams, the issuers it trusts, what was used, what it costs, the trail of changes, and its settings. It uses the gateway's storage settings (GatewayStorage, or GatewayStorage__tableServiceUri).")
        {
            new HelpOption(),
            new VersionOption(),
            CommonOptions.Json,
            CommonOptions.As,
            KeysCommand.Create(runner),
            TeamsCommand.Create(runner),
            IssuersCommand.Create(runner),
            UsageCommand.Create(runner, configuration),
            AuditCommand.Create(runner),
            PricesCommand.Create(runner, configuration),
            AlertsCommand.Create(runner),
            ServeCommand.Create(AppContext.BaseDirectory, error),
            ConfigCommand.Create(CliConfiguration.Read, Console.In, output, error, width),
            DoctorCommand.Create(runner, () => configuration is IConfigurationRoot root && root.Providers.Any() ? root : CliConfiguration.Read(), IsTerminal(output) ? Console.In : null, error),
        };
        Help.Set(root, width, s_examples);

        // A value that begins with @ is a value, and -abc is no three options.
        ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        bool asksForHelp = parsed.Action is not (null or ParseErrorAction) && parsed.Action != parsed.CommandResult.Command.Action;
        if (!asksForHelp && ParseMistakes.Of(parsed) is { } mistake)
        {
            await error.WriteLineAsync(mistake);
            return 1;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
    }

    /// <summary>Somebody sits there and may be asked.</summary>
    private static bool IsTerminal(TextWriter output) => ReferenceEquals(output, Console.Out) && !Console.IsInputRedirected && !Console.IsOutputRedirected;
}
