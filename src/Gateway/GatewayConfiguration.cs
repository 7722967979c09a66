using Microsoft.Extensions.Configuration;

namespace Gateway;

/// <summary>Where settings come from: <c>appsettings.json</c>, then the gateway's own file, then the environment.</summary>
public static class GatewayConfiguration
{
    /// <summary>Adds the JSON file that <c>Gateway__ConfigFile</c> names, or <c>gateway.json</c> if there is one, below the environment.</summary>
    /// <exception cref="Routing.ConfigurationException">A file was named and is not there.</exception>
    public static void AddGatewayFile(this IConfigurationManager configuration, string contentRoot)
    {
        string? named = configuration["Gateway:ConfigFile"];
        string path = Path.GetFullPath(named is { Length: > 0 } ? named : "gateway.json", contentRoot);
        if (named is { Length: > 0 } && !File.Exists(path))
        {
            throw new Routing.ConfigurationException([$"Gateway__ConfigFile names '{path}', which does not exist."]);
        }

        configuration.AddJsonFile(path, optional: true, reloadOnChange: false);
        configuration.AddEnvironmentVariables();
    }
}
