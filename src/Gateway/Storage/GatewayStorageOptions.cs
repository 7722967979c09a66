using Microsoft.Extensions.Configuration;

namespace Gateway.Storage;

/// <summary>Where keys, issuers and the audit trail are kept: the setting <c>GatewayStorage</c> of the design.</summary>
public sealed class GatewayStorageOptions
{
    public const string Setting = "GatewayStorage";

    /// <summary>A connection string; <c>UseDevelopmentStorage=true</c> is Azurite.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Instead: the address of the Table service, used with the identity of the process.</summary>
    public string? TableServiceUri { get; set; }

    /// <summary>The user-assigned managed identity to use with <see cref="TableServiceUri"/>.</summary>
    public string? ClientId { get; set; }

    /// <summary>Refuse to start in memory: what a process with more than one instance, or with restarts, needs.</summary>
    public bool RequireTables { get; set; }

    public bool UsesTables => !string.IsNullOrWhiteSpace(ConnectionString) || !string.IsNullOrWhiteSpace(TableServiceUri);

    public static GatewayStorageOptions From(IConfiguration configuration)
    {
        GatewayStorageOptions options = new();
        options.ReadFrom(configuration);
        return options;
    }

    internal void ReadFrom(IConfiguration configuration)
    {
        IConfigurationSection section = configuration.GetSection(Setting);
        ConnectionString = section.Value;
        TableServiceUri = section["tableServiceUri"];
        ClientId = section["clientId"];
    }
}
