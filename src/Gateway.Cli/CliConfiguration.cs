using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Cli;

/// <summary>The gateway's own sources of settings, in the same order.</summary>
internal static class CliConfiguration
{
    /// <summary>The settings, or what is wrong with them in one line.</summary>
    public static (IConfiguration? Configuration, string? Problem) Build()
    {
        try
        {
            return (Read(), null);
        }
        catch (ConfigurationException exception)
        {
            return (null, exception.Message.ReplaceLineEndings(" "));
        }
    }

    /// <summary>As .NET finds it for LocalHost: one that is set to nothing is set.</summary>
    private static string EnvironmentName =>
        Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? "Production";

    /// <param name="file">Stands in the place of the gateway's own.</param>
    /// <exception cref="ConfigurationException">A file cannot be read.</exception>
    public static IConfigurationRoot Read(GatewayFile? file = null)
    {
        string root = Directory.GetCurrentDirectory();
        ConfigurationManager configuration = new();
        configuration.SetBasePath(root);
        foreach (string name in (string[])["appsettings.json", $"appsettings.{EnvironmentName}.json"])
        {
            GatewayConfiguration.Reading(name, () => configuration.AddJsonFile(name, optional: true));
        }

        configuration.AddEnvironmentVariables();
        configuration.AddGatewayFile(root, file);
        return configuration;
    }
}
