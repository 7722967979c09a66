using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;

namespace Gateway.Storage;

/// <summary>Opens the Table service that the settings name.</summary>
internal static class TableServiceFactory
{
    public static TableServiceClient Create(GatewayStorageOptions options) =>
        TryCreate(options) ?? throw new InvalidOperationException($"The setting {GatewayStorageOptions.Setting} does not name a Table service.");

    /// <summary>Null when the settings make no sense; what the parser says is dropped, since it may repeat a secret.</summary>
    public static TableServiceClient? TryCreate(GatewayStorageOptions options)
    {
        try
        {
            return string.IsNullOrWhiteSpace(options.TableServiceUri)
                ? new TableServiceClient(options.ConnectionString, ClientOptions())
                : new TableServiceClient(new Uri(options.TableServiceUri), CredentialFor(options), ClientOptions());
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static DefaultAzureCredential CredentialFor(GatewayStorageOptions options) => new(new DefaultAzureCredentialOptions
    {
        ManagedIdentityClientId = string.IsNullOrWhiteSpace(options.ClientId) ? null : options.ClientId,
    });

    /// <summary>
    /// Requests wait behind these calls, so they fail in seconds where the SDK's defaults (three retries, 100 s for each)
    /// would take minutes: point reads take milliseconds, and two quick retries outlive a moved partition. How long an
    /// attempt may take is said call by call, in <see cref="TableStorage"/>.
    /// </summary>
    private static TableClientOptions ClientOptions()
    {
        TableClientOptions options = new();
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(100);
        options.Retry.MaxDelay = TimeSpan.FromMilliseconds(500);
        options.AddPolicy(new AttemptTimeout(), HttpPipelinePosition.PerCall);

        // Key ids and rows are nobody's business in a log.
        options.Diagnostics.IsLoggingContentEnabled = false;
        return options;
    }
}
