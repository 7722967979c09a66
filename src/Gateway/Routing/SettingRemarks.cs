using Gateway.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Routing;

/// <summary>
/// What in the environment is probably not meant as it is. It stops nothing, since the variables of well-known providers are
/// other programs' too; a start and <c>config check</c> say it. No value is repeated.
/// </summary>
internal sealed partial class SettingRemarks(IConfiguration configuration, ILoggerFactory loggers) : IHostedService
{
    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Routing.SettingRemarks");

    public static IEnumerable<string> Of(IConfiguration configuration) =>
        [.. MisplacedSettings.Remarks(configuration), .. WellKnownProvider.All.SelectMany(known => Of(configuration, known))];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (string remark in Of(configuration))
        {
            Remarked(_logger, LogText.Of(remark, 1024));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The value of a variable without the white space around it, which comes along when one is read from a file.</summary>
    public static string? Trimmed(IConfiguration configuration, string variable) => configuration[variable] is { } text && text.Trim() is { Length: > 0 } value ? value : configuration[variable];

    private static IEnumerable<string> Of(IConfiguration configuration, WellKnownProvider known)
    {
        foreach (string variable in known.Variables)
        {
            if (configuration[variable] is { Length: > 0 } text && text.Trim() is { Length: > 0 } value && value.Length != text.Length)
            {
                yield return $"{variable} has white space or a line break around it, which was left out.";
            }
        }

        bool azure = known.Kind == ProviderKind.AzureOpenAi;
        (string needed, string alone) = azure ? (known.Variable, WellKnownProvider.AzureKey) : (known.Variable, known.AddressVariable);
        if (string.IsNullOrWhiteSpace(configuration[needed]) && !string.IsNullOrWhiteSpace(configuration[alone]))
        {
            yield return azure
                ? $"{alone} is set, and {needed} is not, so nobody reads it. Set {needed} to the address of the resource, such as https://my-resource.openai.azure.com."
                : $"{alone} is set, and {needed} is not, so nobody reads it. Set {needed} too (any word for a server that wants no key), or write the provider under Gateway:Providers.";
        }
    }

    [LoggerMessage(41, LogLevel.Warning, "{Remark}")]
    private static partial void Remarked(ILogger logger, string remark);
}
