using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Cli;

/// <summary>The gateway's own sources of settings, in the same order.</summary>
internal static class CliConfiguration
{
    /// <summary>The settings, or what is wrong with them in one line.</summary>
    public static (IConfiguration? Configuration, string? Problem) Build()
    {
        string root = Directory.GetCurrentDirectory();
        ConfigurationManager configuration = new();
        try
        {
            configuration.SetBasePath(root);
            GatewayConfiguration.Reading("appsettings.json", () => configuration.AddJsonFile("appsettings.json", optional: true));
            configuration.AddEnvironmentVariables();
            configuration.AddGatewayFile(root);
            return (configuration, null);
        }
        catch (ConfigurationException exception)
        {
            return (null, exception.Message.ReplaceLineEndings(" "));
        }
    }
}
