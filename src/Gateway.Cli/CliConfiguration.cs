using Microsoft.Extensions.Configuration;

namespace Gateway.Cli;

/// <summary>The gateway's own sources of settings, in the same order.</summary>
internal static class CliConfiguration
{
    public static IConfiguration Build()
    {
        string root = Directory.GetCurrentDirectory();
        string? named = Environment.GetEnvironmentVariable("Gateway__ConfigFile");
        return new ConfigurationBuilder()
            .SetBasePath(root)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile(Path.GetFullPath(named ?? "gateway.json", root), optional: named is null)
            .AddEnvironmentVariables()
            .Build();
    }
}
