using System.CommandLine;
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
    public static Task<int> RunAsync(string[] args, IConfiguration configuration, TextWriter output, TextWriter error)
    {
        IServiceCollection services = new ServiceCollection()
            .AddGatewayStorage(configuration)
            .Configure<GatewayStorageOptions>(options => options.RequireTables = true);
        CommandRunner runner = new(services, output, error);
        RootCommand root = new("Operate a Messages Gateway: its keys, the limits of teams, the issuers it trusts, what was used, what it costs, the trail of changes, and its settings. It uses the gateway's storage settings (GatewayStorage, or GatewayStorage__tableServiceUri).")
        {
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
            ConfigCommand.Create(CliConfiguration.Read, Console.In, output, error),
            DoctorCommand.Create(runner, () => configuration is IConfigurationRoot root && root.Providers.Any() ? root : CliConfiguration.Read(), IsTerminal(output) ? Console.In : null, error),
        };
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
    }

    /// <summary>Somebody sits there and may be asked.</summary>
    private static bool IsTerminal(TextWriter output) => ReferenceEquals(output, Console.Out) && !Console.IsInputRedirected && !Console.IsOutputRedirected;
}
