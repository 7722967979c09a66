using System.CommandLine;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Cli.Shared;
using Gateway.Probes;
using Gateway.Reload;
using Gateway.Routing;
using Gateway.Settings;
using Gateway.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gateway.Cli.Doctor;

/// <summary><c>doctor</c>: looks at all that a gateway needs, and says what to mend.</summary>
internal sealed class DoctorCommand
{
    public const string Name = "doctor";

    private readonly Option<bool> _call = new("--call-providers") { Description = "Call each model of each provider once, with a few tokens, or ask for the list of models, which is free. Without it a terminal is asked first." };
    private readonly Option<string?> _url = new("--url") { Description = $"Look at a gateway that runs, too. A key is taken from {string.Join(", ", GatewayCheck.Keys[..^1])} or {GatewayCheck.Keys[^1]}.", HelpName = "https://..." };
    private readonly Func<IConfigurationRoot> _read;
    private readonly TextReader? _terminal;
    private readonly TextWriter _error;

    private DoctorCommand(Func<IConfigurationRoot> read, TextReader? terminal, TextWriter error) => (_read, _terminal, _error) = (read, terminal, error);

    /// <param name="runner">Opens contexts.</param>
    /// <param name="read">Reads the settings; says what is wrong with a file that cannot be read.</param>
    /// <param name="terminal">Where somebody can be asked; null where nobody sits.</param>
    /// <param name="error">For what belongs to no finding.</param>
    public static Command Create(CommandRunner runner, Func<IConfigurationRoot> read, TextReader? terminal, TextWriter error)
    {
        DoctorCommand doctor = new(read, terminal, error);
        Command command = new(Name, "Look at all that a gateway needs, and say what to mend: settings, storage, tables, roles, clock, prices, providers. Exit code 0: nothing has failed. Run it where the gateway runs, or with its settings.") { doctor._call, doctor._url };
        command.SetAction((arguments, cancellation) => doctor.RunAsync(runner.Open(arguments), cancellation));
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Uri? gateway = null;
        if (context.Arguments.GetValue(_url) is { } text && (!Uri.TryCreate(text, UriKind.Absolute, out gateway) || gateway.Scheme is not ("http" or "https")))
        {
            return context.Fail("--url takes the address of a gateway, such as https://gateway.example.");
        }

        DoctorOutput output = new(context, _error);
        try
        {
            await LookAsync(context, output, gateway, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return context.Fail("Cancelled.");
        }

        return output.End();
    }

    private async Task LookAsync(CommandContext context, DoctorOutput output, Uri? gateway, CancellationToken cancellationToken)
    {
        IConfigurationRoot settings;
        try
        {
            settings = _read();
        }
        catch (ConfigurationException unreadable)
        {
            // Nothing else can be known.
            Add(output, SettingsCheck.Of(new ConfigurationCheck([], unreadable.Errors, [], null)));
            return;
        }

        ConfigurationCheck check = GatewayServices.CheckConfiguration(settings);
        Add(output, SettingsCheck.Of(check));
        await using ServiceProvider storage = new ServiceCollection().AddGatewayStorage(settings).BuildServiceProvider();
        bool reads = await StorageAsync(storage, output, cancellationToken);
        if (check.Result is not null)
        {
            await ProvidersAsync(context, settings, storage, reads, output, cancellationToken);
        }

        if (gateway is not null)
        {
            await AddAsync(output, new GatewayCheck(gateway, settings).RunAsync(cancellationToken));
        }
    }

    /// <returns>Rows can be read, or are in this process.</returns>
    private static async Task<bool> StorageAsync(ServiceProvider storage, DoctorOutput output, CancellationToken cancellationToken)
    {
        try
        {
            if (!storage.GetRequiredService<IOptions<GatewayStorageOptions>>().Value.UsesTables)
            {
                return true;
            }
        }
        catch (OptionsValidationException)
        {
            // The settings' own finding has said it.
            return false;
        }

        StorageCheck check = new(storage.GetRequiredService<StorageProbe>());
        await AddAsync(output, check.RunAsync(cancellationToken));
        return check.Reads;
    }

    private async Task ProvidersAsync(CommandContext context, IConfiguration settings, ServiceProvider storage, bool reads, DoctorOutput output, CancellationToken cancellationToken)
    {
        await using ServiceProvider probes = new ServiceCollection().AddProviderProbes(settings).BuildServiceProvider();
        PricesCheck prices = new(
            probes.GetRequiredService<UnpricedModels>(), probes.GetRequiredService<LiveRouter>(),
            storage.GetRequiredService<KeyAdministration>(), storage.GetRequiredService<TeamAdministration>(), storage.GetRequiredService<IssuerAdministration>());
        output.Add(await prices.RunAsync(reads, cancellationToken));
        await AddAsync(output, new ReachCheck(probes.GetRequiredService<ProviderReach>()).RunAsync(cancellationToken));
        CallCheck calls = new(probes.GetRequiredService<ProviderProbe>());
        if (calls.Calls.Count == 0)
        {
            return;
        }

        if (context.Arguments.GetValue(_call) || await ConsentsAsync(context, calls.Words, cancellationToken))
        {
            await AddAsync(output, calls.RunAsync(cancellationToken));
        }
        else
        {
            output.NotCalled = $"Not made: {calls.Words}. Run 'gw doctor --call-providers' to make them: only they show whether keys, roles and names of models are right.";
        }
    }

    private async Task<bool> ConsentsAsync(CommandContext context, string words, CancellationToken cancellationToken)
    {
        if (_terminal is null || context.Json)
        {
            return false;
        }

        await _error.WriteAsync($"Make {words}? [y/N] ");
        return (await _terminal.ReadLineAsync(cancellationToken))?.Trim() is "y" or "Y" or "yes";
    }

    private static void Add(DoctorOutput output, IEnumerable<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            output.Add(finding);
        }
    }

    private static async Task AddAsync(DoctorOutput output, IAsyncEnumerable<Finding> findings)
    {
        await foreach (Finding finding in findings)
        {
            output.Add(finding);
        }
    }
}
