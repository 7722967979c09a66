using System.CommandLine;
using Gateway.Settings;
using Gateway.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gateway.Cli.Shared;

/// <summary>Opens the storage for a command and says in one line what went wrong.</summary>
/// <param name="services">All that commands ask their <see cref="CommandContext"/> for.</param>
/// <param name="output">For what was asked for.</param>
/// <param name="error">For what went wrong.</param>
/// <param name="configuration">The gateway's settings, as far as they are at hand.</param>
/// <param name="width">Of the terminal; null without one.</param>
internal sealed class CommandRunner(IServiceCollection services, TextWriter output, TextWriter error, IConfiguration configuration, int? width)
{
    /// <summary>Where a command looks up what the gateway offers.</summary>
    public IConfiguration Configuration => configuration;

    /// <summary>For commands that only look: a role that may read is enough for them.</summary>
    public Task<int> ReadAsync(ParseResult arguments, Func<CommandContext, CancellationToken, Task<int>> command, CancellationToken cancellationToken) =>
        RunAsync(arguments, command, writes: false, cancellationToken);

    /// <summary>For commands that change something: makes the tables that are missing.</summary>
    public Task<int> WriteAsync(ParseResult arguments, Func<CommandContext, CancellationToken, Task<int>> command, CancellationToken cancellationToken) =>
        RunAsync(arguments, command, writes: true, cancellationToken);

    /// <summary>For commands that ask a gateway over HTTP: whoever has a key has no storage.</summary>
    public async Task<int> AskAsync(ParseResult arguments, Func<CommandContext, CancellationToken, Task<int>> command, CancellationToken cancellationToken)
    {
        await using ServiceProvider provider = services.BuildServiceProvider();
        return await command(new CommandContext(arguments, provider, output, error, width), cancellationToken);
    }

    /// <summary>For commands that need no storage.</summary>
    public CommandContext Open(ParseResult arguments) => new(arguments, EmptyServices.Instance, output, error, width);

    private async Task<int> RunAsync(
        ParseResult arguments, Func<CommandContext, CancellationToken, Task<int>> command, bool writes, CancellationToken cancellationToken)
    {
        await using ServiceProvider provider = services.BuildServiceProvider();
        CommandContext context = new(arguments, provider, output, error, width);
        try
        {
            _ = provider.GetRequiredService<IOptions<GatewayStorageOptions>>().Value;
            TableSetup setup = provider.GetRequiredService<TableSetup>();
            if (await (writes ? setup.CreateMissingTablesAsync(cancellationToken) : setup.ConnectAsync(cancellationToken)) is { } newer)
            {
                context.Note(newer);
            }

            return await command(context, cancellationToken);
        }
        catch (OptionsValidationException exception)
        {
            return context.Fail(string.Join(" ", exception.Failures));
        }
        catch (ConfigurationException exception)
        {
            return context.Fail(exception.Message.ReplaceLineEndings(" "));
        }
        catch (StorageUnavailableException exception)
        {
            return context.Fail(exception.Message);
        }
        catch (OperationCanceledException)
        {
            return context.Fail("Cancelled.");
        }
    }

    private sealed class EmptyServices : IServiceProvider
    {
        public static EmptyServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
