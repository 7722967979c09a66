using Gateway.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gateway;

/// <summary>Starting, and saying in one message why not: settings that cannot work are no crash.</summary>
public static class GatewayStart
{
    private const int Failed = 1;

    /// <summary>Builds and runs the program. Returns its exit code.</summary>
    public static async Task<int> RunAsync(Func<Task> run, TextWriter errors)
    {
        try
        {
            await run();
            return 0;
        }
        catch (Exception exception) when (Reason(exception) is { } reason)
        {
            await errors.WriteLineAsync(reason);
            return Failed;
        }
    }

    /// <summary>Before the host looks itself, which would log the same with its stack.</summary>
    public static void CheckOptions(IServiceProvider services) => services.GetService<IStartupValidator>()?.Validate();

    private static string? Reason(Exception exception) => exception switch
    {
        ConfigurationException => exception.Message,
        OptionsValidationException options => new ConfigurationException([.. options.Failures]).Message,
        AggregateException many when many.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            new ConfigurationException([.. many.InnerExceptions.Cast<OptionsValidationException>().SelectMany(options => options.Failures)]).Message,
        // The host's own word for a stop that took longer than it may. Who could not finish has said so in the log.
        OperationCanceledException => "The gateway ended before all was done that is to be done at the end.",
        _ => ListeningProblem.Of(exception),
    };
}
